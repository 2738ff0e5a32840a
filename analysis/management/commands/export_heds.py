"""manage.py export_heds STUDY [-o FILE.json]: its human evaluation datasheet."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.export.heds.making import datasheet
from analysis.management.commands.report import study_by_key
from analysis.services.reports import study_report


class Command(BaseCommand):
    help = (
        "Write the Human Evaluation Datasheet (HEDS 3.0) of a study as the JSON that "
        "the public form's upload takes, and list the questions left for people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument(
            "-o", "--output", type=Path, metavar="FILE", help="default: STUDY-heds.json"
        )

    def handle(
        self, *_args: object, study: str, output: Path | None, **_options: object
    ) -> None:
        described = study_by_key(study)
        target = output or Path(f"{described.key}-heds.json")
        try:
            sheet = datasheet(described, study_report(described))
            target.write_text(sheet.upload(), encoding="utf-8")
        except (AnalysisError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{target}\n\n{sheet.to_do()}", ending="")
