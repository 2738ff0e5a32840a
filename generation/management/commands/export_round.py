"""manage.py export_round: a round as a file by which others repeat it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.selectors.recipes import recipe_of
from generation.selectors.rounds import known_round


class Command(BaseCommand):
    help = (
        "Write what the requests of a round follow from: seed, models and what they "
        "are asked, names and hashes of its videos. manage.py generate --like FILE "
        "asks the same on another installation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="ROUND", help="its number")
        parser.add_argument("--to", type=Path, help="file (default: standard output)")

    def handle(
        self, *_args: object, number: str, to: Path | None, **_options: object
    ) -> None:
        try:
            text = recipe_of(known_round(number)).as_json()
            if to is not None:
                to.write_text(text, encoding="utf-8")
        except (GenerationError, OSError) as error:
            raise CommandError(str(error)) from error
        if to is None:
            self.stdout.write(text, ending="")
