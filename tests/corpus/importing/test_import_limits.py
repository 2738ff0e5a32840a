"""What bounds an import: lines, time, damaged files, and a person who cancels."""

import gzip
import io
import random
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from corpus.errors import ClipArchiveError
from corpus.importing.clip_archives import extract_clips
from corpus.importing.record_imports import create_import, run_import
from corpus.importing.uploads import cancel_import, import_folder, start_again
from corpus.models import CorpusImport, ImportState, Video
from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import LineError, LineErrorCode, record_line
from tests.corpus.importing.runs import record
from tests.factories import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def archive_of(name: str, method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file with a file of this name among others."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        noise = random.Random(7).randbytes(300)  # noqa: S311
        archive.writestr(name, noise)
        archive.writestr("notes.txt", "again and " * 40)
    return content.getvalue()


def uploaded(content: bytes) -> CorpusImport:
    return create_import(
        records=SimpleUploadedFile("records.jsonl", content), created_by=make_admin()
    )


def run(corpus_import: CorpusImport) -> CorpusImport:
    run_import(import_id=corpus_import.pk, queue_media=lambda _: None)
    corpus_import.refresh_from_db()
    return corpus_import


def records(count: int) -> bytes:
    return "".join(record_line(record(f"v{n}")) for n in range(count)).encode()


def test_a_small_file_of_endless_newlines_ends_soon(settings: Settings) -> None:
    settings.IMPORT_MAX_LINES = 1_000
    # Some 100 KB, which unpack to 96 million lines: minutes, if all were read.
    content = gzip.compress(records(1) + b"\n" * 96_000_000, compresslevel=1)
    begun = time.monotonic()

    done = run(uploaded(content))

    assert time.monotonic() - begun < 5
    assert Video.objects.count() == 1
    assert done.errors[0]["code"] == LineErrorCode.FILE_TOO_LARGE
    assert "1,000 lines" in done.errors[0]["reason"]


def test_an_import_that_takes_too_long_fails_and_says_so(settings: Settings) -> None:
    settings.IMPORT_MAX_SECONDS = 0

    failed = run(uploaded(records(3)))

    assert failed.state == ImportState.FAILED
    assert "the longest that one may take" in failed.error


def test_an_import_that_waits_is_cancelled_at_once() -> None:
    waiting = uploaded(records(1))

    cancel_import(file_import=waiting)

    assert run(waiting).state == ImportState.CANCELLED
    assert not Video.objects.exists()
    assert not (import_folder(waiting) / "upload").exists()


def test_an_import_at_work_stops_where_it_is() -> None:
    with_clip = record_line(record("clip", video_path="a.mp4")).encode()
    at_work = create_import(
        records=SimpleUploadedFile("records.jsonl", with_clip + records(5_000)),
        clips=SimpleUploadedFile("clips.zip", archive_of("a.mp4")),
        created_by=make_admin(),
    )

    def cancel(_media_ids: Sequence[int]) -> None:
        """Clips are handed on after the first batch."""
        cancel_import(file_import=at_work)
        # The import asks twice a second; a quick one is over by then.
        time.sleep(0.6)

    run_import(import_id=at_work.pk, queue_media=cancel)

    at_work.refresh_from_db()
    assert at_work.state == ImportState.CANCELLED
    assert 0 < Video.objects.count() < 5_000
    assert not (import_folder(at_work) / "upload").exists()


def test_what_was_cancelled_stays_so() -> None:
    cancelled = uploaded(records(1))
    cancel_import(file_import=cancelled)

    start_again(cancelled)

    assert run(cancelled).state == ImportState.CANCELLED


def test_what_is_done_cannot_be_cancelled() -> None:
    done = run(uploaded(records(1)))

    cancel_import(file_import=done)

    done.refresh_from_db()
    assert done.state == ImportState.DONE


# --- Damaged files ------------------------------------------------------------------


def damaged(content: bytes, count: int) -> list[bytes]:
    """The content cut somewhere, and with bits turned over; the same ones each time."""
    draw = random.Random(7)  # noqa: S311
    cut = [content[: draw.randrange(len(content))] for _ in range(count)]
    turned = []
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        turned.append(bytes(changed))
    return cut + turned


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
def test_a_damaged_archive_is_unpacked_or_refused_with_a_message(
    tmp_path: Path, method: int
) -> None:
    refused = 0
    for number, content in enumerate(damaged(archive_of("videos/-a.mp4", method), 60)):
        archive = tmp_path / f"{number}.zip"
        archive.write_bytes(content)
        # Anything else that is raised fails the test.
        try:
            extract_clips(archive, tmp_path / str(number), max_bytes=100_000)
        except ClipArchiveError:
            refused += 1

    assert refused > 60


def test_a_damaged_compressed_file_gives_records_and_errors_and_nothing_else(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.jsonl.gz"
    for content in damaged(gzip.compress(records(40)), 100):
        path.write_bytes(content)
        with RecordFile(path, max_bytes=10**6, max_lines=10**3) as lines:
            for line in lines:
                assert isinstance(line, NumberedRecord | LineError)
