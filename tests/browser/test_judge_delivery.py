"""No answer is lost, doubled, or shown as saved too early, whatever happens."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, expect

from annotation.models import Assignment
from annotation.rules.judging.answers import Choice, GivenAnswer
from annotation.services.judging.assignments import give_batch
from annotation.services.judging.judgments import record_answers
from annotation.services.judging.submission import submit_assignment
from tests.browser.conftest import LogIn, OpenSheet
from tests.browser.sheet import FEW, PASSWORD, Sheet, few_comments, make_sheet
from tests.embedded.waiting import wait_until
from tests.factories import join

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWERS = "**/answers/"


@pytest.fixture
def sheet(open_sheet: OpenSheet) -> Sheet:
    """A batch of a few comments, opened by its annotator in a wide window."""
    return open_sheet(few_comments())


def waiting_count(page: Page) -> int:
    """How many answers this browser keeps for sending."""
    names = "Object.keys(localStorage).filter((name) => name.startsWith('answer:'))"
    return int(page.evaluate(f"{names}.length"))


def expect_nothing_waits(page: Page) -> None:
    """A row can say "Saved" a moment before its answer leaves the outbox."""
    wait_until(lambda: waiting_count(page) == 0, "an empty outbox")


def come_back(page: Page) -> None:
    """Look at the tab again, after a while in another window."""
    page.wait_for_timeout(1100)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


# --- Together -----------------------------------------------------------------------


def test_answers_given_within_a_second_travel_together(sheet: Sheet) -> None:
    sent: list[Request] = []
    sheet.page.on("request", lambda request: sent.append(request))  # noqa: PLW0108
    with sheet.page.expect_request(ANSWERS):
        sheet.type("h3")
        sheet.type("a0")

    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.state(2)).to_contain_text("Saved")

    assert [request.url for request in sent if "answers" in request.url] == [
        f"{sheet.page.url}answers/"
    ]
    assert sheet.stored() == {1: ("human", 3), 2: ("ai", 0)}
    # Human, then 3; AI, then 0.
    assert sheet.revision_count() == 2
    expect_nothing_waits(sheet.page)


def test_leaving_within_that_second_asks_nothing_and_loses_nothing(
    sheet: Sheet,
) -> None:
    asked: list[Dialog] = []
    sheet.page.on("dialog", lambda dialog: asked.append(dialog))  # noqa: PLW0108
    sheet.answer(1, "human", "4")

    sheet.page.goto("/")

    assert asked == []
    wait_until(lambda: sheet.stored() == {1: ("human", 4)}, "the answer, stored")
    sheet.open()
    expect(sheet.state(1)).to_contain_text("Saved")
    expect_nothing_waits(sheet.page)
    assert sheet.revision_count() == 1


# --- Away ---------------------------------------------------------------------------


def test_answers_given_offline_are_kept_and_sent_once(sheet: Sheet) -> None:
    sheet.answer(1, "human", "4")
    expect(sheet.state(1)).to_contain_text("Saved")
    sheet.page.context.set_offline(True)
    sheet.answer(2, "ai", "0")
    sheet.answer(1, "ai")
    expect(sheet.state(2)).to_have_text("Not saved yet: will retry")
    # Of two comments, whatever the number of answers.
    expect(sheet.notice("away")).to_contain_text("wait in this browser: 2")
    stored_meanwhile = sheet.stored()

    sheet.page.context.set_offline(False)

    expect(sheet.state(2)).to_contain_text("Saved")
    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.notice("away")).to_be_hidden()
    assert stored_meanwhile == {1: ("human", 4)}
    assert sheet.stored() == {1: ("ai", 4), 2: ("ai", 0)}
    # Human, then 4, then AI; AI, then 0: every step once.
    assert sheet.revision_count() == 3
    expect_nothing_waits(sheet.page)


def test_a_server_in_trouble_is_tried_again_by_itself(sheet: Sheet) -> None:
    failures = []

    def fail_twice(route: Route) -> None:
        failures.append(route)
        if len(failures) > 2:
            route.continue_()
        else:
            route.fulfill(status=503, body="busy")

    sheet.page.route(ANSWERS, fail_twice)

    sheet.answer(5, "human")

    expect(sheet.state(5)).to_have_text("Not saved yet: will retry")
    expect(sheet.state(5)).to_contain_text("Saved", timeout=8000)
    assert sheet.stored() == {5: ("human", None)}


def test_an_answer_whose_acknowledgement_is_lost_is_not_doubled(sheet: Sheet) -> None:
    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    sheet.page.route(ANSWERS, lose_the_reply, times=1)

    sheet.answer(6, "ai")

    expect(sheet.state(6)).to_contain_text("Saved", timeout=8000)
    assert sheet.stored() == {6: ("ai", None)}
    assert sheet.revision_count() == 0


def test_a_page_that_is_no_acknowledgement_saves_nothing(sheet: Sheet) -> None:
    sheet.page.route(ANSWERS, lambda route: route.fulfill(body="<p>Welcome</p>"))

    sheet.answer(7, "ai")

    expect(sheet.state(7)).to_have_text("Not saved yet: will retry")
    assert waiting_count(sheet.page) == 1


def test_nothing_shows_as_saved_before_the_server_said_so(sheet: Sheet) -> None:
    held: list[Route] = []
    sheet.page.route(ANSWERS, lambda route: held.append(route))  # noqa: PLW0108
    with sheet.page.expect_request(ANSWERS):
        sheet.answer(8, "human")
    expect(sheet.state(8)).to_have_text("Saving…")
    sheet.answer(8, "ai")
    painted = sheet.page.evaluate_handle(
        """() => {
            const painted = [];
            const look = () => {
                painted.push(document.getElementById("state-8").dataset.state);
                requestAnimationFrame(look);
            };
            look();
            return painted;
        }"""
    )

    with sheet.page.expect_request(ANSWERS):
        held[0].continue_()
    sheet.page.wait_for_timeout(100)

    assert set(painted.json_value()) == {"saving"}
    assert sheet.stored() == {8: ("human", None)}
    held[1].continue_()
    expect(sheet.state(8)).to_contain_text("Saved")


def test_the_newest_answer_stands_even_if_an_older_one_was_long_on_its_way(
    sheet: Sheet,
) -> None:
    held: list[Route] = []
    sheet.page.route(ANSWERS, lambda route: held.append(route), times=1)  # noqa: PLW0108
    with sheet.page.expect_request(ANSWERS):
        sheet.answer(8, "human")
    expect(sheet.state(8)).to_have_text("Saving…")
    sheet.answer(8, "ai")
    sheet.answer(8, "2")
    sheet.page.wait_for_timeout(500)

    held[0].continue_()

    expect(sheet.state(8)).to_contain_text("Saved")
    assert sheet.stored() == {8: ("ai", 2)}
    assert sheet.revision_count() == 2


# --- Coming and going ---------------------------------------------------------------


def test_a_reload_comes_back_to_the_same_place(open_sheet: OpenSheet) -> None:
    sheet = open_sheet()  # so long that one has to scroll
    for position in range(1, 16):
        sheet.answer(position, "human", "3")
    expect(sheet.state(15)).to_contain_text("Saved")

    sheet.page.reload()

    expect(sheet.current).to_have_attribute("data-position", "16")
    expect(sheet.row(16)).to_be_focused()
    expect(sheet.row(16)).to_be_in_viewport()
    expect(sheet.page.locator("#done")).to_have_text("15")
    expect(sheet.radio(15, "3")).to_be_checked()


def test_unsent_answers_outlive_a_reload(sheet: Sheet) -> None:
    sheet.page.route(ANSWERS, lambda route: route.abort())
    sheet.answer(1, "ai", "1")
    expect(sheet.state(1)).to_have_text("Not saved yet: will retry")
    sheet.page.on("dialog", lambda dialog: dialog.accept())

    sheet.page.reload()

    expect(sheet.radio(1, "ai")).to_be_checked()
    expect(sheet.current).to_have_attribute("data-position", "2")
    sheet.page.unroute(ANSWERS)
    expect(sheet.state(1)).to_contain_text("Saved", timeout=8000)
    assert sheet.stored() == {1: ("ai", 1)}


@pytest.mark.parametrize("is_sent", [True, False])
def test_leaving_warns_only_while_answers_wait(sheet: Sheet, is_sent: bool) -> None:  # noqa: FBT001
    warnings = []

    def accept(dialog: object) -> None:
        warnings.append(dialog)
        dialog.accept()  # type: ignore[attr-defined]

    sheet.page.on("dialog", accept)
    if not is_sent:
        sheet.page.route(ANSWERS, lambda route: route.abort())
    sheet.answer(1, "ai")
    expect(sheet.state(1)).to_contain_text("Saved" if is_sent else "Not saved yet")

    sheet.page.reload()

    assert len(warnings) == (0 if is_sent else 1)


# --- Logged out ---------------------------------------------------------------------


def log_in_by_form(page: Page, username: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_a_login_that_expired_loses_nothing(sheet: Sheet) -> None:
    Session.objects.all().delete()
    sheet.answer(1, "human", "5")
    sheet.answer(2, "ai")
    expect(sheet.notice("logged-out")).to_contain_text("Comments: 2")

    sheet.page.get_by_role("link", name="Sign in").click()
    log_in_by_form(sheet.page, sheet.user.username)

    sheet.page.wait_for_url(f"**{sheet.path}")
    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.state(2)).to_contain_text("Saved")
    expect(sheet.current).to_have_attribute("data-position", "2")
    assert sheet.stored() == {1: ("human", 5), 2: ("ai", None)}


def test_a_login_in_another_tab_is_enough(sheet: Sheet) -> None:
    Session.objects.all().delete()
    sheet.answer(1, "human")
    expect(sheet.notice("logged-out")).to_be_visible()

    other = sheet.page.context.new_page()
    other.goto("/accounts/login/")
    log_in_by_form(other, sheet.user.username)
    other.wait_for_url("**/")
    come_back(sheet.page)

    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.notice("logged-out")).to_be_hidden()
    assert sheet.stored() == {1: ("human", None)}


def test_a_tab_that_slept_through_the_end_of_a_login_says_so(sheet: Sheet) -> None:
    Session.objects.all().delete()

    come_back(sheet.page)

    expect(sheet.notice("logged-out")).to_contain_text("Comments: 0")


def test_another_person_never_sends_what_one_left_behind(
    sheet: Sheet, log_in: LogIn
) -> None:
    sheet.page.route(ANSWERS, lambda route: route.abort())
    sheet.answer(1, "ai")
    expect(sheet.state(1)).to_contain_text("Not saved yet")
    next_person = make_sheet(sheet.page.context.new_page())
    log_in(sheet.page.context, next_person.user)
    sheet.page.unroute(ANSWERS)

    come_back(sheet.page)
    next_person.open()
    next_person.answer(2, "human")

    expect(sheet.notice("stranger")).to_contain_text(sheet.user.username)
    expect(next_person.state(2)).to_contain_text("Saved")
    assert sheet.stored() == {}
    assert next_person.stored() == {2: ("human", None)}
    assert waiting_count(next_person.page) == 1


# --- Elsewhere ----------------------------------------------------------------------


def test_two_tabs_show_and_keep_the_same_answers(sheet: Sheet) -> None:
    other = sheet.in_page(sheet.page.context.new_page())
    other.open()

    sheet.answer(1, "ai")
    expect(other.radio(1, "ai")).to_be_checked()
    expect(other.state(1)).to_contain_text("Saved")
    other.answer(1, "2")
    expect(sheet.radio(1, "2")).to_be_checked()
    expect(sheet.state(1)).to_contain_text("Saved")

    assert sheet.stored() == {1: ("ai", 2)}
    expect_nothing_waits(sheet.page)


def test_a_tab_that_slept_catches_up_with_another_device(sheet: Sheet) -> None:
    sheet.answer(1, "ai", "1")
    expect(sheet.state(1)).to_contain_text("Saved")
    elsewhere = GivenAnswer(position=1, verdict="human", score=5, key=uuid4())
    record_answers(assignment=sheet.assignment, answers=[elsewhere])

    come_back(sheet.page)

    expect(sheet.radio(1, "human")).to_be_checked()
    expect(sheet.radio(1, "5")).to_be_checked()
    assert sheet.stored() == {1: ("human", 5)}


def test_a_batch_submitted_elsewhere_says_what_came_too_late(sheet: Sheet) -> None:
    sheet.page.context.set_offline(True)
    sheet.answer(1, "human", "5")
    sheet.answer(2, "ai", "5")
    choices = [Choice(position, "human", 5) for position in range(1, FEW + 1)]
    submit_assignment(assignment=sheet.assignment, choices=choices)

    sheet.page.context.set_offline(False)

    notice = sheet.notice("submitted")
    expect(notice).to_contain_text("came too late and weren't recorded: 2")
    notice.get_by_role("link", name="Continue").click()
    sheet.page.wait_for_url("**/done/")
    assert sheet.stored()[2] == ("human", 5)
    expect_nothing_waits(sheet.page)


def lose_place(assignment: Assignment) -> None:
    """Let the lease run out and somebody else take the only place."""
    past = timezone.now() - timedelta(hours=1)
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=past)
    give_batch(membership=join(assignment.batch.study))


def test_a_place_lost_is_told_and_the_answers_are_kept(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(few_comments(redundancy=1))
    lose_place(sheet.assignment)

    sheet.answer(1, "human")

    expect(sheet.notice("lapsed")).to_contain_text("another annotator has it now")
    expect(sheet.notice("lapsed").get_by_text("too late")).to_be_hidden()
    assert sheet.stored() == {1: ("human", None)}


def test_a_lease_that_ran_out_is_taken_up_again_if_the_place_is_free(
    sheet: Sheet, new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    sheet.answer(1, "human", "1")
    expect(sheet.state(1)).to_contain_text("Saved")
    past = timezone.now() - timedelta(hours=1)
    Assignment.objects.filter(pk=sheet.assignment.pk).update(
        leased_until=past, state="lapsed", place=None
    )
    context = new_browser()
    log_in(context, sheet.user)
    late = sheet.in_page(context.new_page())

    late.open()

    expect(
        late.page.get_by_text("Your time for this batch ran out, but nobody else")
    ).to_be_visible()
    late.answer(2, "ai")
    expect(late.state(2)).to_contain_text("Saved")
    assert late.stored() == {1: ("human", 1), 2: ("ai", None)}
