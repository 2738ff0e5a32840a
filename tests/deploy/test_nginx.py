"""The proxy's configuration, in a real nginx before the real application."""

import http.client
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from corpus.media_files import playback_url, stored
from corpus.models import VideoMedia
from tests.embedded.running_demo import free_port
from tests.embedded.waiting import wait_until
from tests.factories import make_media, make_user, make_video

CONTENT = bytes(range(256)) * 1000
SITE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
MAIN = """
pid {folder}/pid;
error_log {folder}/error.log;
daemon off;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


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


@pytest.fixture
def lonely_port(tmp_path: Path) -> Iterator[int]:
    """Where an nginx listens whose application is away."""
    with running_nginx(tmp_path, f"127.0.0.1:{free_port()}") as port:
        yield port


@contextmanager
def running_nginx(home: Path, application: str) -> Iterator[int]:
    """An nginx with the site's own configuration; its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("no nginx on this machine")
    port = free_port()
    folder, static = home / "nginx", home / "static"
    folder.mkdir()
    static.mkdir()
    (static / "page.0123456789ab.css").write_text("body {}")
    site = SITE.read_text()
    for here, there in (
        ("web:8000", application),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/data/media/", f"{home / 'media'}/"),
        ("/app/staticfiles", str(static)),
        ("/usr/share/nginx/pages", str(SITE.with_name("pages"))),
    ):
        assert here in site
        site = site.replace(here, there)
    (folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    with subprocess.Popen([program, "-c", folder / "nginx.conf"]) as process:
        wait_until(lambda: is_listening(port) or process.poll() is not None, "nginx")
        assert process.poll() is None, "nginx refused its configuration"
        yield port
        process.terminate()


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def get(
    port: int, path: str, session: str = "", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    if session:
        headers["Cookie"] = f"{project.SESSION_COOKIE_NAME}={session}"
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def session_of_a_researcher() -> str:
    client = Client()
    client.force_login(make_user(Role.RESEARCHER))
    return client.cookies[project.SESSION_COOKIE_NAME].value


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
        port, playback_url(media), session_of_a_researcher(), Range="bytes=500-999"
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
