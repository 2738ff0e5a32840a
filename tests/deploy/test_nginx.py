"""The proxy's configuration, in a real nginx before the real application."""

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project

from accounts.models import Role
from corpus.media_files import playback_url
from corpus.models import VideoMedia
from tests.deploy.proxy import CONTENT, get, running_nginx, session_of
from tests.embedded.running_demo import free_port


@pytest.fixture
def lonely_port(tmp_path: Path) -> Iterator[int]:
    """Where an nginx listens whose application is away."""
    with running_nginx(tmp_path, f"127.0.0.1:{free_port()}") as port:
        yield port


def test_pages_travel_compressed(port: int) -> None:
    plain, page = get(port, "/accounts/login/")
    packed, fewer = get(port, "/accounts/login/", **{"Accept-Encoding": "gzip"})

    assert plain.status == packed.status == 200
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(fewer) < len(page) / 2


def test_a_part_of_a_video_comes_from_the_disk_for_who_may_watch(
    port: int, media: VideoMedia
) -> None:
    response, body = get(
        port, playback_url(media), session_of(Role.RESEARCHER), Range="bytes=500-999"
    )

    assert response.status == 206
    assert body == CONTENT[500:1000]
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Content-Range"] == "bytes 500-999/256000"
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "X-Accel-Redirect" not in response.headers


def test_nobody_gets_a_video_past_the_application(port: int, media: VideoMedia) -> None:
    stranger, _ = get(port, playback_url(media))
    guessed, _ = get(port, f"/protected-media/{media.playback}")

    assert stranger.status in (302, 401, 403, 404)
    assert guessed.status == 404


def test_files_with_a_hash_in_their_name_are_kept_for_good(port: int) -> None:
    response, body = get(port, "/static/page.0123456789ab.css")

    assert response.status == 200
    assert body == b"body {}"
    assert response.headers["Cache-Control"].endswith("immutable")


def test_an_upload_that_is_too_large_is_answered_with_a_page(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Length", str(project.UPLOAD_MAX_BYTES + 1))
    connection.endheaders()

    response = connection.getresponse()
    page = response.read().decode()
    connection.close()

    assert response.status == 413
    assert "<h1>Too much data at once</h1>" in page
    assert "nginx" not in page


def test_an_application_that_is_away_is_announced_as_such(lonely_port: int) -> None:
    response, page = get(lonely_port, "/studies/")

    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    assert b"<h1>Back in a moment</h1>" in page
    assert b"nginx" not in page


def test_the_pages_of_the_proxy_have_no_address_of_their_own(port: int) -> None:
    response, _ = get(port, "/unavailable.html")

    assert response.status == 404


def test_nobody_outside_is_shown_the_metrics(port: int) -> None:
    response, body = get(port, "/metrics", Authorization="Bearer a-guess")

    assert response.status == 404
    # Its own page: the application was not asked.
    assert b"nginx" in body
