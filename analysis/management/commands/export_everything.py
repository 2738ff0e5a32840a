"""manage.py export_everything STUDY -o FILE.zip: every table that a study collected."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.export.everything import everything
from analysis.management.commands.report import study_by_key


class Command(BaseCommand):
    help = (
        "Write a zip of everything that a study collected, as CSV with one codebook: "
        "answers with their history, times, playback, attention checks, repeats, "
        "practice, exclusions, problem reports, withdrawals and the log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")

    def handle(
        self, *_args: object, study: str, output: Path, **_options: object
    ) -> None:
        found = study_by_key(study)
        try:
            with output.open("wb") as file:
                file.writelines(everything(found))
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error}") from error
        self.stdout.write(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
