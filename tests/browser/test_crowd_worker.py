"""A crowd worker's whole way on a phone: from the platform's link back to it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from annotation.models import (
    DocumentKind,
    Invitation,
    InvitationKind,
    Membership,
    Study,
    WayOut,
    WayOutKind,
)
from annotation.selectors.people.invitation_links import invitation_token
from tests.browser.conftest import PHONE
from tests.factories import make_document, make_open_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLATFORM = "https://platform.example/complete"


@pytest.fixture
def study() -> Study:
    """One batch of three comments, with all that can come before it."""
    study = make_open_study(
        humans=1,
        ai_sources=2,
        title="Cats and dogs",
        expected_duration="about 10 minutes",
        pay="£2, paid by the platform",
    )
    make_document(study, DocumentKind.GUIDELINES)
    make_document(study, DocumentKind.CONSENT, "We store **your answers**.")
    study.comprehension_questions.create(
        position=1,
        text="How many are human?",
        choices=["One", "Not told"],
        right_choice=1,
    )
    study.training_items.create(position=1, text="so cute omg", origin="human")
    WayOut.objects.create(
        study=study,
        kind=WayOutKind.COMPLETED,
        has_personal_codes=True,
        redirect_url=f"{PLATFORM}?cc={{code}}",
    )
    WayOut.objects.create(
        study=study,
        kind=WayOutKind.SCREENED_OUT,
        code="SCREEN-7",
        redirect_url=f"{PLATFORM}?cc={{code}}",
    )
    return study


@pytest.fixture
def arrive(
    study: Study, new_browser: Callable[..., BrowserContext]
) -> Callable[[str], Page]:
    """A phone on which the platform's app opens the study for one participant."""
    invitation = Invitation.objects.create(
        study=study, kind=InvitationKind.CROWD, cap=9
    )
    link = reverse("annotation:join", args=[invitation_token(invitation)])

    def welcome_back(route: Route) -> None:
        route.fulfill(body="<h1>Back on the platform</h1>", content_type="text/html")

    def arrive(participant: str) -> Page:
        context = new_browser(**PHONE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.route("https://platform.example/**", welcome_back)
        page = context.new_page()
        page.goto(f"{link}?PROLIFIC_PID={participant}&STUDY_ID=st42&SESSION_ID=se43")
        return page

    return arrive


def take_part(page: Page) -> None:
    """Read what it takes and pays, and agree."""
    assert fits(page)
    expect(page.get_by_text("about 10 minutes")).to_be_visible()
    expect(page.get_by_text("£2, paid by the platform")).to_be_visible()
    page.get_by_role("button", name="Take part").click()
    expect(page.get_by_text("£2, paid by the platform")).to_be_visible()
    expect(page.get_by_text("up to 1 video with its comments")).to_be_visible()
    page.get_by_label("I have read the guidelines").check()
    page.get_by_label("I agree to take part").check()
    page.get_by_role("button", name="Continue").click()


def answer_the_question(page: Page, choice: str) -> None:
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Send answers").click()


def judge(page: Page, position: int) -> None:
    row = page.locator(f"#comment-{position}")
    row.locator('input[value="human"]').click()
    row.locator('input[value="4"]').click()


def fits(page: Page) -> bool:
    """Whether nothing is wider than the phone, or leads to a password."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    passwords = page.locator("input[type=password], a[href^='/accounts/login']")
    return width <= 390 and passwords.count() == 0


def test_who_does_not_understand_is_screened_out_with_a_code_and_a_way_back(
    arrive: Callable[[str], Page],
) -> None:
    page = arrive("p1")
    take_part(page)
    answer_the_question(page, "One")
    answer_the_question(page, "One")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You can't take part in this study"
    )
    expect(page.locator(".big-code code")).to_have_text("SCREEN-7")
    assert fits(page)
    page.get_by_role("link", name="Return to platform.example").click()
    page.wait_for_url(f"{PLATFORM}?cc=SCREEN-7")


def test_who_does_all_gets_a_large_code_and_finds_it_again(
    arrive: Callable[[str], Page],
) -> None:
    page = arrive("p2")
    link = page.url
    take_part(page)
    answer_the_question(page, "Not told")
    judge(page, 1)
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_role("link", name="Practice finished. Continue").click()
    page.get_by_role("button", name="Start the first batch").click()
    page.get_by_role("button", name="Skip").click()
    for position in (1, 2, 3):
        judge(page, position)
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/done/")

    code = Membership.objects.get(participant_id="p2").completion_code
    shown = page.locator(".big-code code")
    expect(shown).to_have_text(code)
    size = shown.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 24
    assert fits(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code
    for again in ("/", link):
        page.goto(again)
        expect(shown).to_have_text(code)
        assert fits(page)
    page.get_by_role("link", name="Return to platform.example").click()
    page.wait_for_url(f"{PLATFORM}?cc={code}")
