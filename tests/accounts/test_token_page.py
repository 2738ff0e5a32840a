"""Tokens for programs: made on a page, shown once, hashed, scoped, ending."""

import re
from datetime import timedelta

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, Role, User
from annotation.models import MembershipRole
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:token")
PASSWORD = "a long enough secret"


@pytest.fixture
def researcher() -> User:
    return factories.make_user(Role.RESEARCHER, password=PASSWORD)


@pytest.fixture
def web(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def make(web: Client, **fields: object) -> str:
    """Make a token; what the page shows of it."""
    data = {"name": "notebook", "scope": "read", "days": "30", **fields}
    page = web.post(reverse("accounts:token_make"), data).content.decode()
    shown = re.search(r'value="([0-9a-f]{64})"', page)
    assert shown is not None
    return shown[1]


def status(key: str, path: str = "/api/studies/") -> int:
    """What a program with this token is answered."""
    program = Client(headers={"Authorization": f"Token {key}"})
    return program.get(path).status_code


def judgments_of_a_study(researcher: User) -> str:
    study = factories.make_open_study()
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    return reverse("analysis:judgments_file", args=[study.public_id, "csv"])


def test_a_new_token_opens_the_api_and_is_shown_once(web: Client) -> None:
    before = web.get(PAGE).content.decode()

    key = make(web)

    after = web.get(PAGE).content.decode()
    assert "You don't have a token" in before
    assert status(key) == 200
    assert key not in after
    assert "notebook" in after


def test_no_key_lies_in_the_database_or_the_admin_site(web: Client) -> None:
    key = make(web)
    admin = Client()
    admin.force_login(factories.make_admin())

    stored = serializers.serialize("json", ApiToken.objects.all())
    listed = admin.get(reverse("admin:accounts_apitoken_changelist")).content.decode()

    assert key not in stored
    assert key not in listed
    assert "notebook" in listed


def test_each_program_has_a_token_of_its_own(web: Client) -> None:
    first, second = make(web, name="one"), make(web, name="two")
    token = ApiToken.objects.get(name="one")

    web.post(reverse("accounts:token_revoke", args=[token.public_id]))

    assert (status(first), status(second)) == (401, 200)


def test_an_expired_token_lets_nobody_in(web: Client) -> None:
    key = make(web)

    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))

    assert status(key) == 401
    assert "You don't have a token" in web.get(PAGE).content.decode()


def test_a_new_password_ends_every_token(web: Client) -> None:
    key = make(web)

    web.post(
        reverse("accounts:password"),
        {
            "old_password": PASSWORD,
            "new_password1": "another long secret",
            "new_password2": "another long secret",
        },
    )

    assert status(key) == 401
    assert "You don't have a token" in web.get(PAGE).content.decode()


def test_a_password_set_by_an_admin_ends_every_token(
    web: Client, researcher: User
) -> None:
    key = make(web)

    researcher.set_password("set on the command line")
    researcher.save()

    assert status(key) == 401


def test_a_token_for_progress_reads_counts_alone(web: Client, researcher: User) -> None:
    path = judgments_of_a_study(researcher)

    key = make(web, scope="progress")

    paths = [
        "/api/studies/",
        "/api/judgments/",
        "/api/comments/",
        "/api/sources/",
        path,
    ]
    assert [status(key, path) for path in paths] == [200, 403, 403, 403, 403]


def test_a_token_downloads_what_its_owner_may(web: Client, researcher: User) -> None:
    mine = judgments_of_a_study(researcher)
    foreign = judgments_of_a_study(factories.make_researcher())

    key = make(web)

    assert (status(key, mine), status(key, foreign)) == (200, 404)


def test_a_program_without_a_good_token_gets_401_and_a_browser_the_sign_in_page(
    researcher: User,
) -> None:
    path = judgments_of_a_study(researcher)

    plain = Client().get(path)
    wrong = Client(headers={"Authorization": f"Token {'0' * 64}"}).get(path)
    browser = Client(headers={"Accept": "text/html,*/*;q=0.8"}).get(path)

    assert (plain.status_code, wrong.status_code) == (401, 401)
    assert plain["WWW-Authenticate"] == "Token"
    assert (browser.status_code, browser["Location"].split("?")[0]) == (
        302,
        reverse("accounts:login"),
    )


@pytest.mark.parametrize("key", ["", "a b", "\u00ff", "x" * 5_000, "0" * 63])
def test_odd_tokens_are_refused(key: str) -> None:
    header = f"Token {key}".encode("latin-1").decode("latin-1")

    response = Client().get("/api/studies/", headers={"Authorization": header})

    assert response.status_code == 401


def test_a_token_changes_nothing(web: Client) -> None:
    program = Client(headers={"Authorization": f"Token {make(web)}"})

    assert program.post("/api/studies/").status_code in (403, 405)


def test_what_ends_a_token_asks_first(web: Client) -> None:
    make(web)

    page = web.get(PAGE).content.decode()

    (question,) = re.findall(r"<details.*?</details>", page, re.DOTALL)
    revoke = reverse("accounts:token_revoke", args=[ApiToken.objects.get().public_id])
    assert "stop" in question
    assert f'action="{revoke}"' in question


def test_a_form_without_a_name_comes_back(web: Client) -> None:
    data = {"name": "", "scope": "read", "days": "30"}

    assert web.post(reverse("accounts:token_make"), data).status_code == 422
    assert not ApiToken.objects.exists()


def test_looking_at_the_page_makes_no_token(web: Client) -> None:
    web.get(PAGE)
    web.get(reverse("accounts:token_make"))

    assert not ApiToken.objects.exists()


def test_nobody_ends_a_token_of_somebody_else(web: Client) -> None:
    other = Client()
    other.force_login(factories.make_researcher())
    key = make(other)

    answer = web.post(
        reverse("accounts:token_revoke", args=[ApiToken.objects.get().public_id])
    )

    assert answer.status_code == 404
    assert status(key) == 200


def test_annotators_have_no_use_for_it(client: Client) -> None:
    client.force_login(factories.make_user(Role.ANNOTATOR))

    answers = {
        client.get(PAGE).status_code,
        client.post(reverse("accounts:token_make")).status_code,
    }

    assert answers == {403}
    assert PAGE not in client.get(reverse("accounts:password")).content.decode()
