"""Playback files in a real Chromium: they play, and seeking fetches what it needs."""

import os
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import BrowserContext, Page, Response
from pytest_django import Settings

from accounts.models import User
from corpus.media.tools import MediaTools
from corpus.media_files import playback_url, stored
from corpus.models import VideoMedia
from tests.clip_table import those_here
from tests.factories import make_media, make_researcher, make_video
from tests.specimens.clips import gray_of, write_clip

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# One of each kind of file that is made; some of them only by night.
KINDS = [
    "airplane_landing.mp4",  # MP3 in MP4
    "arm_wrestling.mp4",  # pixels that are not square
    "big_buck_bunny_wakes.mp4",  # six channels of sound
    "classroom.gif",
    "concert_singer.mp4",  # was fragmented
    "eye_makeup.avi",  # times were out of order
    "flipping_a_pancake.mkv",  # picture copied, sound encoded
    "fruit_vegetables_hevc.mp4",
    "sign_language_book.mkv",  # full range of brightness, copied from Matroska
    "skateboarding_dog_rotated.mp4",
    "tree_cinepak.avi",  # 0.3 to 0.7 s a frame
    "two_faces_odd_vp9.webm",
]
# Copied and encoded, with sound and without, straight and turned, steady and not.
BY_DAY = {
    *("airplane_landing.mp4", "classroom.gif", "eye_makeup.avi"),
    *("skateboarding_dog_rotated.mp4", "sign_language_book.mkv"),
}


def _by_day_or_night(name: str) -> object:
    marks = () if name in BY_DAY else pytest.mark.nightly
    return pytest.param(name, marks=marks, id=name)


LOAD = """
url => new Promise((resolve, reject) => {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "metadata";
  video.onloadedmetadata = () => resolve({
    width: video.videoWidth, height: video.videoHeight, duration: video.duration,
  });
  video.onerror = () => reject(new Error(video.error.message));
  video.src = url;
  document.body.append(video);
})
"""
SEEK = """
time => new Promise((resolve, reject) => {
  const video = document.querySelector("video:last-of-type");
  video.onerror = () => reject(new Error(video.error.message));
  video.onseeked = () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pencil = canvas.getContext("2d");
    pencil.drawImage(video, 0, 0, 1, 1);
    resolve({time: video.currentTime, gray: pencil.getImageData(0, 0, 1, 1).data[1]});
  };
  video.currentTime = time;
})
"""
PLAY = """
() => new Promise((resolve, reject) => {
  const video = document.querySelector("video:last-of-type");
  video.onerror = () => reject(new Error(video.error.message));
  const start = video.currentTime;
  video.ontimeupdate = () => { if (video.currentTime > start) resolve(true); };
  video.onended = () => resolve(true);
  video.play();
})
"""


@pytest.fixture
def page(
    new_browser: Callable[..., BrowserContext],
    log_in: Callable[[BrowserContext, User], None],
    settings: Settings,
    tmp_path: Path,
) -> Page:
    """A page of the application, open before a researcher."""
    settings.MEDIA_ROOT = tmp_path
    context = new_browser()
    log_in(context, make_researcher())
    page = context.new_page()
    page.goto("/accounts/password/")
    return page


def serve(source: Path) -> VideoMedia:
    media = make_media(make_video())
    stored(media.playback).parent.mkdir(exist_ok=True)
    shutil.move(source, stored(media.playback))
    return media


def write_noise(path: Path) -> Path:
    """Ten seconds that hardly compress: too much for Chromium to fetch ahead."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as output:
        options = {"preset": "ultrafast", "crf": "12", "g": "25"}
        stream = output.add_stream("libx264", 25, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for index in range(250):
            frame = av.VideoFrame(320, 240, "yuv420p")
            for plane in frame.planes:
                plane.update(os.urandom(plane.buffer_size))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def test_seeking_shows_the_frame_of_that_time(page: Page, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "clip.mkv", times_ms=range(0, 4000, 200))
    with MediaTools() as tools:
        tools.make_playback(source, tmp_path / "play.mp4", tools.probe(source))
    media = serve(tmp_path / "play.mp4")

    page.evaluate(LOAD, playback_url(media))
    late = page.evaluate(SEEK, 3.1)
    early = page.evaluate(SEEK, 0.5)

    assert late["time"] == pytest.approx(3.1, abs=0.01)
    assert late["gray"] == pytest.approx(gray_of(15), abs=4)
    assert early["gray"] == pytest.approx(gray_of(2), abs=4)


def test_seeking_far_ahead_fetches_from_there(page: Page, tmp_path: Path) -> None:
    media = serve(write_noise(tmp_path / "noise.mp4"))
    size = stored(media.playback).stat().st_size
    starts: list[int] = []

    def note_part(response: Response) -> None:
        if response.status == 206:
            part = response.headers["content-range"].removeprefix("bytes ")
            starts.append(int(part.split("-")[0]))

    page.on("response", note_part)

    page.evaluate(LOAD, playback_url(media))
    place = page.evaluate(SEEK, 9.0)

    assert place["time"] == pytest.approx(9.0, abs=0.01)
    assert size > 15_000_000
    assert max(starts) > size / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", [_by_day_or_night(name) for name in those_here(KINDS)])
def test_a_clip_of_each_kind_plays_and_seeks(
    page: Page, shared_data: Path, tmp_path: Path, name: str
) -> None:
    source = shared_data / "videos" / name
    with MediaTools() as tools:
        facts = tools.probe(source)
        tools.make_playback(source, tmp_path / "play.mp4", facts)
    media = serve(tmp_path / "play.mp4")

    loaded: dict[str, Any] = page.evaluate(LOAD, playback_url(media))
    middle = page.evaluate(SEEK, loaded["duration"] / 2)

    assert page.evaluate(PLAY)
    assert middle["time"] == pytest.approx(loaded["duration"] / 2, abs=0.01)
    # The sound may be longer than the picture, by some hundredths of a second.
    assert loaded["duration"] == pytest.approx(facts.video.duration_s, abs=0.2)
    aspect = facts.video.shown_size[0] / facts.video.shown_size[1]
    assert loaded["width"] / loaded["height"] == pytest.approx(aspect, rel=0.01)
