"""Among many labels, a search field helps; it never submits the batch by accident."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import WIDE, LogIn
from tests.thinking.mmla import make_label_build
from tests.thinking.people import join, make_open_item_study
from thinking.models import ItemAssignment, WorkState

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_enter_in_the_search_goes_to_the_label_and_submits_nothing(
    tmp_path: Path, new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    build = make_label_build(tmp_path, "MIntRec", clips=2)
    person = join(make_open_item_study(build=build, batch_size=1, redundancy=1).study)
    assert person.user is not None
    context = new_browser(**WIDE)
    log_in(context, person.user)
    page = context.new_page()
    page.goto(reverse("annotation:work", args=[person.study.public_id]))
    page.get_by_role("button", name="Start the first batch").click()

    labels = page.locator(".options label")
    every = labels.count()
    search = page.get_by_label("Find a label")
    search.fill("thank")
    expect(labels.locator("visible=true")).to_have_count(1)
    search.press("Enter")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="thank")).to_be_checked()
    expect(page.locator("#done")).to_have_text("1")

    # With every question answered, Enter would otherwise submit the form.
    search.press("Enter")
    search.fill("")
    expect(labels.locator("visible=true")).to_have_count(every)
    assert ItemAssignment.objects.get().state == WorkState.ACTIVE
