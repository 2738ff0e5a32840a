"""manage.py learning_round STUDY RUN --start KEY --trained KEY: a turn of the loop."""

from argparse import ArgumentParser
from hashlib import file_digest
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from analysis.errors import AnalysisError
from analysis.management.commands.report import study_by_key
from analysis.models import LearningRound
from analysis.selectors.learning_rounds import follow_ups_of, rounds_of
from analysis.services.learning_rounds import make_follow_up, record_run
from analysis.services.reports import compute_report, request_report
from annotation.models import Study
from corpus.models import Source, Video, VideoSelection


class Command(BaseCommand):
    help = (
        "Record a model that was trained on a study's judgments, and create the study "
        "in which people judge it beside the version it started from. Without a run, "
        "show the chain."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="key of the study that was learned from")
        parser.add_argument(
            "run",
            nargs="?",
            type=Path,
            help="output folder of python -m model.training",
        )
        parser.add_argument(
            "--start", metavar="SOURCE", help="what the run started from"
        )
        parser.add_argument("--trained", metavar="KEY", help="key of the new source")
        parser.add_argument("--title", default="", help="of the new source")
        parser.add_argument(
            "--selection", help="more videos for the follow-up: a saved selection"
        )

    def handle(
        self,
        *_args: object,
        study: str,
        run: Path | None,
        selection: str | None,
        **options: object,
    ) -> None:
        found = study_by_key(study)
        try:
            if run is not None:
                self._turn(found, run, selection, options)
        except (AnalysisError, OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        self._show(found)

    @transaction.atomic
    def _turn(
        self,
        study: Study,
        run: Path,
        selection: str | None,
        options: dict[str, object],
    ) -> None:
        made = _recorded(study, run, options)
        follow_up = make_follow_up(
            learning_round=made, videos=_videos(selection), actor=None
        )
        self.stdout.write(
            f"Follow-up study {follow_up.key}: {follow_up.batches.count()} videos, "
            f"{made.start.key} and {made.trained.key}. Bring in both versions' "
            "comments, then seal and open it."
        )

    def _show(self, study: Study) -> None:
        for judged in follow_ups_of(study):
            stored, must_compute = request_report(judged)
            if must_compute:
                compute_report(stored.pk)
        for view in rounds_of(study):
            row = view.learning_round
            self.stdout.write(
                f"Round {row.number}: judgments {row.export.judgments_hash[:12]} -> "
                f"preferences {row.export.preferences_hash[:12]} -> checkpoint "
                f"{row.checkpoint_hash[:12]} ({row.trained.key}) -> study "
                f"{row.follow_up.key if row.follow_up else 'none yet'}"
            )
            if view.difference is not None:
                found = view.difference
                self.stdout.write(
                    f"  People: {found.points:+.1f} points "
                    f"({found.lo:.1f} to {found.hi:.1f}), trained less start"
                )
                if row.follow_up is not None and row.follow_up.is_simulated:
                    self.stdout.write(
                        "  Simulated annotators: nothing about people follows."
                    )
            for sign in view.signs:
                self.stdout.write(f"  Sign: {sign}")
            if view.is_hacked:
                self.stdout.write(
                    self.style.ERROR(
                        f"  The judge prefers it ({view.judge_gain:+.1f} points), "
                        "people don't: the reward was hacked."
                    )
                )


def _recorded(study: Study, run: Path, options: dict[str, object]) -> LearningRound:
    start_key, key = options["start"], options["trained"]
    if not start_key or not key:
        raise AnalysisError("Name --start SOURCE and --trained KEY.")
    start = Source.objects.filter(key=start_key).first()
    if start is None:
        raise AnalysisError(f"No source has the key {start_key}.")
    return record_run(
        study=study,
        start=start,
        trained_key=str(key),
        title=str(options["title"] or ""),
        checkpoint_hash=checkpoint_hash(run / "best"),
        result_text=(run / "result.json").read_text(encoding="utf-8"),
        actor=None,
    )


def checkpoint_hash(folder: Path) -> str:
    """SHA-256 of the folder's one file of weights."""
    files = sorted(folder.glob("*.safetensors"))
    if len(files) != 1:
        raise AnalysisError(f"{folder} holds no single file of weights (.safetensors).")
    with files[0].open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _videos(selection: str | None) -> list[Video]:
    if selection is None:
        return []
    found = VideoSelection.objects.filter(key=selection).first()
    if found is None:
        raise AnalysisError(f"There is no selection {selection}.")
    return [*found.videos.all()]
