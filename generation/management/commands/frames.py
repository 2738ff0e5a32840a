"""manage.py frames [--clear]: the store of decoded frames on this machine."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from generation.installation import frame_store

_GIB = 1024**3


class Command(BaseCommand):
    help = "Show how full the store of decoded frames is, or empty it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clear", action="store_true", help="remove all frames")

    def handle(self, *_args: object, clear: bool, **_options: object) -> None:
        store = frame_store()
        if clear:
            self.stdout.write(f"{store.clear()} videos removed.")
            return
        use = store.use()
        self.stdout.write(
            f"{settings.FRAME_CACHE_ROOT}: {use.video_count} videos, "
            f"{use.byte_count / _GIB:.2f} of {use.limit_bytes / _GIB:.0f} GiB"
        )
