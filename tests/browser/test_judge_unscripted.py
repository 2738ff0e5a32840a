"""The judge page without its scripts: a plain form that says what it cannot do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, LogIn, OpenSheet
from tests.browser.sheet import FEW, Sheet, few_comments, make_sheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

WORDS = "Your answers aren't saved until you submit"
PATIENCE_MS = 15_000


def _hurry(page: Page) -> None:
    """Let what the style sheet shows after some seconds come four times as soon."""
    inside = page.context.new_cdp_session(page)
    inside.send("Animation.enable")
    inside.send("Animation.setPlaybackRate", {"playbackRate": 4})


@pytest.fixture
def page_without(
    new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> Callable[[str], Sheet]:
    """Open a batch on a phone to which the scripts of a name do not come."""

    def page_without(pattern: str) -> Sheet:
        page: Page = new_browser(**PHONE).new_page()
        page.route(pattern, lambda route: route.abort())
        _hurry(page)
        sheet = make_sheet(page, few_comments())
        log_in(page.context, sheet.user)
        sheet.open()
        return sheet

    return page_without


@pytest.mark.parametrize("pattern", ["**/*.js", "**/delivery*.js"])
def test_who_gets_no_script_is_told_and_can_submit_all_the_same(
    page_without: Callable[[str], Sheet], pattern: str
) -> None:
    sheet = page_without(pattern)
    expect(sheet.page.get_by_text(WORDS)).to_be_hidden()
    expect(sheet.page.get_by_text(WORDS)).to_be_visible(timeout=PATIENCE_MS)

    for position in range(1, FEW + 1):
        sheet.answer(position, "ai", "2")
    sheet.page.get_by_role("button", name="Submit").click()
    sheet.page.wait_for_url(lambda url: not url.endswith(sheet.path))

    assert sheet.is_submitted()
    assert sheet.stored() == dict.fromkeys(range(1, FEW + 1), ("ai", 2))


def test_who_has_switched_scripts_off_is_told_at_once(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(java_script_enabled=False)

    expect(sheet.page.get_by_text(WORDS)).to_be_visible(timeout=2000)


def test_who_has_the_script_reads_nothing_of_it(sheet: Sheet) -> None:
    expect(sheet.page.get_by_text(WORDS)).to_have_count(0)
