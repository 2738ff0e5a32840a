"""Signing in with the account of an organisation, through a real provider."""

from collections.abc import Iterator
from urllib.request import HTTPErrorProcessor, Request, build_opener

import pytest
from allauth.account.models import EmailAddress
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from tests import factories
from tests.accounts.codes import code_of
from tests.accounts.provider import CLIENT_ID, SECRET, Provider, start_provider
from tests.accounts.test_second_factors import add_app

pytestmark = pytest.mark.django_db

LOGIN = reverse("accounts:login")
SECURITY = reverse("mfa_index")
BEGIN = reverse("openid_connect_login", args=["sso"])
PASSWORD = "a long enough secret"


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    provider = start_provider()
    app = {
        "provider_id": "sso",
        "name": "Example University",
        "client_id": CLIENT_ID,
        "secret": SECRET,
        "settings": {"server_url": provider.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    settings.OIDC_ISSUER = provider.url
    settings.OIDC_NAME = "Example University"
    yield provider
    provider.stop()


class _Stay(HTTPErrorProcessor):
    """The browser follows redirects itself."""

    def http_response(self, _request: object, response: object) -> object:
        return response


def location(address: str) -> str:
    """Where the provider sends the browser."""
    answer = build_opener(_Stay).open(Request(address), timeout=10)  # noqa: S310
    return str(answer.headers["Location"])


def come_in(web: Client, **more: str) -> HttpResponseBase:
    """Press the button, and follow to the provider and back."""
    there = web.post(f"{BEGIN}?auth_params={more.pop('auth_params', '')}", more)
    back = location(there["Location"])
    return web.get(back.removeprefix("http://testserver"))


def is_in(web: Client, page: str = SECURITY) -> bool:
    return web.get(page).status_code == 200


def rosa(**more: object) -> dict[str, object]:
    return {
        "sub": "4711",
        "preferred_username": "rosa",
        "email": "rosa@example.org",
        "email_verified": True,
        **more,
    }


def test_a_new_person_has_no_role_until_an_admin_gives_one(provider: Provider) -> None:
    provider.claims = rosa()
    web, admin = Client(), Client()
    admin.force_login(factories.make_admin())

    waits = come_in(web)
    is_in_before = is_in(web)
    people = admin.get(reverse("accounts:people")).content.decode()
    person = reverse("accounts:person_role", args=["rosa"])
    admin.post(person, {"role": "researcher"})
    admin.post(reverse("accounts:person_active", args=["rosa"]), {"active": "1"})
    come_in(web)

    assert waits.status_code == 403
    assert not is_in_before
    assert "waits for a role" in people
    assert is_in(web)
    assert User.objects.get(username="rosa").role == Role.RESEARCHER


def test_a_known_person_is_known_by_an_address_that_both_sides_verified(
    provider: Provider,
) -> None:
    user = factories.make_user(Role.RESEARCHER, password=PASSWORD)
    EmailAddress.objects.create(user=user, email="rosa@example.org", verified=True)
    provider.claims = rosa()
    web = Client()

    come_in(web, next="/accounts/token/")

    assert web.get(SECURITY).wsgi_request.user == user
    assert User.objects.count() == 1


@pytest.mark.parametrize("vouched_for", [True, False])
def test_an_address_that_nobody_verified_opens_no_account(
    provider: Provider, *, vouched_for: bool
) -> None:
    user = factories.make_user(Role.RESEARCHER, password=PASSWORD)
    User.objects.filter(pk=user.pk).update(email="rosa@example.org")
    EmailAddress.objects.create(
        user=user, email="rosa@example.org", verified=not vouched_for
    )
    provider.claims = rosa(email_verified=vouched_for)
    web = Client()

    answer = come_in(web)

    assert answer.status_code == (409 if vouched_for else 403)
    assert not is_in(web)
    others = User.objects.exclude(pk=user.pk)
    assert [*others.values_list("email", flat=True)] == ([] if vouched_for else [""])


def test_a_person_connects_it_by_hand_and_ends_it(provider: Provider) -> None:
    user = factories.make_user(Role.RESEARCHER, password=PASSWORD)
    provider.claims = rosa(email="")
    here, there = Client(), Client()
    here.force_login(user)

    come_in(here, process="connect", next=SECURITY)
    connected = here.get(SECURITY).content.decode()
    come_in(there)
    here.post(reverse("sso_disconnect"))
    ended = come_in(Client())

    assert "You can sign in with Example University." in connected
    assert there.get(SECURITY).wsgi_request.user == user
    assert ended.status_code == 403


def test_the_second_factor_is_asked_for_as_well(provider: Provider) -> None:
    user = factories.make_user(Role.RESEARCHER, password=PASSWORD)
    EmailAddress.objects.create(user=user, email="rosa@example.org", verified=True)
    secret, _ = add_app(user)
    provider.claims = rosa()
    web = Client()

    there = come_in(web)
    before = is_in(web)
    web.post(there["Location"], {"code": code_of(secret, steps=1)})

    assert (before, is_in(web)) == (False, True)


def test_who_has_no_password_confirms_with_the_provider(
    provider: Provider, settings: Settings
) -> None:
    user = factories.make_user(Role.RESEARCHER, password=None)
    EmailAddress.objects.create(user=user, email="rosa@example.org", verified=True)
    provider.claims = rosa()
    web = Client()
    come_in(web)
    settings.FRESH_SIGN_IN_MINUTES = 0
    new = {"name": "notebook", "scope": "read", "days": "30"}

    asked = web.post(reverse("accounts:token_make"), new)
    page = web.get(asked["Location"]).content.decode()
    settings.FRESH_SIGN_IN_MINUTES = 15
    come_in(web, auth_params="prompt%3Dlogin")

    assert "Sign in with Example University again" in page
    assert provider.asked[-1]["prompt"] == "login"
    assert (
        "Copy it now." in web.post(reverse("accounts:token_make"), new).content.decode()
    )


def test_who_must_add_a_second_factor_can_confirm_with_the_provider(
    provider: Provider, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = "researchers"
    user = factories.make_user(Role.RESEARCHER, password=None)
    EmailAddress.objects.create(user=user, email="rosa@example.org", verified=True)
    provider.claims = rosa()
    web = Client()
    come_in(web)
    settings.FRESH_SIGN_IN_MINUTES = 0

    asked = web.get(reverse("mfa_activate_totp"), follow=True)
    settings.FRESH_SIGN_IN_MINUTES = 15
    come_in(web, next=reverse("mfa_activate_totp"))

    assert "Sign in with Example University again" in asked.content.decode()
    assert is_in(web, reverse("mfa_activate_totp"))


def test_a_forged_way_back_opens_nothing(provider: Provider) -> None:
    provider.claims = rosa()
    victim, attacker = Client(), Client()
    callback = reverse("openid_connect_callback", args=["sso"])
    there = attacker.post(BEGIN)
    stolen = location(there["Location"]).removeprefix("http://testserver")

    forged = victim.get(stolen)
    made_up = victim.get(callback, {"code": "x", "state": "y"})

    assert (forged.status_code, made_up.status_code) == (401, 401)
    assert not User.objects.exists()


def test_a_provider_that_is_away_is_said_so(provider: Provider) -> None:
    provider.stop()

    away = Client().post(BEGIN)

    assert away.status_code == 503
    assert "be reached" in away.content.decode()


def test_without_a_provider_there_is_no_button_and_no_door() -> None:
    page = Client().get(LOGIN).content.decode()

    assert "Sign in with" not in page
    assert Client().post(BEGIN).status_code == 404
