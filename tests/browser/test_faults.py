"""Pages whose scripts ask the server say so when that goes wrong."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import LogIn
from tests.factories import make_admin, make_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def videos(new_browser: Callable[..., BrowserContext], log_in: LogIn) -> Page:
    """The admin's page of videos, whose filters a script applies."""
    make_video()
    context = new_browser()
    log_in(context, make_admin())
    page = context.new_page()
    page.goto(reverse("corpus:videos"))
    return page


def ask(page: Page, words: str) -> None:
    """Let the page's script ask the server."""
    page.locator("#id_search").fill(words)


def test_a_login_that_ended_is_told_with_the_way_back(videos: Page) -> None:
    videos.context.clear_cookies()

    ask(videos, "cat")

    notice = videos.get_by_role("alert")
    expect(notice).to_contain_text("You've been signed out.")
    notice.get_by_role("link", name="Sign in to continue").click()
    expect(videos).to_have_url(re.compile(r"/login/\?next="))


def test_a_lost_network_is_told_until_it_is_back(videos: Page) -> None:
    videos.context.set_offline(True)
    ask(videos, "cat")
    expect(videos.get_by_role("alert")).to_contain_text("can't be reached")

    videos.context.set_offline(False)
    ask(videos, "dog")

    expect(videos.get_by_text("can't be reached")).to_be_hidden()


def test_a_server_in_trouble_is_told(videos: Page) -> None:
    videos.route("**/*cat*", lambda route: route.fulfill(status=503, body="busy"))

    ask(videos, "cat")

    expect(videos.get_by_role("alert")).to_contain_text("couldn't do that")
