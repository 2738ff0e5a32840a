"""manage.py check_integrity: whether the stored studies keep the protocol's rules."""

from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError

from annotation.models import Study
from annotation.rules.studies.findings import Finding
from annotation.selectors.studies.integrity import broken_references, broken_rules
from operations.models import UpkeepKind
from operations.upkeep import noted


class Command(BaseCommand):
    help = (
        "Check the rules that no database constraint can hold: places against "
        "assignments, sealed batches against their hash, the order shown against its "
        "seed, answers against their history, one person once in a batch, and that "
        "every row is there that another names; of studies of items, that batches and "
        "builds are what their hashes say. Changes nothing. Each finding has a "
        "name and says what to do. The exit status is 1 if there is one."
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
        if study is not None:
            self._check(studies)
            return
        # Of the whole installation: the operations page shows the newest.
        with noted(UpkeepKind.INTEGRITY) as ended:
            self._check(studies, self._report("references", broken_references()))
            ended(f"{len(studies)} studies")

    def _check(self, studies: Iterable[Study], total: int = 0) -> None:
        for checked in studies:
            total += self._report(checked.key, broken_rules(checked))
        if total:
            msg = f"{total} problems found."
            raise CommandError(msg)

    def _report(self, where: str, findings: Iterable[Finding]) -> int:
        """Print the findings and what to do about each kind; return how many."""
        count, rules = 0, {}
        for finding in findings:
            count += 1
            rules[finding.rule.key] = finding.rule
            self.stderr.write(f"{where}: {finding}")
        for rule in rules.values():
            self.stderr.write(f"{where}: {rule.key}: what to do: {rule.remedy}")
        self.stdout.write(f"{where}: {f'{count} problems' if count else 'no problems'}")
        return count
