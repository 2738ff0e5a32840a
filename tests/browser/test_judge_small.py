"""The judge page in the smallest windows: old phones, and a zoom of 400 %."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, OpenSheet
from tests.browser.sheet import box

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALLEST = {**PHONE, "viewport": {"width": 320, "height": 568}}
ZOOMED = {"viewport": {"width": 320, "height": 256}}


def right_of(locator: Locator) -> float:
    found = box(locator)
    return found["x"] + found["width"]


def test_on_the_smallest_phone_nothing_leaves_its_row(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(**SMALLEST)
    verdicts = sheet.row(1).get_by_role(
        "radiogroup", name="Was it written by a human or by AI?"
    )
    scores = sheet.row(1).get_by_role("radiogroup", name="How realistic is it?")
    player = sheet.page.get_by_role("group", name="Video and help")

    assert right_of(scores) == pytest.approx(right_of(verdicts), abs=1)
    assert right_of(sheet.radio(1, "5")) <= right_of(verdicts) + 1
    # One line of buttons: the video has the room of a second one.
    tops = {box(button)["y"] for button in player.locator("button:visible, a").all()}
    assert len(tops) == 1


def test_a_zoom_of_400_percent_leaves_room_for_the_comments(
    open_sheet: OpenSheet,
) -> None:
    sheet = open_sheet(**ZOOMED)
    height = ZOOMED["viewport"]["height"]

    assert box(sheet.page.locator("#video"))["height"] >= height / 3
    sheet.page.locator("#comment-9").scroll_into_view_if_needed()

    expect(sheet.page.locator("#video")).not_to_be_in_viewport()
    expect(sheet.page.get_by_role("button", name="Submit")).to_be_in_viewport()


@pytest.mark.parametrize("key", ["g", "?"])
def test_help_is_read_from_its_beginning(open_sheet: OpenSheet, key: str) -> None:
    sheet = open_sheet(**ZOOMED)

    sheet.page.keyboard.press(key)

    dialog = sheet.page.locator("dialog[open]")
    expect(dialog.get_by_role("heading").first).to_be_focused()
    expect(dialog.get_by_role("heading").first).to_be_in_viewport()
    sheet.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
