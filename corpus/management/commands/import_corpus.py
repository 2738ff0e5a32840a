"""manage.py import_corpus FILE.jsonl[.gz] [--media DIR]: records into the corpus."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, cast

from django.core.management.base import BaseCommand, CommandError

from corpus.importing.clips import ClipFolder
from corpus.importing.error_file import ErrorFile
from corpus.importing.importer import ImportCounts, ImportListener, import_records
from corpus.importing.terminal import Terminal, terminal
from corpus.importing.wording import summary
from corpus.media.tools import MediaTools
from corpus.media_processing import process_media
from corpus.models import MediaState
from corpus.record_files import RecordFile
from corpus.records import LineError
from corpus.tasks import queue_media

INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Import videos and their comments from a records file (JSON Lines, plain or "
        "gzip). Importing a file again changes nothing. Lines that cannot be used are "
        "reported and stop nobody; the exit status is 1 if there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--media", type=Path, help="the folder that video_path is relative to"
        )
        parser.add_argument(
            "--process-media",
            action="store_true",
            help="process the clips now, instead of queueing them",
        )
        parser.add_argument(
            "--errors",
            type=Path,
            help="file for rejected lines, as JSON Lines "
            "(default: FILE.errors.jsonl in the current folder)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report, but change nothing"
        )

    def handle(
        self,
        *_args: object,
        file: Path,
        media: Path | None,
        errors: Path | None,
        **options: bool,
    ) -> None:
        if media and not media.is_dir():
            msg = f"{media} is not a folder. Name the folder of clips with --media."
            raise CommandError(msg)
        error_file = ErrorFile(errors or Path(f"{file.name}.errors.jsonl"))
        try:
            counts = self._import(
                file, ClipFolder(media) if media else None, error_file, options
            )
        except OSError as error:
            msg = f"{error.filename}: {error.strerror}"
            raise CommandError(msg) from error
        except KeyboardInterrupt as error:
            msg = "Stopped. What is imported is kept; run the same command to continue."
            raise CommandError(msg, returncode=INTERRUPTED) from error
        for line in summary(counts, is_dry_run=options["dry_run"]):
            self.stdout.write(line)
        if counts.rejected:
            msg = f"{counts.rejected} lines were rejected; see {error_file.path}."
            raise CommandError(msg)

    def _import(
        self,
        file: Path,
        clips: ClipFolder | None,
        error_file: ErrorFile,
        options: dict[str, bool],
    ) -> ImportCounts:
        stream = cast("TextIO", self.stderr)
        with (
            RecordFile(file) as records,
            error_file,
            terminal(stream, records.byte_count) as console,
        ):

            def refuse(error: LineError) -> None:
                error_file.write(error)
                console.say(str(error))

            return import_records(
                lines=records,
                clips=clips,
                is_dry_run=options["dry_run"],
                listener=ImportListener(
                    error=refuse,
                    progress=lambda counts: console.advance(records.bytes_read, counts),
                    media=_process_here(console)
                    if options["process_media"]
                    else queue_media,
                ),
            )


def _process_here(console: Terminal) -> Callable[[Sequence[int]], None]:
    """Process media one after the other, saying what does not work."""

    def process(media_ids: Sequence[int]) -> None:
        with MediaTools() as tools:
            for media_id in media_ids:
                media = process_media(media_id=media_id, tools=tools)
                if media.state == MediaState.FAILED:
                    console.say(f"{media.video}: {media.error}")

    return process
