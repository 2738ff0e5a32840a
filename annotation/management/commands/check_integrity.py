"""manage.py check_integrity: whether the stored studies keep the protocol's rules."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from annotation.models import Study
from annotation.selectors.studies.integrity import broken_rules


class Command(BaseCommand):
    help = (
        "Check the rules that no database constraint can hold: places against "
        "assignments, sealed batches, the order shown against its seed, and judgments. "
        "Changes nothing. The exit status is 1 if a rule is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--study", metavar="KEY", help="check only this study")

    def handle(self, *_args: object, study: str | None, **_options: object) -> None:
        studies = Study.objects.order_by("pk")
        if study is not None:
            studies = studies.filter(key=study)
            if not studies:
                msg = f"No study has the key {study}."
                raise CommandError(msg)
        total = 0
        for checked in studies:
            count = 0
            for problem in broken_rules(checked):
                count += 1
                self.stderr.write(f"{checked.key}: {problem}")
            total += count
            problems = f"{count} problems" if count else "no problems"
            self.stdout.write(f"{checked.key}: {problems}")
        if total:
            msg = f"{total} problems found."
            raise CommandError(msg)
