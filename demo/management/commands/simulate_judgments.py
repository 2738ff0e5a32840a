"""manage.py simulate_judgments STUDY: the demo's annotators judge a draft."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotation.errors import AnnotationError
from annotation.models import Study
from demo.follow_up import simulate_study


class Command(BaseCommand):
    help = (
        "Seal and open a draft, let the demo's annotators judge it, and close it. "
        "The study is marked as simulated: nothing about people follows from it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the draft's key")

    def handle(self, *_args: object, study: str, **_options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Simulated annotators only judge with DEMO=1.")
        found = Study.objects.filter(key=study).first()
        if found is None:
            raise CommandError(f"No study has the key {study}.", returncode=2)
        try:
            simulate_study(found)
        except AnnotationError as error:
            reasons = getattr(error, "reasons", ())
            raise CommandError("\n".join(map(str, (error, *reasons)))) from error
        self.stdout.write(f"{study}: judged by simulated annotators, and closed.")
