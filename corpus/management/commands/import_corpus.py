"""manage.py import_corpus FILE [--from FORMAT] [--media DIR]: into the corpus."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError

from corpus.foreign.opening import Format, opened, read_mapping
from corpus.foreign.reading import ForeignRecords, Terms, UnreadableError
from corpus.foreign.tables import Table
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
        "gzip), or from what yt-dlp, spreadsheets and Hugging Face data sets hold "
        "(--from; docs/corpus.md has an example each). Importing again changes "
        "nothing. Lines that cannot be used are "
        "reported and stop nobody; the exit status is 1 if there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file, or the folder")
        parser.add_argument(
            "--from",
            dest="kind",
            choices=["records", *Format],
            default="records",
            help="what it is (default: records)",
        )
        parser.add_argument(
            "--licence",
            default="",
            help="of other formats: under which terms the data are used, such as "
            "'CC BY 4.0'; stored with each video that states none itself",
        )
        parser.add_argument(
            "--consent",
            default="",
            help="on which ground people's comments are used; stored with each video",
        )
        parser.add_argument(
            "--platform", default="", help="of videos whose row names none"
        )
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE.json",
            help="of a table: which column holds what; left out: guessed",
        )
        parser.add_argument(
            "--show-mapping",
            action="store_true",
            help="show a table's first ten rows and its mapping; import nothing",
        )
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
        **options: Any,  # noqa: ANN401 (Django's)
    ) -> None:
        if media and not media.is_dir():
            msg = f"{media} is not a folder. Name the folder of clips with --media."
            raise CommandError(msg)
        error_file = ErrorFile(errors or Path(f"{file.name}.errors.jsonl"))
        try:
            if options["show_mapping"]:
                self._show_mapping(file, options["mapping"])
                return
            with _opened(file, media, options) as (records, clips):
                counts = self._import(records, clips, error_file, options)
        except UnreadableError as error:
            raise CommandError(str(error)) from error
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

    def _show_mapping(self, file: Path, mapping: Path | None) -> None:
        table = Table(file, read_mapping(mapping) if mapping else None)
        for number, row in enumerate(table.preview(), start=1):
            self.stdout.write(f"row {number}: {json.dumps(row, ensure_ascii=False)}")
        self.stdout.write(json.dumps(table.mapping, ensure_ascii=False, indent=2))

    def _import(
        self,
        records: RecordFile | ForeignRecords,
        clips: ClipFolder | None,
        error_file: ErrorFile,
        options: dict[str, Any],
    ) -> ImportCounts:
        stream = cast("TextIO", self.stderr)
        with (
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


@contextmanager
def _opened(
    file: Path, media: Path | None, options: dict[str, Any]
) -> Iterator[tuple[RecordFile | ForeignRecords, ClipFolder | None]]:
    """What the command line names, as records, and the folder of their clips."""
    if options["kind"] == "records":
        with RecordFile(file) as records:
            yield records, ClipFolder(media) if media else None
        return
    if not options["licence"].strip():
        msg = (
            "State with --licence under which terms these data are used, such as "
            "'CC BY 4.0' or 'platform terms, research use'."
        )
        raise UnreadableError(msg)
    mapping = options["mapping"]
    with opened(
        file,
        Format(options["kind"]),
        terms=Terms(options["licence"].strip(), options["consent"].strip()),
        mapping=read_mapping(mapping) if mapping else None,
        platform=options["platform"],
        media=media,
    ) as found:
        yield found.records, ClipFolder(found.clips) if found.clips else None


def _process_here(console: Terminal) -> Callable[[Sequence[int]], None]:
    """Process media one after the other, saying what does not work."""

    def process(media_ids: Sequence[int]) -> None:
        with MediaTools() as tools:
            for media_id in media_ids:
                media = process_media(media_id=media_id, tools=tools)
                if media.state == MediaState.FAILED:
                    console.say(f"{media.video}: {media.error}")

    return process
