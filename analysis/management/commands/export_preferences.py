"""manage.py export_preferences STUDY --kind KIND -o FOLDER: judgments to train on."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.management.commands.report import study_by_key
from analysis.models import PreferenceExport
from analysis.preferences.kinds import Kind
from analysis.preferences.splits import TEST_SHARE
from analysis.services.preferences import (
    counts_in,
    files_of,
    make_preferences,
    request_preferences,
)
from annotation.models import Study


class Command(BaseCommand):
    help = (
        "Write what people preferred as data to train on: binary (KTO, reward models), "
        "pairs (DPO) or individual (every judgment). Only what annotators agreed to "
        "(manage.py training_use), and no video of a benchmark."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument("--kind", choices=[*Kind], required=True)
        parser.add_argument(
            "-o", "--output", type=Path, metavar="FOLDER", required=True
        )
        parser.add_argument("--seed", type=int, default=0, help="of the split")
        parser.add_argument(
            "--test-share",
            type=_share,
            default=TEST_SHARE,
            help="of the videos, kept out of training (default: 0.1)",
        )

    def handle(
        self,
        *_args: object,
        study: str,
        kind: str,
        output: Path,
        seed: int,
        test_share: float,
        **_options: object,
    ) -> None:
        if output.exists() and any(output.iterdir()):
            raise CommandError(f"{output} is not empty: name a new folder.")
        try:
            export = made_preferences(
                study_by_key(study), Kind(kind), seed=seed, test_share=test_share
            )
            output.mkdir(parents=True, exist_ok=True)
            for name, content in files_of(export).items():
                (output / name).write_bytes(content)
        except (AnalysisError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        counts = counts_in(export)
        lines = ", ".join(f"{split} {rows}" for split, rows in counts.rows.items())
        self.stdout.write(
            f"{output}: {lines} lines from {counts.judgments} judgments of "
            f"{counts.annotators} annotators.\n"
            f"Judgments {export.judgments_hash}\nLines     {export.preferences_hash}"
        )


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise ArgumentTypeError(f"{text} is no share above 0 and below 1")
    return share


def made_preferences(
    study: Study, kind: Kind, *, seed: int = 0, test_share: float = TEST_SHARE
) -> PreferenceExport:
    """The export, made now unless it is kept.

    Raises:
        AnalysisError: Nothing may be exported, and why.
    """
    export, must_make = request_preferences(
        study=study, kind=kind, seed=seed, test_share=test_share, again=True
    )
    if must_make:
        make_preferences(stored_id=export.pk)
        export.refresh_from_db()
    if export.error:
        raise AnalysisError(export.error)
    if not export.is_done:
        raise AnalysisError("Another process is making the files. Try again.")
    return export
