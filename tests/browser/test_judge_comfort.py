"""What makes hours of judging bearable: the tour, breaks, leaving and coming back."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from annotation.models import Judgment, Membership, TrainingItem
from tests.browser.axe import violations
from tests.browser.conftest import LogIn, OpenSheet
from tests.browser.sheet import Sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def newcomer(
    new_browser: Callable[..., BrowserContext], sheet: Sheet, log_in: LogIn
) -> Sheet:
    """The same batch for somebody who has not seen the tour."""
    Membership.objects.update(tour_done_at=None)
    context = new_browser()
    log_in(context, sheet.user)
    newcomer = sheet.in_page(context.new_page())
    newcomer.open()
    return newcomer


def test_the_tour_has_four_steps_and_comes_once(newcomer: Sheet) -> None:
    tour = newcomer.page.get_by_role("dialog", name="How this works")
    for number in (1, 2, 3, 4):
        expect(tour).to_contain_text(f"{number} of 4")
        step = tour.get_by_role("button", name="Start" if number == 4 else "Next")
        step.click()
    expect(tour).to_be_hidden()
    newcomer.page.wait_for_load_state("networkidle")

    newcomer.page.reload()

    expect(newcomer.row(1)).to_be_visible()
    expect(tour).to_have_count(0)
    assert Membership.objects.get(user=newcomer.user).tour_done_at is not None


def test_the_tour_can_be_skipped(newcomer: Sheet) -> None:
    with newcomer.page.expect_response("**/tour/"):
        newcomer.page.get_by_role("button", name="Skip the tour").click()

    newcomer.type("h5")

    expect(newcomer.state(1)).to_contain_text("Saved")


def test_practice_is_done_in_the_row_and_with_the_keys_of_a_batch(sheet: Sheet) -> None:
    study = sheet.assignment.batch.study
    TrainingItem.objects.create(study=study, position=3, text="so cute", origin="ai")
    page = sheet.page
    page.goto(reverse("annotation:training", args=[study.public_id]))
    page.keyboard.press("Control+Enter")
    expect(sheet.state(1)).to_have_text("Missing: both")
    sheet.type("h4")
    expect(sheet.state(1)).to_have_text("")
    assert violations(page) == []

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("status").filter(has_text="Not this time")).to_be_visible()
    expect(sheet.radio(1, "4")).to_be_checked()
    expect(sheet.radio(1, "4")).to_be_disabled()


def test_a_break_is_offered_after_an_hour_and_can_be_declined(
    open_sheet: OpenSheet,
) -> None:
    sheet = open_sheet(alone=True)
    sheet.page.clock.install(time=timezone.now())
    sheet.page.reload()
    sheet.answer(1, "human")
    for position in range(2, 9):
        sheet.page.clock.fast_forward("09:00")
        sheet.answer(position, "human")
    expect(sheet.notice("break")).to_contain_text("judging for 60 minutes")

    sheet.page.get_by_role("button", name="Continue").click()
    sheet.answer(9, "ai")

    expect(sheet.notice("break")).to_be_hidden()


def test_no_break_is_offered_to_who_just_came_back(
    open_sheet: OpenSheet,
) -> None:
    sheet = open_sheet(alone=True)
    sheet.page.clock.install(time=timezone.now())
    sheet.page.reload()
    sheet.answer(1, "human")
    sheet.page.clock.fast_forward("02:00:00")

    sheet.answer(2, "human")

    expect(sheet.state(2)).to_contain_text("Saved")
    expect(sheet.notice("break")).to_be_hidden()


def test_leaving_and_coming_back_resumes_at_the_same_place(sheet: Sheet) -> None:
    for key in "h1a2":
        sheet.type(key)
    expect(sheet.state(2)).to_contain_text("Saved")

    sheet.page.get_by_role("button", name="Save and exit").click()
    sheet.page.wait_for_url("**/")
    sheet.open()

    expect(sheet.current).to_have_attribute("data-position", "3")


def test_the_time_a_comment_was_looked_at_is_stored(sheet: Sheet) -> None:
    sheet.page.wait_for_timeout(400)
    sheet.answer(1, "human")
    expect(sheet.state(1)).to_contain_text("Saved")
    sheet.row(29).scroll_into_view_if_needed()
    sheet.answer(29, "ai")
    expect(sheet.state(29)).to_contain_text("Saved")

    seconds = Judgment.objects.order_by("presentation__position").values_list(
        "first_answer_seconds", flat=True
    )

    first, last = list(seconds)
    assert first is not None
    assert last is not None
    assert first >= 0.4
    assert last < first
