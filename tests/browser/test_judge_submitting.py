"""Submitting a batch: whole, once, and on to the next."""

import pytest
from playwright.sync_api import Route, expect

from annotation.models import Assignment
from tests.browser.conftest import OpenSheet
from tests.browser.sheet import FEW, TOTAL, Sheet, few_comments, make_study_of_texts
from tests.factories import make_media, make_open_study, make_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def few(open_sheet: OpenSheet) -> Sheet:
    """A batch of a few comments."""
    return open_sheet(few_comments())


def answer_all(sheet: Sheet, *, count: int = TOTAL, but: tuple[int, ...] = ()) -> None:
    """Answer every comment by keyboard: Human and 3."""
    for position in range(1, count + 1):
        if position not in but:
            sheet.row(position).focus()
            sheet.type("h3")


def press_submit(sheet: Sheet) -> None:
    sheet.page.get_by_role("button", name="Submit").click()


def test_submitting_with_something_missing_goes_there_and_says_so(
    sheet: Sheet,
) -> None:
    answer_all(sheet, but=(7, 20))
    sheet.answer(20, "ai")
    posts: list[str] = []
    sheet.page.on("request", lambda request: posts.append(request.url))

    press_submit(sheet)

    expect(sheet.row(7)).to_be_focused()
    expect(sheet.row(7)).to_be_in_viewport()
    expect(sheet.state(7)).to_have_text("Missing: both")
    expect(sheet.state(20)).to_have_text("Missing: score")
    expect(sheet.page.locator("#submit")).to_have_text("Submit (2 left)")
    assert not any("submit" in url for url in posts)
    assert not sheet.is_submitted()


def test_after_a_batch_comes_the_next_one_from_its_top(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_open_study(videos=2, humans=5, ai_sources=24))
    answer_all(sheet)
    expect(sheet.page.get_by_role("button", name="Submit", exact=True)).to_be_visible()

    press_submit(sheet)

    expect(sheet.page.get_by_role("heading", level=1)).to_contain_text("Batch 2")
    expect(sheet.page.locator(".comment :checked")).to_have_count(0)
    expect(sheet.current).to_have_attribute("data-position", "1")
    assert sheet.page.evaluate("scrollY") == 0
    assert sheet.is_submitted()
    told = sheet.notice("milestone")
    expect(told).to_contain_text("Batch 1 is submitted. 1 batch left, about 1 min")
    sheet.type("h")
    expect(told).to_be_hidden()
    assert sheet.stored() == dict.fromkeys(range(1, TOTAL + 1), ("human", 3))


def test_a_batch_submitted_without_a_network_is_submitted_once_it_is_back(
    few: Sheet,
) -> None:
    sheet = few
    answer_all(sheet, count=FEW)
    expect(sheet.state(FEW)).to_contain_text("Saved")
    sheet.page.context.set_offline(True)

    press_submit(sheet)

    expect(sheet.notice("unsubmitted")).to_be_visible()
    sheet.page.context.set_offline(False)  # nobody presses anything
    sheet.page.wait_for_url("**/done/")
    assert sheet.is_submitted()


def test_answers_that_wait_are_brought_before_the_batch_is_submitted(
    few: Sheet,
) -> None:
    sheet = few
    sheet.page.route("**/answers/", lambda route: route.abort())
    answer_all(sheet, count=FEW)
    expect(sheet.state(FEW)).to_have_text("Not saved yet: will retry")
    sheet.page.unroute("**/answers/")

    press_submit(sheet)

    sheet.page.wait_for_url("**/done/")
    assert sheet.is_submitted()
    assert sheet.stored() == dict.fromkeys(range(1, FEW + 1), ("human", 3))


def test_a_submission_whose_reply_is_lost_goes_on_by_itself(few: Sheet) -> None:
    sheet = few

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    answer_all(sheet, count=FEW)
    sheet.page.route("**/submit/", lose_the_reply, times=1)

    press_submit(sheet)

    sheet.page.wait_for_url("**/done/")
    assert sheet.is_submitted()


def test_pressing_twice_gives_one_next_batch(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(few_comments(videos=3))
    answer_all(sheet, count=FEW)

    sheet.page.get_by_role("button", name="Submit").dblclick()

    expect(sheet.page.get_by_role("heading", level=1)).to_contain_text("Batch 2")
    assert Assignment.objects.count() == 2


def test_a_video_not_watched_stands_in_the_way(open_sheet: OpenSheet) -> None:
    video = make_video()
    make_media(video)
    sheet = open_sheet(few_comments(videos=[video], required_play_percent=80))
    answer_all(sheet, count=FEW)

    press_submit(sheet)

    expect(sheet.notice("unwatched")).to_contain_text("at least 80 % of it")
    assert not sheet.is_submitted()


def test_the_batch_can_be_submitted_without_scripts(open_sheet: OpenSheet) -> None:
    study = make_study_of_texts(["first", "second"])
    sheet = open_sheet(study, java_script_enabled=False)
    sheet.answer(1, "human", "5")
    press_submit(sheet)
    expect(sheet.page.get_by_text("Still missing: 2")).to_be_visible()
    expect(sheet.radio(1, "5")).to_be_checked()
    sheet.answer(2, "ai", "0")

    press_submit(sheet)

    sheet.page.wait_for_url("**/done/")
    assert sheet.is_submitted()
    assert sheet.stored() == {1: ("human", 5), 2: ("ai", 0)}
