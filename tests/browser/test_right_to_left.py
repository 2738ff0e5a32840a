"""Pages of a language that is written from right to left."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotation.models import MembershipRole
from tests.browser.conftest import PHONE, WIDE, LogIn, OpenSheet
from tests.browser.sheet import box, make_study_of_texts
from tests.factories import give_work, join, make_open_study, make_researcher
from tests.pseudo import CODE, right_to_left

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = pytest.mark.parametrize(
    "screen",
    [
        pytest.param(WIDE, id="wide", marks=pytest.mark.nightly),
        pytest.param(PHONE, id="phone"),
    ],
)
ENGLISH = "First, an English one that ends with a mark!"
HEBREW = "ועכשיו אחת בעברית, עם 3 מספרים!"


@pytest.fixture(autouse=True)
def _pseudo_language(tmp_path: Path) -> Iterator[None]:
    with right_to_left(tmp_path):
        yield


def assert_mirrored(
    page: Page, screen: dict[str, Any], first: str = ".site-name"
) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen["viewport"]["width"]
    name = box(page.locator(first))
    assert name["x"] > screen["viewport"]["width"] / 2


def are_apart(one: Locator, other: Locator, *, by: int) -> bool:
    """Whether two elements keep a distance, beside or below one another."""
    a, b = box(one), box(other)
    return (
        a["x"] >= b["x"] + b["width"] + by
        or b["x"] >= a["x"] + a["width"] + by
        or b["y"] >= a["y"] + a["height"]
    )


@SCREENS
def test_the_judge_page_is_mirrored_and_comments_keep_their_direction(
    open_sheet: OpenSheet, screen: dict[str, Any]
) -> None:
    sheet = open_sheet(make_study_of_texts([ENGLISH, HEBREW]), **screen, locale=CODE)
    page = sheet.page

    assert_mirrored(page, screen, first="#play")
    for text, direction in ((ENGLISH, "ltr"), (HEBREW, "rtl")):
        said = page.locator(".comment .text", has_text=text)
        found = said.evaluate("element => getComputedStyle(element).direction")
        assert found == direction
        answers = said.locator("xpath=ancestor::fieldset").locator(".answer")
        assert are_apart(said, answers, by=8)
    row = sheet.row(1)
    assert box(row.locator("legend"))["x"] > box(row.locator(".text"))["x"]
    assert box(sheet.radio(1, "0"))["x"] > box(sheet.radio(1, "5"))["x"]


def test_keys_are_named_as_they_are_on_the_keyboard(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts([ENGLISH]), **WIDE, locale=CODE)

    sheet.type("?")

    ctrl, enter = (
        box(sheet.page.locator("#keys kbd", has_text=name))
        for name in ("Ctrl", "Enter")
    )
    assert ctrl["x"] < enter["x"]
    back, forward = (
        box(sheet.page.locator("#keys kbd", has_text=name)) for name in ("←", "→")
    )
    assert back["x"] < forward["x"]


@SCREENS
def test_a_researcher_s_page_is_mirrored(
    new_browser: Callable[..., BrowserContext], log_in: LogIn, screen: dict[str, Any]
) -> None:
    study = make_open_study(humans=5, ai_sources=4)
    give_work(join(study))
    researcher = make_researcher()
    join(study, researcher, role=MembershipRole.RESEARCHER)
    context = new_browser(**screen, locale=CODE)
    log_in(context, researcher)
    page = context.new_page()

    for name in ("study", "study_people", "study_sources"):
        response = page.goto(reverse(f"annotation:{name}", args=[study.public_id]))
        assert response is not None
        assert response.ok

        assert_mirrored(page, screen)
