"""From an original to what browsers play: rows, files, failures, repeats."""

import hashlib
import io
import shutil
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from config.celery import app
from corpus.locks import lock_key
from corpus.media.tools import MediaTools
from corpus.media_files import stored
from corpus.media_processing import process_media
from corpus.models import MediaState, VideoMedia
from corpus.tasks import queue_media
from tests.embedded.waiting import wait_until
from tests.factories import make_video
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "originals").mkdir(parents=True)
    return tmp_path / "media"


def waiting_media(source: Path) -> VideoMedia:
    """Media of a new video whose original is a copy of `source`."""
    media = VideoMedia(video=make_video())
    media.original = f"originals/{media.name}{source.suffix}"
    shutil.copyfile(source, stored(media.original))
    media.sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    media.save()
    return media


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.webm", codec="libvpx", size=(64, 48))


@pytest.fixture
def broken_clip(tmp_path: Path) -> Path:
    path = tmp_path / "broken.mp4"
    path.write_bytes(write_clip(tmp_path / "whole.mp4").read_bytes()[:900])
    return path


def test_a_clip_becomes_ready_with_its_facts(clip: Path) -> None:
    media = process_media(media_id=waiting_media(clip).pk)

    assert media.state == MediaState.READY
    assert (media.container, media.video_codec, media.audio_codec) == (
        "matroska",
        "vp8",
        "",
    )
    assert (media.width, media.height, media.frame_count) == (64, 48, 20)
    assert media.duration_s == pytest.approx(0.8, abs=0.01)
    assert media.action == "transcoded"
    assert media.warnings == []
    assert media.processed_at is not None


def test_files_lie_under_the_opaque_name_and_the_original_is_kept(clip: Path) -> None:
    media = process_media(media_id=waiting_media(clip).pk)

    assert media.playback == f"play/{media.name}.mp4"
    assert media.poster == f"posters/{media.name}.jpg"
    assert stored(media.poster).read_bytes().startswith(b"\xff\xd8\xff")
    assert stored(media.original).read_bytes() == clip.read_bytes()
    with MediaTools() as tools:
        assert tools.probe(stored(media.playback)).video.codec == "h264"


def test_width_and_height_are_those_that_people_see(shared_data: Path) -> None:
    clip = shared_data / "videos" / "skateboarding_dog_rotated.mp4"

    media = process_media(media_id=waiting_media(clip).pk)

    assert (media.width, media.height, media.rotation) == (360, 640, 90)


def test_a_second_run_changes_nothing(clip: Path) -> None:
    first = process_media(media_id=waiting_media(clip).pk)
    written = stored(first.playback).stat().st_mtime_ns

    second = process_media(media_id=first.pk)

    assert second.processed_at == first.processed_at
    assert stored(second.playback).stat().st_mtime_ns == written


def test_lost_files_are_made_again(clip: Path) -> None:
    media = process_media(media_id=waiting_media(clip).pk)
    stored(media.poster).unlink()

    media = process_media(media_id=media.pk)

    assert stored(media.poster).is_file()


@pytest.mark.parametrize(
    "name", ["corrupt_middle.mp4", "jpeg_renamed.mp4", "truncated_half.mp4"]
)
def test_a_broken_file_fails_with_its_reason_and_leaves_no_files(
    shared_data: Path, media_root: Path, name: str
) -> None:
    media = process_media(media_id=waiting_media(shared_data / "broken" / name).pk)

    assert media.state == MediaState.FAILED
    assert media.error_code in {"damaged", "picture", "truncated"}
    assert media.error.endswith(".")
    assert media.playback == media.poster == ""
    assert [path.parent.name for path in media_root.rglob("*.*")] == ["originals"]


def test_a_missing_original_is_told(clip: Path) -> None:
    media = waiting_media(clip)
    stored(media.original).unlink()

    media = process_media(media_id=media.pk)

    assert (media.state, media.error_code) == (MediaState.FAILED, "missing")


