"""manage.py report_bundle STUDY -o FILE.zip: everything to make the report again."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.export.bundling import make_bundle
from analysis.management.commands.report import study_by_key
from analysis.services.bundles import texts_beside
from analysis.services.reports import state_of_data


class Command(BaseCommand):
    help = (
        "Write a zip from which every number of a study's report can be recomputed: "
        "judgments, report, tables, figures, versions and the command to run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")

    def handle(
        self, *_args: object, study: str, output: Path, **_options: object
    ) -> None:
        try:
            chosen = study_by_key(study)
            beside = texts_beside(chosen, state_of_data(chosen))
            make_bundle(chosen, output.resolve(), beside=beside)
        except (AnalysisError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
