"""manage.py mark_benchmark SELECTION: judgments on its videos are not trained on."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from corpus.errors import UnknownSelectionError
from corpus.selections import mark_benchmark


class Command(BaseCommand):
    help = (
        "Mark a saved selection as a benchmark: preference data never contain its "
        "videos."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("selection", help="key of a saved selection")
        parser.add_argument("--off", action="store_true", help="take the mark away")

    def handle(self, *_args: object, selection: str, off: bool, **_: object) -> None:
        try:
            marked = mark_benchmark(key=selection, is_benchmark=not off)
        except UnknownSelectionError as error:
            raise CommandError(str(error), returncode=2) from error
        told = "is a benchmark" if marked.is_benchmark else "is no longer a benchmark"
        self.stdout.write(f"{marked.key} {told}: {marked.videos.count()} videos.")
