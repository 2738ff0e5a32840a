"""manage.py export_corpus FILE.jsonl[.gz] [--media DIR]: the corpus as records."""

import gzip
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from django.core.management.base import BaseCommand, CommandError

from corpus.exporting import export_records
from corpus.models import Video, VideoSelection


class Command(BaseCommand):
    help = (
        "Write videos and their human comments to a records file (JSON Lines; gzip if "
        "its name ends in .gz) that import_corpus reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the file to write, or - for standard output"
        )
        parser.add_argument(
            "--media",
            type=Path,
            help="copy the clips here and name them in the records",
        )
        parser.add_argument(
            "--selection", help="key of a saved selection (default: every video)"
        )
        parser.add_argument(
            "--without-selection",
            metavar="KEY",
            help="leave out the videos of a saved selection, such as the benchmark's",
        )

    def handle(
        self,
        *_args: object,
        file: Path,
        media: Path | None,
        selection: str | None,
        without_selection: str | None,
        **_options: object,
    ) -> None:
        videos = Video.objects.all()
        if selection is not None:
            videos = videos.filter(selections=self._selection(selection))
        if without_selection is not None:
            videos = videos.exclude(selections=self._selection(without_selection))
        try:
            with ExitStack() as stack:
                count = export_records(videos, self._opened(file, stack), media)
        except OSError as error:
            msg = f"{error.filename}: {error.strerror}"
            raise CommandError(msg) from error
        self.stderr.write(f"{count} videos written.")
        nameless = 0 if media else videos.filter(external_id="").count()
        if nameless:
            self.stderr.write(
                f"{nameless} of them have no external id: without their clips "
                "(--media) they cannot be imported again."
            )

    def _selection(self, key: str) -> VideoSelection:
        try:
            return VideoSelection.objects.get(key=key)
        except VideoSelection.DoesNotExist as error:
            msg = f"No selection has the key {key}."
            raise CommandError(msg) from error

    def _opened(self, file: Path, stack: ExitStack) -> IO[str]:
        if str(file) == "-":
            return cast("IO[str]", self.stdout)
        if file.suffix == ".gz":
            return stack.enter_context(gzip.open(file, "wt", encoding="utf-8"))
        return stack.enter_context(file.open("w", encoding="utf-8"))
