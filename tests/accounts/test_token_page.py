"""The page where a researcher makes, sees once and revokes an API token."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from accounts.models import Role, User
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:token")


@pytest.fixture
def researcher() -> User:
    return factories.make_researcher()


@pytest.fixture
def web(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def make(web: Client) -> str:
    """Make a token; what the page shows of it."""
    page = web.post(reverse("accounts:token_make")).content.decode()
    shown = re.search(r'value="([0-9a-f]{40})"', page)
    assert shown is not None
    return shown[1]


def status(key: str) -> int:
    """What the API answers a program with this token."""
    program = Client(headers={"Authorization": f"Token {key}"})
    return program.get("/api/studies/").status_code


def test_a_new_token_opens_the_api_and_is_shown_once(web: Client) -> None:
    before = web.get(PAGE).content.decode()

    key = make(web)

    after = web.get(PAGE).content.decode()
    assert "You don't have a token" in before
    assert status(key) == 200
    assert key not in after
    assert "You have a token" in after


def test_another_token_ends_the_first(web: Client) -> None:
    first = make(web)

    second = make(web)

    assert (status(first), status(second)) == (401, 200)


def test_a_revoked_token_lets_nobody_in(web: Client) -> None:
    key = make(web)

    page = web.post(reverse("accounts:token_revoke"), follow=True).content.decode()

    assert status(key) == 401
    assert "You don't have a token" in page


def test_what_ends_a_token_asks_first(web: Client) -> None:
    make(web)

    page = web.get(PAGE).content.decode()

    asking = re.findall(r"<details.*?</details>", page, re.DOTALL)
    for name in ("accounts:token_make", "accounts:token_revoke"):
        (question,) = [text for text in asking if f'action="{reverse(name)}"' in text]
        assert "stop" in question
        assert page.count(f'action="{reverse(name)}"') == 1


def test_looking_at_the_page_makes_no_token(web: Client) -> None:
    web.get(PAGE)
    web.get(reverse("accounts:token_make"))

    assert not Token.objects.exists()


def test_nobody_makes_a_token_for_somebody_else(web: Client) -> None:
    other = Token.objects.create(user=factories.make_researcher())

    make(web)
    web.post(reverse("accounts:token_revoke"))

    assert status(other.key) == 200


def test_annotators_have_no_use_for_it(client: Client) -> None:
    client.force_login(factories.make_user(Role.ANNOTATOR))

    answers = {
        client.get(PAGE).status_code,
        client.post(reverse("accounts:token_make")).status_code,
        client.post(reverse("accounts:token_revoke")).status_code,
    }

    assert answers == {403}
    assert PAGE not in client.get(reverse("accounts:password")).content.decode()
