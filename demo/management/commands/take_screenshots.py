"""Take the pictures of the README and the guides from the running demo."""

from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Take the pictures of docs/images from the running demo. It gives answers, so "
        "begin with `bootstrap.py demo --reset`; needs Chromium and Playwright."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address", help="the demo's address, such as http://127.0.0.1:8000"
        )
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            default=Path("docs/images"),
            help="folder for the pictures (default: %(default)s)",
        )

    def handle(self, *, address: str, output: Path, **_options: object) -> None:
        if find_spec("playwright") is None:
            raise CommandError("Playwright is missing: pip install playwright.")
        from demo.screenshots import ScreenshotError, take_screenshots

        try:
            take_screenshots(address, output)
        except ScreenshotError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The pictures are in {output}.")
