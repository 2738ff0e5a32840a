"""What the tests of the proxy share."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from corpus.media_files import stored
from corpus.models import VideoMedia
from tests.deploy.proxy import CONTENT, running_nginx
from tests.factories import make_media, make_video


@pytest.fixture
def media(settings: Settings, tmp_path: Path, transactional_db: None) -> VideoMedia:  # noqa: ARG001
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_X_ACCEL_PREFIX = "/protected-media/"
    media = make_media(make_video())
    stored(media.playback).parent.mkdir(parents=True)
    stored(media.playback).write_bytes(CONTENT)
    return media


@pytest.fixture
def port(
    live_server: LiveServer,
    media: VideoMedia,  # noqa: ARG001 (its folder comes first)
    tmp_path: Path,
) -> Iterator[int]:
    """Where nginx listens, before the application."""
    with running_nginx(tmp_path, urlsplit(live_server.url).netloc) as port:
        yield port
