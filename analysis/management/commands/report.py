"""manage.py report STUDY [--format json|csv|md|html|latex]: the report, printed."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.reporting.computing import DEFAULT_LEVELS, DEFAULT_REPLICATES
from analysis.reporting.paper_table import EVERY_FORMAT
from analysis.services.reports import study_report
from annotation.models import Study


class Command(BaseCommand):
    help = "Print the report of a study, computed from its judgments as they are now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument("--format", choices=list(EVERY_FORMAT), default="md")
        parser.add_argument(
            "--levels",
            default=",".join(DEFAULT_LEVELS),
            help="definitions, inference, models (default: %(default)s)",
        )
        parser.add_argument("--replicates", type=int, default=DEFAULT_REPLICATES)
        parser.add_argument("--seed", type=int, default=0)

    def handle(
        self,
        *_args: object,
        study: str,
        format: str,  # noqa: A002
        levels: str,
        replicates: int,
        seed: int,
        **_options: object,
    ) -> None:
        try:
            report = study_report(
                study_by_key(study),
                levels=tuple(levels.split(",")),
                replicates=replicates,
                seed=seed,
            )
        except AnalysisError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(EVERY_FORMAT[format](report), ending="")


def study_by_key(key: str) -> Study:
    try:
        return Study.objects.get(key=key)
    except Study.DoesNotExist:
        known = ", ".join(Study.objects.values_list("key", flat=True)[:20])
        raise CommandError(
            f"No study has the key {key}. Known keys: {known or 'none'}.", returncode=2
        ) from None
