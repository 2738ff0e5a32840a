"""What the page looks like: dense, steady, the video always in view."""

from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Route, expect
from pytest_django import Settings

from annotation.instrument import INSTRUMENTS
from tests.browser.conftest import PHONE, OpenSheet
from tests.browser.sheet import TOTAL, Sheet, box, make_study_of_texts
from tests.factories import make_open_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "a comment that says more than anybody wants to read about a clip, " * 20
MOST_CHOICES = {"human-ai-0-10", "human-ai-unsure-0-5"}
SIDEWAYS = {**PHONE, "viewport": {"width": 844, "height": 390}}
RECORD_SHIFTS = """(() => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
        .observe({ type: "layout-shift", buffered: true });
})()"""


def shifts(sheet: Sheet) -> list[str]:
    """What moved on the page since RECORD_SHIFTS, just after an input as well."""
    sheet.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    )
    found: list[str] = sheet.page.evaluate(
        """() => window.shifts.flatMap(({ value, sources }) => sources.map(
            ({ node, previousRect: { x, y }, currentRect: to }) =>
                `${value}: ${x}, ${y} to ${to.x}, ${to.y}: ` +
                (node?.outerHTML ?? node?.textContent)))"""
    )
    return found


def scroll_to_end(sheet: Sheet) -> None:
    sheet.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    sheet.page.wait_for_function(
        "scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
    )


def test_29_long_comments_take_four_screens_at_most(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts([LONG] * TOTAL))

    height = sheet.page.evaluate("document.documentElement.scrollHeight")

    assert height <= 4 * 900


def test_fifteen_usual_comments_are_in_view_at_once(open_sheet: OpenSheet) -> None:
    usual = "why does this feel like the story of my whole life, honestly, every day"
    sheet = open_sheet(make_study_of_texts([usual] * TOTAL))

    last, dock = box(sheet.row(15)), box(sheet.page.locator(".dock"))

    assert last["y"] + last["height"] <= dock["y"]
    verdict, score = (box(sheet.radio(15, value)) for value in ("ai", "0"))
    assert verdict["y"] == score["y"]  # one line for each comment's answer


def test_every_long_text_folds_at_the_same_height(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts([LONG, LONG[:900], LONG[:700] + "😂"]))

    heights = {box(sheet.row(position))["height"] for position in (1, 2, 3)}

    assert len(heights) == 1
    expect(sheet.page.get_by_role("button", name="more")).to_have_count(3)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="wide"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.nightly),
        pytest.param(SIDEWAYS, id="sideways"),
    ],
)
def test_the_video_never_leaves_the_view(
    open_sheet: OpenSheet, options: dict[str, object]
) -> None:
    sheet = open_sheet(make_study_of_texts([LONG] * TOTAL), **options)

    scroll_to_end(sheet)

    expect(sheet.page.locator("#video")).to_be_in_viewport(ratio=1)
    expect(sheet.page.locator("#submit")).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_video_takes_a_third_and_less_while_scrolling(
    open_sheet: OpenSheet,
) -> None:
    sheet = open_sheet(**PHONE, reduced_motion="no-preference")
    frame = sheet.page.locator(".frame")
    before = box(frame)["height"]
    first = box(sheet.row(1))["y"]

    scroll_to_end(sheet)

    after = box(frame)
    assert before < 0.35 * 844
    assert first < 0.45 * 844
    assert after["height"] < 0.8 * before
    assert after["y"] == 0


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="wide", marks=pytest.mark.nightly),
        pytest.param(PHONE, id="phone"),
    ],
)
def test_nothing_moves_when_the_scripts_come_late(
    open_sheet: OpenSheet, options: dict[str, object]
) -> None:
    sheet = open_sheet(**options)
    sheet.page.add_init_script(RECORD_SHIFTS)

    def come_late(route: Route) -> None:
        sheet.page.wait_for_function(
            "() => performance.getEntriesByType('paint').length"
        )
        route.continue_()

    sheet.page.route("**/judge/judge.js", come_late)
    sheet.open()
    expect(sheet.page.get_by_role("button", name="Play", exact=True)).to_be_visible()

    assert shifts(sheet) == []


def test_nothing_moves_while_answers_are_given_and_saved(sheet: Sheet) -> None:
    sheet.page.evaluate(RECORD_SHIFTS)
    first = box(sheet.row(1))
    for position in (1, 2, 3, 4):
        sheet.answer(position, "human", "4")
        expect(sheet.state(position)).to_contain_text("Saved")
    sheet.page.context.set_offline(True)
    sheet.answer(5, "ai", "1")
    expect(sheet.notice("away")).to_be_visible()
    sheet.page.context.set_offline(False)
    expect(sheet.notice("away")).to_be_hidden()

    assert shifts(sheet) == []
    assert box(sheet.row(1)) == first


