"""The sweep: work whose message was lost is taken up by a worker all the same."""

from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from config.celery import app
from corpus.importing.record_imports import create_import
from corpus.models import CorpusImport, ImportState, MediaState, Video, VideoMedia
from corpus.records import record_line
from corpus.tasks import wake_up
from tests.corpus.importing.runs import record
from tests.embedded.waiting import wait_until
from tests.factories import make_admin, make_media, make_video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_an_import_whose_message_was_lost_is_run() -> None:
    waiting = create_import(
        records=SimpleUploadedFile("a.jsonl", record_line(record("a")).encode()),
        created_by=make_admin(),
    )

    with start_worker(app, queues=["default"], perform_ping_check=False):
        wake_up()
        wait_until(lambda: CorpusImport.objects.get().is_over, "the import")

    waiting.refresh_from_db()
    assert waiting.state == ImportState.DONE
    assert Video.objects.get().external_id == "a"


def test_media_whose_message_was_lost_are_processed() -> None:
    media = make_media(make_video(), state=MediaState.PENDING, playback="", poster="")

    with start_worker(app, queues=["media"], perform_ping_check=False):
        wake_up()
        wait_until(
            lambda: VideoMedia.objects.get().state != MediaState.PENDING, "media"
        )

    media.refresh_from_db()
    # Its file never came, which a worker alone can have found out.
    assert media.state == MediaState.FAILED
