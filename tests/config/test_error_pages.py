"""What people see when a request goes wrong: what happened, and what to do."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import make_researcher, make_user

pytestmark = pytest.mark.django_db

# As in a browser: what a page raises becomes an error page.
JSON = {"accept": "application/json"}


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def database_away(transactional_db: None, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001
    """Nobody answers where the database was."""
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = str(tmp_path)
    yield
    connection.close()
    connection.settings_dict["HOST"] = host


def words(page: bytes) -> str:
    return html.unescape(" ".join(page.decode().split()))


def test_an_error_page_says_what_to_do_and_tells_no_secret(
    browser: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.config.broken"

    response = browser.get("/broken/")

    assert response.status_code == 500
    assert "<h1>Something went wrong</h1>" in words(response.content)
    assert "secret of the house" not in words(response.content)
    assert "LookupError" not in words(response.content)


def test_an_error_page_does_not_ask_a_person_to_log_in_who_may_be_logged_in(
    browser: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.config.broken"
    browser.force_login(make_user())

    assert reverse("accounts:login") + '"' not in header_of(
        browser.get("/broken/").content
    )
    assert "Sign out" in header_of(browser.get("/nowhere/").content)


def header_of(page: bytes) -> str:
    return words(page).partition("<header")[2].partition("</header>")[0]


def test_a_program_gets_an_error_that_it_can_read(
    browser: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.config.broken"

    for response in (
        browser.get("/api/broken/"),
        browser.get("/broken/", headers=JSON),
    ):
        assert response.status_code == 500
        assert response.json().keys() == {"detail"}


def test_a_page_says_that_the_database_is_away_without_asking_it(
    browser: Client,
    database_away: None,  # noqa: ARG001
) -> None:
    # A session's key makes the page look for the session.
    browser.cookies[project.SESSION_COOKIE_NAME] = "k" * 32

    response = browser.get("/")

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "<h1>Back in a moment</h1>" in words(response.content)
    assert "kept in your browser" in words(response.content)


def test_a_foreign_host_name_is_refused_with_a_page(browser: Client) -> None:
    response = browser.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "<h1>This request can't be read</h1>" in words(response.content)
    assert "evil.example" not in words(response.content)


def test_a_text_that_is_too_large_is_named_as_such(browser: Client) -> None:
    much = "x" * (project.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    response = browser.post(reverse("accounts:login"), {"username": much})

    assert response.status_code == 413
    assert "<h1>Too much data at once</h1>" in words(response.content)


def test_opening_the_address_of_a_form_shows_a_page(browser: Client) -> None:
    browser.force_login(make_user())
    address = reverse("accounts:logout")

    response = browser.get(address)

    assert response.status_code == 405
    assert "POST" in response["Allow"]
    assert "<h1>This page can't be opened directly</h1>" in words(response.content)
    assert browser.put(address).content == b""


def test_a_page_for_another_role_says_so_to_whoever_is_signed_in(
    browser: Client,
) -> None:
    user = make_user(username="ana")
    user.set_password("long enough for anybody")
    user.save()
    browser.force_login(user)

    response = browser.get(reverse("corpus:videos"))

    assert response.status_code == 403
    assert "<h1>Your account can't open this page</h1>" in words(response.content)
    assert "ana" in header_of(response.content)


def test_an_address_that_leads_nowhere_is_not_found(browser: Client) -> None:
    response = browser.get("/nowhere/")

    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in words(response.content)


def test_a_form_of_an_old_page_leads_back_to_its_page() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_researcher())
    page = reverse("annotation:study_create")

    response = browser.post(
        page, {"title": "A study"}, headers={"referer": f"http://testserver{page}"}
    )

    assert response.status_code == 403
    assert f'href="{page}">Open the page again' in words(response.content)


def test_an_old_page_never_leads_to_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(
        reverse("accounts:login"), headers={"referer": "https://evil.example/login/"}
    )

    assert response.status_code == 403
    assert "evil.example" not in words(response.content)