@pytest.mark.parametrize(
    ("options", "is_offline"),
    [
        pytest.param({}, False, id="wide-online"),
        pytest.param({}, True, id="wide-offline", marks=pytest.mark.nightly),
        pytest.param(PHONE, False, id="phone-online", marks=pytest.mark.nightly),
        pytest.param(PHONE, True, id="phone-offline"),
    ],
)
def test_the_current_comment_is_never_under_a_bar(
    open_sheet: OpenSheet,
    options: dict[str, object],
    is_offline: bool,  # noqa: FBT001
) -> None:
    sheet = open_sheet(make_study_of_texts([LONG] * 15), **options)
    frame, bar = sheet.page.locator(".frame"), sheet.page.locator(".dock")
    if is_offline:
        sheet.page.context.set_offline(True)
        bar = sheet.notice("away")
        expect(bar).to_be_visible()

    for key in "j" * 14 + "k" * 14:
        sheet.type(key)

        row, pinned = box(sheet.current), box(frame)
        top = pinned["y"] + pinned["height"] if options else 0
        assert top - 1 <= row["y"]
        assert row["y"] + row["height"] <= box(bar)["y"] + 1


@pytest.mark.parametrize(
    ("options", "least"),
    [
        pytest.param(PHONE, 44, id="phone"),
        pytest.param(SIDEWAYS, 44, id="sideways", marks=pytest.mark.nightly),
        pytest.param({}, 24, id="mouse"),
    ],
)
def test_everything_is_large_enough_to_hit(
    open_sheet: OpenSheet, options: dict[str, object], least: int
) -> None:
    sheet = open_sheet(make_study_of_texts([LONG, "short"]), **options)

    small = sheet.page.evaluate(
        """(least) => [...document.querySelectorAll(
                "main button, main a, main select, .choice label")]
            .map((element) => [element, element.getBoundingClientRect()])
            .filter(([, { width, height }]) => width && Math.min(width, height) < least)
            .map(([{ textContent }, { width, height }]) =>
                `${textContent.trim()}: ${width} x ${height}`)""",
        least,
    )

    assert small == []


def test_nothing_is_cut_off_at_any_width(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts(["A" * 400, "short"]))
    sheet.page.context.set_offline(True)
    sheet.answer(1, "human")  # the longest state: not saved yet
    expect(sheet.state(1)).to_have_text("Not saved yet: will retry")

    for width in (320, 390, 640, 768, 960, 1100, 1366, 1920):
        sheet.page.set_viewport_size({"width": width, "height": 900})

        assert sheet.page.evaluate("document.documentElement.scrollWidth") == width
        for part in (".verdict", ".score"):
            assert are_apart(sheet.state(1), sheet.row(1).locator(part)), (width, part)


# What is to be hit by a finger needs more room.
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="mouse", marks=pytest.mark.nightly),
        pytest.param(PHONE, id="finger"),
    ],
)
@pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, marks=() if key in MOST_CHOICES else pytest.mark.nightly)
        for key in INSTRUMENTS
    ],
)
def test_every_instrument_fits_at_any_width(
    open_sheet: OpenSheet, key: str, options: dict[str, object]
) -> None:
    study = make_open_study(instrument=INSTRUMENTS[key])
    sheet = open_sheet(study, **options)
    sheet.page.context.set_offline(True)
    sheet.answer(1, "human")
    expect(sheet.state(1)).to_have_text("Not saved yet: will retry")
    row = sheet.row(1)

    for width in (320, 390, 640, 768, 960, 1100, 1366):
        sheet.page.set_viewport_size({"width": width, "height": 900})

        assert sheet.page.evaluate("document.documentElement.scrollWidth") == width
        end = box(row)["x"] + box(row)["width"] + 1
        answers = row.locator(".choice label, .low, .high, .state")
        for found in map(box, answers.filter(visible=True).all()):
            assert found["x"] + found["width"] <= end
        for part in (".verdict", ".score"):
            assert are_apart(sheet.state(1), row.locator(part)), (width, part)


def are_apart(one: Locator, other: Locator) -> bool:
    """Whether two elements cover nothing of each other, but for a rounded pixel."""
    a, b = box(one), box(other)
    return (
        a["x"] >= b["x"] + b["width"] - 1
        or b["x"] >= a["x"] + a["width"] - 1
        or a["y"] >= b["y"] + b["height"] - 1
        or b["y"] >= a["y"] + a["height"] - 1
    )


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> None:
    """Static files in their bundles, as a server has them."""
    settings.STATIC_ROOT = tmp_path
    ignored = ["admin", "rest_framework", "drf_spectacular_sidecar"]
    call_command(
        "collectstatic", interactive=False, verbosity=0, ignore_patterns=ignored
    )
    settings.STATICFILES_DIRS = [tmp_path]


@pytest.mark.usefixtures("collected")
def test_the_page_is_light_on_the_wire(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(alone=True)  # nothing of it is in a cache
    sheet.answer(1, "human", "5")  # the bundled scripts do their work
    expect(sheet.state(1)).to_contain_text("Saved")
    entries = sheet.page.evaluate(
        """performance.getEntriesByType('resource')
            .filter(({ initiatorType }) => ["link", "script"].includes(initiatorType))
            .map((resource) => resource.name)"""
    )
    urls = [url for url in entries if "/img/icon" not in url]
    page = sheet.page.request.get(sheet.path).body()
    files = {url: sheet.page.request.get(url).body() for url in urls}
    # Servers send static files with brotli, made ahead of time; pages as they are.
    sizes = {url: len(brotli.compress(body)) for url, body in files.items()}
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))

    # The page, two styles, three scripts; the icon is asked for once a visit.
    assert 1 + len(urls) <= 6, urls
    assert scripts <= 40_000
    assert len(page) + sum(sizes.values()) <= 120_000
