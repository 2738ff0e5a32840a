"""Three people answer items: with keys, on a phone, and offline for a while."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Membership
from tests.browser.conftest import PHONE, WIDE, LogIn
from tests.browser.test_every_page import faults_of
from tests.factories import make_admin
from tests.thinking.making import make_large_selection
from tests.thinking.people import join, make_open_item_study
from thinking.models import PersonAnswer, WorkState

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

Open = Callable[..., Page]


def wait_for_question(page: Page, position: int) -> None:
    """Until the script shows it alone."""
    expect(page.locator(".item:not([hidden])")).to_have_count(1)
    page.get_by_text(f"Question {position} of").locator("visible=true").wait_for()


@pytest.fixture
def open_batch(new_browser: Callable[..., BrowserContext], log_in: LogIn) -> Open:
    def open_batch(person: Membership, **screen: object) -> Page:
        assert person.user is not None
        context = new_browser(**screen)
        log_in(context, person.user)
        page = context.new_page()
        page.goto(reverse("annotation:work", args=[person.study.public_id]))
        page.get_by_role("button", name="Start the first batch").click()
        wait_for_question(page, 1)
        return page

    return open_batch


def test_three_people_answer_their_batches(
    open_batch: Open, new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    item_study = make_open_item_study(redundancy=3, batches_per_person=1)
    keyboard, phone, train = (join(item_study.study) for _ in range(3))

    page = open_batch(keyboard, **WIDE)
    assert faults_of(page) == []
    page.keyboard.press("g")
    page.get_by_role("heading", name="Guidelines").wait_for()
    page.keyboard.press("c")  # chooses nothing behind the dialog
    page.get_by_role("button", name="Back to the questions").click()
    for key in ("b", "Enter", "3", "Enter", "a"):
        page.keyboard.press(key)
    page.get_by_label("I know this video").locator("visible=true").check()
    expect(page.locator("#done")).to_have_text("3")
    page.get_by_role("button", name="Submit batch").click()
    page.get_by_text("batch submitted").first.wait_for()

    page = open_batch(phone, **PHONE, color_scheme="dark")
    assert faults_of(page) == []
    for step in range(3):
        page.locator(".item:not([hidden]) .options label").nth(1).tap()
        if step == 1:
            page.get_by_role("link", name="Report a problem").tap()
            expect(page.get_by_label("What is it about?")).to_have_value("2")
            assert faults_of(page) == []
            page.get_by_role("link", name="Back to the questions").tap()
            wait_for_question(page, 3)
        elif step < 2:
            page.get_by_role("button", name="Next").tap()
    page.get_by_role("button", name="Submit batch").tap()
    page.get_by_text("batch submitted").first.wait_for()

    page = open_batch(train, **WIDE)
    page.context.set_offline(True)
    for key in ("1", "Enter", "2", "Enter", "4"):
        page.keyboard.press(key)
    page.get_by_text("No connection.").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Saved").locator("visible=true").wait_for()
    page.get_by_role("button", name="Submit batch").click()
    page.get_by_text("batch submitted").first.wait_for()

    said = {
        person: [
            *PersonAnswer.objects.filter(
                assignment__membership=person, assignment__state=WorkState.SUBMITTED
            )
            .order_by("position")
            .values_list("place", "knows_video")
        ]
        for person in (keyboard, phone, train)
    }
    assert said == {
        keyboard: [(1, False), (2, False), (0, True)],
        phone: [(1, False)] * 3,
        train: [(0, False), (1, False), (3, False)],
    }

    context = new_browser(**PHONE)
    log_in(context, make_admin())
    page = context.new_page()
    build = item_study.build.name
    for address in (
        reverse("thinking:item_study", args=[item_study.study.public_id]),
        reverse("thinking:people", args=[build]),
        reverse("annotation:study_people", args=[item_study.study.public_id]),
    ):
        page.goto(address)
        assert faults_of(page) == [], address


@pytest.mark.nightly
def test_three_people_answer_thirty_items_each(open_batch: Open) -> None:
    make_large_selection(each=2)
    plan = {"batch_size": 30, "redundancy": 3, "batches_per_person": 1}
    item_study = make_open_item_study(**plan)
    keyboard, phone, train = (join(item_study.study) for _ in range(3))

    page = open_batch(keyboard, **WIDE)
    for number in range(page.locator(".item").count()):
        page.keyboard.press("abcd"[number % 4])
        page.keyboard.press("Enter")
    submit(page)

    page = open_batch(phone, **PHONE)
    count = page.locator(".item").count()
    for number in range(count):
        page.locator(".item:not([hidden]) .options label").nth(number % 4).tap()
        if number < count - 1:
            page.get_by_role("button", name="Next").tap()
    submit(page)

    page = open_batch(train, **WIDE)
    for number in range(page.locator(".item").count()):
        if number in (10, 20):
            page.context.set_offline(number == 10)
        page.keyboard.press("1234"[number % 4])
        page.keyboard.press("Enter")
    submit(page)

    for person in (keyboard, phone, train):
        rows = PersonAnswer.objects.filter(
            assignment__membership=person, assignment__state=WorkState.SUBMITTED
        )
        said = [*rows.order_by("position").values_list("place", flat=True)]
        assert said == [number % 4 for number in range(len(said))]
        assert len(said) >= 29  # a video without one of the tasks leaves a gap


def submit(page: Page) -> None:
    expect(page.locator("#done")).to_have_text(str(page.locator(".item").count()))
    page.get_by_role("button", name="Submit batch").click()
    page.get_by_text("batch submitted").first.wait_for()
