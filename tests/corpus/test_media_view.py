"""Media over HTTP: in parts, cached, and only for those who may watch."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Role
from corpus.media_files import playback_url, poster_url, stored
from corpus.models import MediaState, VideoMedia
from tests.factories import make_media, make_user, make_video

CONTENT = bytes(range(256)) * 1000
EVEN_VIDEOS = "tests.corpus.test_media_view.may_watch_even_videos"


def may_watch_even_videos(user: object, video_id: int) -> bool:  # noqa: ARG001
    return video_id % 2 == 0


pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> VideoMedia:
    settings.MEDIA_ROOT = tmp_path
    media = make_media(make_video())
    for path, content in ((media.playback, CONTENT), (media.poster, b"jpeg")):
        stored(path).parent.mkdir()
        stored(path).write_bytes(content)
    return media


@pytest.fixture
def researcher() -> Client:
    client = Client()
    client.force_login(make_user(Role.RESEARCHER))
    return client


def body(response: object) -> bytes:
    content: bytes = response.getvalue()  # type: ignore[attr-defined]
    return content


def test_the_whole_file_comes_with_what_a_player_needs(
    researcher: Client, media: VideoMedia
) -> None:
    response = researcher.get(playback_url(media))

    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == "256000"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_poster_is_a_jpeg(researcher: Client, media: VideoMedia) -> None:
    response = researcher.get(poster_url(media))

    assert body(response) == b"jpeg"
    assert response["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("header", "expected", "content_range"),
    [
        ("bytes=0-", CONTENT, "bytes 0-255999/256000"),
        ("bytes=100000-100003", b"\xa0\xa1\xa2\xa3", "bytes 100000-100003/256000"),
        ("bytes=-2", b"\xfe\xff", "bytes 255998-255999/256000"),
        ("bytes=255999-999999", b"\xff", "bytes 255999-255999/256000"),
    ],
)
def test_a_part_is_answered_as_a_part(
    researcher: Client,
    media: VideoMedia,
    header: str,
    expected: bytes,
    content_range: str,
) -> None:
    response = researcher.get(playback_url(media), headers={"Range": header})

    assert response.status_code == 206
    assert body(response) == expected
    assert response["Content-Range"] == content_range
    assert response["Content-Length"] == str(len(expected))


def test_a_part_past_the_end_is_refused(researcher: Client, media: VideoMedia) -> None:
    response = researcher.get(playback_url(media), headers={"Range": "bytes=256000-"})

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */256000"
    assert "Cache-Control" not in response


def test_head_tells_the_length_and_sends_nothing(
    researcher: Client, media: VideoMedia
) -> None:
    response = researcher.head(playback_url(media), headers={"Range": "bytes=0-9"})

    assert response.status_code == 200
    assert response["Content-Length"] == "256000"
    assert body(response) == b""


def test_what_the_browser_has_is_not_sent_again(
    researcher: Client, media: VideoMedia
) -> None:
    first = researcher.get(playback_url(media))
    body(first)

    by_etag = researcher.get(
        playback_url(media), headers={"If-None-Match": first["ETag"]}
    )
    by_time = researcher.get(
        playback_url(media), headers={"If-Modified-Since": first["Last-Modified"]}
    )

    assert (by_etag.status_code, by_time.status_code) == (304, 304)
    assert by_etag["ETag"] == first["ETag"]


def test_a_part_of_a_file_that_has_changed_is_not_mixed_in(
    researcher: Client, media: VideoMedia
) -> None:
    first = researcher.get(playback_url(media))
    body(first)
    modified = stored(media.playback).stat().st_mtime

    def status(if_range: str) -> int:
        headers = {"Range": "bytes=0-9", "If-Range": if_range}
        response = researcher.get(playback_url(media), headers=headers)
        body(response)
        return response.status_code

    assert status(first["ETag"]) == 206
    assert status(first["Last-Modified"]) == 206
    assert status('"another"') == 200
    assert status(f"W/{first['ETag']}") == 200
    assert status(http_date(modified - timedelta(hours=1).total_seconds())) == 200


def test_nothing_can_be_written(researcher: Client, media: VideoMedia) -> None:
    assert researcher.post(playback_url(media)).status_code == 405


def test_without_a_login_nothing_is_told(media: VideoMedia) -> None:
    client = Client()

    known = client.get(playback_url(media))
    unknown = client.get("/media/" + "0" * 32 + ".mp4")

    assert (known.status_code, unknown.status_code) == (403, 403)
    assert known.content == unknown.content == b""


def test_a_video_that_is_not_for_the_annotator_looks_like_none(
    media: VideoMedia,
) -> None:
    client = Client()
    client.force_login(make_user())

    foreign = client.get(playback_url(media))
    unknown = client.get("/media/" + "0" * 32 + ".mp4")

    assert (foreign.status_code, unknown.status_code) == (404, 404)


def test_one_rule_that_says_yes_is_enough(
    media: VideoMedia, settings: Settings
) -> None:
    settings.MEDIA_ACCESS_RULES = ["corpus.access.may_read_corpus", EVEN_VIDEOS]
    client = Client()
    client.force_login(make_user())
    other = make_media(make_video(pk=media.video_id + 1))
    stored(other.playback).write_bytes(b"other")

    statuses = {
        each.video_id % 2: client.head(playback_url(each)).status_code
        for each in (media, other)
    }

    assert statuses == {0: 200, 1: 404}


@pytest.mark.parametrize("state", [MediaState.PENDING, MediaState.FAILED])
def test_what_is_not_ready_is_not_served(
    researcher: Client, media: VideoMedia, state: MediaState
) -> None:
    VideoMedia.objects.update(state=state, error_code="damaged")

    assert researcher.get(playback_url(media)).status_code == 404


@pytest.mark.parametrize(
    "name", ["{name}.bin", "{name}", "..%2Foriginals%2F{name}.mp4", "{name}.mp4.part"]
)
def test_nothing_else_below_the_media_folder_can_be_reached(
    researcher: Client, media: VideoMedia, name: str
) -> None:
    response = researcher.get("/media/" + name.format(name=media.name))

    assert response.status_code == 404


def test_a_file_that_is_gone_is_not_found(
    researcher: Client, media: VideoMedia
) -> None:
    stored(media.playback).unlink()

    assert researcher.get(playback_url(media)).status_code == 404


def test_behind_nginx_the_file_is_left_to_nginx(
    researcher: Client, media: VideoMedia, settings: Settings
) -> None:
    settings.MEDIA_X_ACCEL_PREFIX = "/internal-media/"

    response = researcher.get(playback_url(media))
    refused = Client().get(playback_url(media))

    assert response["X-Accel-Redirect"] == f"/internal-media/{media.playback}"
    assert response["Content-Type"] == "video/mp4"
    assert "immutable" in response["Cache-Control"]
    assert response.content == b""
    assert "X-Accel-Redirect" not in refused


def test_a_large_file_is_never_held_in_memory(
    researcher: Client, media: VideoMedia
) -> None:
    response = researcher.get(playback_url(media))

    assert response.streaming
    assert max(len(chunk) for chunk in response) <= 64 * 1024


def test_names_and_headers_tell_nothing_of_the_video(
    researcher: Client, media: VideoMedia
) -> None:
    response = researcher.get(playback_url(media))
    body(response)

    told = playback_url(media) + str(response.headers)
    for secret in (media.video.title, media.video.external_id, media.sha256 or "sha"):
        assert secret not in told


def test_requests_for_parts_cost_few_queries(
    researcher: Client,
    media: VideoMedia,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(3):
        body(researcher.get(playback_url(media), headers={"Range": "bytes=5-"}))
