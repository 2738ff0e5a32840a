"""WCAG 2.2 AA as far as a program can tell, in every state of the page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Membership
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, OpenSheet
from tests.browser.sheet import Sheet, make_study_of_texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = ["أجمل فيديو رأيته هذا الأسبوع", "long " * 300, "short", "ok"]
DARK = {"color_scheme": "dark"}
# By day both screens and both colours, each once.
LOOKS = [
    pytest.param({}, id="light"),
    pytest.param(DARK, id="dark", marks=pytest.mark.nightly),
    pytest.param(PHONE, id="phone", marks=pytest.mark.nightly),
    pytest.param(PHONE | DARK, id="phone-dark"),
]


def findings(page: Page) -> list[str]:
    """What axe objects to, as `rule: element`."""
    found = violations(page)
    return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("options", LOOKS)
def test_axe_has_no_objection_while_one_judges(
    open_sheet: OpenSheet, options: dict[str, Any]
) -> None:
    sheet = open_sheet(make_study_of_texts(TEXTS), **options)
    assert findings(sheet.page) == []
    sheet.answer(1, "human", "5")
    sheet.answer(2, "ai")
    sheet.page.get_by_role("button", name="Submit").click()
    expect(sheet.state(2)).to_have_text("Missing: score")
    sheet.page.context.set_offline(True)
    sheet.answer(3, "ai", "1")
    expect(sheet.notice("away")).to_be_visible()

    assert findings(sheet.page) == []


@pytest.mark.parametrize("options", LOOKS[:2])
def test_axe_has_no_objection_to_the_overlays(
    open_sheet: OpenSheet, options: dict[str, Any]
) -> None:
    sheet = open_sheet(make_study_of_texts(TEXTS), **options)

    for key in ("?", "g"):
        sheet.page.keyboard.press(key)
        assert findings(sheet.page) == []
        sheet.page.keyboard.press("Escape")
    Membership.objects.update(tour_done_at=None)
    sheet.page.reload()
    expect(sheet.page.get_by_role("dialog", name="How this works")).to_be_visible()
    assert findings(sheet.page) == []


def test_every_choice_has_a_complete_name(sheet: Sheet) -> None:
    row = sheet.page.get_by_role("group", name="Comment 1 of 29")
    scores = row.get_by_role("radiogroup", name="How realistic is it?")

    expect(row.get_by_role("radio", name="Human", exact=True)).to_have_count(1)
    expect(row.get_by_role("radio", name="AI", exact=True)).to_have_count(1)
    expect(
        scores.get_by_role("radio", name="0: clearly AI or makes no sense")
    ).to_have_count(1)
    expect(
        scores.get_by_role(
            "radio", name="5: indistinguishable from a real viewer's comment"
        )
    ).to_have_count(1)


def test_a_save_is_not_read_aloud_but_trouble_is(sheet: Sheet) -> None:
    expect(sheet.state(1)).to_have_attribute("aria-live", "off")
    sheet.answer(1, "human")
    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.state(1)).to_have_attribute("aria-live", "off")

    sheet.page.context.set_offline(True)

    status = sheet.page.get_by_role("status").filter(has_text="Can't reach the server")
    expect(status).to_be_visible()


def test_the_current_comment_is_marked_by_more_than_colour(sheet: Sheet) -> None:
    sheet.page.keyboard.press("j")

    bar = "element => getComputedStyle(element, '::before').borderLeftWidth"

    assert sheet.row(2).evaluate(bar) == "4px"
    assert sheet.row(1).evaluate(bar) == "0px"
    expect(sheet.row(2)).to_have_attribute("aria-current", "true")
