"""The video: its bar, how much of it was played, what happens when it fails."""

from pathlib import Path

import av
import numpy as np
import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from annotation.models import Study
from corpus.models import Video
from tests.browser.conftest import OpenSheet
from tests.browser.sheet import FEW, Sheet, few_comments
from tests.factories import make_media, make_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 8
FRAMES_PER_SECOND = 10


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of grey that grows lighter, 160 x 90, as browsers play it."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    options = {"movflags": "+faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as file:
        stream = file.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(SECONDS * FRAMES_PER_SECOND):
            pixels = np.full((90, 160, 3), number * 3, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path


@pytest.fixture
def video(clip: Path) -> Video:
    """A video that is ready to be watched."""
    video = make_video()
    media = make_media(video, duration_s=SECONDS, width=160, height=90, poster="")
    file = Path(settings.MEDIA_ROOT) / media.playback
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(clip.read_bytes())
    return video


def study_of(video: Video, required_play_percent: int = 0) -> Study:
    return few_comments([video], required_play_percent=required_play_percent)


def watched(sheet: Sheet) -> float:
    sheet.assignment.refresh_from_db()
    return sheet.assignment.played_percent


def wait_until_played(sheet: Sheet, seconds: float) -> None:
    sheet.page.wait_for_function(
        "seconds => document.getElementById('video').currentTime >= seconds",
        arg=seconds,
    )


def is_paused(sheet: Sheet) -> bool:
    return bool(sheet.page.evaluate("document.getElementById('video').paused"))


def test_space_plays_and_stops_the_video(open_sheet: OpenSheet, video: Video) -> None:
    sheet = open_sheet(study_of(video))

    sheet.page.keyboard.press("Space")
    wait_until_played(sheet, 0.3)
    expect(sheet.page.get_by_role("button", name="Pause")).to_be_visible()
    sheet.page.keyboard.press("Space")

    expect(sheet.page.get_by_role("button", name="Play")).to_be_visible()
    assert is_paused(sheet)
    assert sheet.page.evaluate("scrollY") == 0


def test_left_goes_back_five_seconds(open_sheet: OpenSheet, video: Video) -> None:
    sheet = open_sheet(study_of(video))
    sheet.page.evaluate("document.getElementById('video').currentTime = 7")
    wait_until_played(sheet, 7)

    sheet.page.keyboard.press("ArrowLeft")

    assert sheet.page.evaluate("document.getElementById('video').currentTime") == 2


def test_the_speed_can_be_chosen(open_sheet: OpenSheet, video: Video) -> None:
    sheet = open_sheet(study_of(video))

    sheet.page.get_by_label("Speed").select_option("1.5×")

    assert sheet.page.evaluate("document.getElementById('video').playbackRate") == 1.5


def test_what_was_played_is_stored_once_per_second_of_video(
    open_sheet: OpenSheet, video: Video
) -> None:
    sheet = open_sheet(study_of(video))
    for _ in range(3):  # the same second, again and again
        sheet.page.evaluate("document.getElementById('video').currentTime = 0")
        sheet.page.keyboard.press("Space")
        wait_until_played(sheet, 1)
        sheet.page.keyboard.press("Space")

    sheet.page.reload()

    assert 100 / SECONDS <= watched(sheet) < 300 / SECONDS


def test_a_batch_whose_video_must_be_watched_is_submitted_after_it(
    open_sheet: OpenSheet, video: Video
) -> None:
    sheet = open_sheet(study_of(video, required_play_percent=90))
    for _ in range(FEW):
        sheet.type("h1")
    sheet.page.keyboard.press("Control+Enter")
    expect(sheet.notice("unwatched")).to_be_visible()

    sheet.page.get_by_label("Speed").select_option("2×")
    sheet.page.get_by_role("button", name="Play").click()
    expect(sheet.page.locator("#played")).to_have_text("100", timeout=10_000)
    sheet.page.keyboard.press("Control+Enter")

    sheet.page.wait_for_url("**/done/")
    assert sheet.is_submitted()
    assert watched(sheet) >= 90


def test_the_server_has_the_last_word_on_what_was_watched(
    open_sheet: OpenSheet, video: Video
) -> None:
    sheet = open_sheet(study_of(video, required_play_percent=90))
    sheet.page.route("**/playback/", lambda route: route.abort())
    for _ in range(FEW):
        sheet.type("h1")
    sheet.page.evaluate("document.getElementById('video').playbackRate = 4")
    sheet.page.get_by_role("button", name="Play").click()
    expect(sheet.page.locator("#played")).to_have_text("100", timeout=10_000)

    sheet.page.keyboard.press("Control+Enter")

    refusal = sheet.page.get_by_role("alert").filter(has_text="Watch at least 90 %")
    expect(refusal).to_be_in_viewport()
    expect(sheet.page.get_by_role("button", name="Submit", exact=True)).to_be_enabled()


def test_a_video_that_fails_can_be_loaded_again(
    open_sheet: OpenSheet, video: Video
) -> None:
    sheet = open_sheet(study_of(video))

    def lose(route: Route) -> None:
        route.fulfill(status=404)

    sheet.page.route("**/media/**", lose)
    sheet.page.reload()
    expect(sheet.page.get_by_text("The video didn't load.")).to_be_visible()
    sheet.page.unroute("**/media/**")

    sheet.page.get_by_role("button", name="Try again").click()

    expect(sheet.page.get_by_text("The video didn't load.")).to_be_hidden()
    sheet.page.keyboard.press("Space")
    wait_until_played(sheet, 0.2)


def test_a_batch_without_a_video_says_so(sheet: Sheet) -> None:
    expect(sheet.page.get_by_text("This video can't be shown")).to_be_visible()
