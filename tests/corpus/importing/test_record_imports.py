"""Imports from the web page: what is kept, what a run does, what is left."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import Settings

from corpus.importing.record_imports import create_import, run_import
from corpus.importing.uploads import errors_path, import_folder, start_again
from corpus.locks import lock_key
from corpus.models import CorpusImport, ImportState, Video, VideoMedia
from corpus.records import record_line
from tests.corpus.importing.runs import record
from tests.factories import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def uploaded(content: bytes, clips: bytes | None = None) -> CorpusImport:
    return create_import(
        records=SimpleUploadedFile("my records.jsonl", content),
        clips=SimpleUploadedFile("clips.zip", clips) if clips else None,
        created_by=make_admin(),
    )


def run(corpus_import: CorpusImport) -> list[int]:
    """Run it; the ids of the media that were handed on."""
    media: list[int] = []
    run_import(import_id=corpus_import.pk, queue_media=media.extend)
    corpus_import.refresh_from_db()
    return media


def test_a_run_stores_the_videos_and_says_so() -> None:
    corpus_import = uploaded(gzip.compress(record_line(record("a")).encode()))

    run(corpus_import)

    assert corpus_import.state == ImportState.DONE
    assert corpus_import.is_over
    assert corpus_import.percent == 100
    assert corpus_import.finished_at is not None
    assert corpus_import.counts["created"] == Video.objects.count() == 1


def test_clips_come_from_the_archive_and_are_handed_on(media_root: Path) -> None:
    line = record_line(record("a", video_path="videos/-a.mp4")).encode()
    corpus_import = uploaded(line, zipped(**{"videos/-a.mp4": b"a clip"}))

    media_ids = run(corpus_import)

    media = VideoMedia.objects.get()
    assert media_ids == [media.pk]
    assert (media_root / media.original).read_bytes() == b"a clip"


def test_uploads_go_when_they_are_imported_and_errors_stay() -> None:
    corpus_import = uploaded(b'{"platform": 1}\n' * 60, zipped(a=b"b"))

    run(corpus_import)

    assert [file.name for file in import_folder(corpus_import).iterdir()] == [
        "errors.jsonl"
    ]
    assert len(errors_path(corpus_import).read_text().splitlines()) == 60
    assert len(corpus_import.errors) == 50
    assert corpus_import.errors[0]["field"] == "platform"
    assert corpus_import.counts["rejected"] == 60


@pytest.mark.parametrize(
    ("name", "reason"),
    [("../../outside.mp4", "safely"), ("/outside.mp4", "safely")],
)
def test_an_archive_that_reaches_outside_fails_the_import(
    name: str, reason: str, tmp_path: Path
) -> None:
    corpus_import = uploaded(record_line(record()).encode(), zipped(**{name: b"x"}))

    run(corpus_import)

    assert corpus_import.state == ImportState.FAILED
    assert reason in corpus_import.error
    assert not list(tmp_path.rglob("outside.mp4"))
    assert not Video.objects.exists()


def test_an_archive_that_grows_too_large_fails_the_import(settings: Settings) -> None:
    settings.UPLOAD_MAX_UNPACKED_BYTES = 1000
    corpus_import = uploaded(record_line(record()).encode(), zipped(a=b"0" * 5000))

    run(corpus_import)

    assert corpus_import.state == ImportState.FAILED
    assert "too large" in corpus_import.error


def test_a_damaged_archive_fails_the_import() -> None:
    damaged = zipped(a=b"0" * 5000)[:-30]
    corpus_import = uploaded(record_line(record()).encode(), damaged)

    run(corpus_import)

    assert corpus_import.state == ImportState.FAILED
    assert "damaged" in corpus_import.error


def test_a_failed_import_can_be_run_again() -> None:
    corpus_import = uploaded(record_line(record()).encode(), b"no archive")
    run(corpus_import)
    (import_folder(corpus_import) / "clips.zip").write_bytes(zipped(a=b"b"))

    start_again(corpus_import)
    run(corpus_import)

    assert (corpus_import.state, corpus_import.error) == (ImportState.DONE, "")
    assert Video.objects.count() == 1


def test_a_second_message_does_not_repeat_an_import_that_failed() -> None:
    corpus_import = uploaded(record_line(record()).encode(), b"no archive")
    run(corpus_import)
    finished_at = corpus_import.finished_at

    run(corpus_import)

    assert corpus_import.finished_at == finished_at


def test_a_small_file_that_grows_without_end_is_read_up_to_the_limit(
    settings: Settings,
) -> None:
    settings.UPLOAD_MAX_UNPACKED_BYTES = 100_000
    lines = record_line(record("a")).encode() + b"\n" * 5_000_000
    corpus_import = uploaded(gzip.compress(lines + record_line(record("b")).encode()))

    run(corpus_import)

    assert [video.external_id for video in Video.objects.all()] == ["a"]
    (error,) = corpus_import.errors
    assert error["code"] == "file_too_large"
    assert "unpacked" in error["reason"]


def test_a_file_of_bad_lines_alone_is_given_up(
    settings: Settings,
) -> None:
    settings.IMPORT_MAX_REFUSED_LINES = 100
    corpus_import = uploaded(b"bad\n" * 200)

    run(corpus_import)

    assert corpus_import.state == ImportState.FAILED
    assert "another kind of file" in corpus_import.error
    assert len(errors_path(corpus_import).read_text().splitlines()) == 100


def test_clips_come_from_a_folder_of_the_server(
    tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_ROOT = tmp_path / "server"
    (tmp_path / "server" / "first" / "videos").mkdir(parents=True)
    (tmp_path / "server" / "first" / "videos" / "-a.mp4").write_bytes(b"a clip")
    corpus_import = create_import(
        records=SimpleUploadedFile(
            "a.jsonl", record_line(record("a", video_path="videos/-a.mp4")).encode()
        ),
        clips_folder="first",
        created_by=make_admin(),
    )

    run(corpus_import)

    media = VideoMedia.objects.get()
    assert (settings.MEDIA_ROOT / media.original).read_bytes() == b"a clip"
    # What lies on the server is nobody's upload: it stays.
    assert (tmp_path / "server" / "first" / "videos" / "-a.mp4").is_file()


def test_a_folder_that_leads_outside_by_then_fails_the_import(
    tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_ROOT = tmp_path / "server"
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "first").symlink_to(tmp_path)
    corpus_import = create_import(
        records=SimpleUploadedFile("a.jsonl", record_line(record()).encode()),
        clips_folder="first",
        created_by=make_admin(),
    )

    run(corpus_import)

    assert corpus_import.state == ImportState.FAILED
    assert "no folder first" in corpus_import.error


def test_an_import_that_is_done_is_not_run_again() -> None:
    corpus_import = uploaded(record_line(record()).encode())
    run(corpus_import)
    finished_at = corpus_import.finished_at

    run(corpus_import)

    assert corpus_import.finished_at == finished_at


@pytest.mark.django_db(transaction=True)
def test_an_import_that_runs_elsewhere_is_left_alone() -> None:
    corpus_import = uploaded(record_line(record()).encode())
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(%s, %s)",
            lock_key(CorpusImport, corpus_import.pk),
        )

        run(corpus_import)

    other.close()
    assert corpus_import.state == ImportState.WAITING
    assert not Video.objects.exists()