def test_an_original_that_has_changed_on_disk_is_not_used(
    clip: Path, tmp_path: Path
) -> None:
    media = waiting_media(clip)
    other = write_clip(tmp_path / "other.webm", codec="libvpx", size=(32, 32))
    shutil.copyfile(other, stored(media.original))

    media = process_media(media_id=media.pk)

    assert media.state == MediaState.FAILED
    assert "not the file that came in" in media.error


def test_a_failed_video_is_ready_once_its_file_is_right(clip: Path) -> None:
    media = waiting_media(clip)
    stored(media.original).unlink()
    process_media(media_id=media.pk)
    shutil.copyfile(clip, stored(media.original))

    media = process_media(media_id=media.pk)

    assert (media.state, media.error_code, media.error) == (MediaState.READY, "", "")


def test_a_file_that_is_there_already_is_shared(clip: Path) -> None:
    first = process_media(media_id=waiting_media(clip).pk)

    second = process_media(media_id=waiting_media(clip).pk)

    assert second.playback != first.playback
    assert stored(second.playback).samefile(stored(first.playback))
    assert stored(second.poster).samefile(stored(first.poster))
    assert (second.frame_count, second.action) == (20, "transcoded")


def test_a_shared_file_outlives_the_video_it_came_from(clip: Path) -> None:
    first = process_media(media_id=waiting_media(clip).pk)
    second = process_media(media_id=waiting_media(clip).pk)

    stored(first.playback).unlink()

    assert stored(second.playback).is_file()


def test_a_folder_that_cannot_be_written_is_told(clip: Path, media_root: Path) -> None:
    media = waiting_media(clip)
    (media_root / "play").write_text("a file where a folder should be")

    media = process_media(media_id=media.pk)

    assert (media.state, media.error_code) == (MediaState.FAILED, "write_failed")
    assert "could not be stored" in media.error


def test_what_another_run_is_busy_with_is_left_to_it(clip: Path) -> None:
    media = waiting_media(clip)
    elsewhere = connection.copy()
    key = lock_key(VideoMedia, media.pk)

    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
        meanwhile = process_media(media_id=media.pk).state
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
    elsewhere.close()
    afterwards = process_media(media_id=media.pk).state

    assert (meanwhile, afterwards) == (MediaState.PENDING, MediaState.READY)


@pytest.mark.django_db(transaction=True)
def test_a_worker_processes_what_is_queued(clip: Path) -> None:
    media = waiting_media(clip)

    with start_worker(app, queues=["media"], perform_ping_check=False):
        queue_media([media.pk])
        pending = VideoMedia.objects.filter(state=MediaState.PENDING)
        wait_until(lambda: not pending.exists(), "the worker")

    media.refresh_from_db()
    assert media.state == MediaState.READY


# --- manage.py process_media --------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_command_processes_what_waits(clip: Path, tmp_path: Path) -> None:
    other = write_clip(tmp_path / "other.mp4")
    waiting = [waiting_media(path) for path in (clip, other, clip)]
    out = io.StringIO()

    call_command("process_media", workers=2, stdout=out)

    states = VideoMedia.objects.values_list("state", flat=True)
    assert list(states) == [MediaState.READY] * len(waiting)
    assert "3 videos processed." in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_names_what_fails_and_goes_on(
    clip: Path, broken_clip: Path
) -> None:
    broken = waiting_media(broken_clip)
    good = waiting_media(clip)
    errors = io.StringIO()

    with pytest.raises(CommandError, match="1 of 2 videos"):
        call_command("process_media", workers=1, stderr=errors)

    good.refresh_from_db()
    assert good.state == MediaState.READY
    assert f"{broken.original}: The file's index (moov) is missing" in errors.getvalue()


@pytest.mark.django_db(transaction=True)
def test_failed_videos_are_tried_again_on_request_alone(clip: Path) -> None:
    media = waiting_media(clip)
    stored(media.original).unlink()
    process_media(media_id=media.pk)
    shutil.copyfile(clip, stored(media.original))

    call_command("process_media", stdout=io.StringIO())
    media.refresh_from_db()
    before = media.state
    call_command("process_media", retry_failed=True, stdout=io.StringIO())
    media.refresh_from_db()

    assert (before, media.state) == (MediaState.FAILED, MediaState.READY)


def test_no_worker_is_too_few() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("process_media", workers=0)
