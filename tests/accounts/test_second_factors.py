"""Signing in with a second factor: adding one, using it, losing it, requiring it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from tests import factories
from tests.accounts.codes import code_of

pytestmark = pytest.mark.django_db

LOGIN = reverse("accounts:login")
CODE = reverse("mfa_authenticate")
SECURITY = reverse("mfa_index")
PASSWORD = "a long enough secret"


def researcher() -> User:
    return factories.make_user(Role.RESEARCHER, password=PASSWORD)


def add_app(user: User) -> tuple[str, list[str]]:
    """Add an authenticator app on the pages: its key, and the recovery codes."""
    web = Client()
    web.force_login(user)
    form = web.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'id="totp-key"\s+value="([A-Z2-7]+)"', form)
    assert found is not None
    sent = web.post(
        reverse("mfa_activate_totp"), {"code": code_of(found[1])}, follow=True
    )
    codes = re.search(r"<pre id=\"recovery-codes\"[^>]*>([^<]+)", sent.content.decode())
    assert codes is not None, sent.redirect_chain
    return found[1], codes[1].split()


def give_password(user: User, **more: str) -> Client:
    web = Client()
    web.post(LOGIN, {"username": user.username, "password": PASSWORD, **more})
    return web


def is_in(web: Client) -> bool:
    return web.get(SECURITY).status_code == 200


def test_a_person_with_an_app_is_in_after_its_code_and_not_before() -> None:
    user = researcher()
    secret, _ = add_app(user)

    web = give_password(user, next="/accounts/token/")
    after_password = is_in(web)
    wrong = web.post(CODE, {"code": "000000"})
    right = web.post(CODE, {"code": code_of(secret, steps=1)})

    assert not after_password
    assert wrong.status_code == 422
    assert "This code is not correct" in wrong.content.decode()
    assert right["Location"] == "/accounts/token/"
    assert is_in(web)


def test_a_code_works_once() -> None:
    user = researcher()
    secret, _ = add_app(user)
    code = code_of(secret, steps=1)
    give_password(user).post(CODE, {"code": code})

    again = give_password(user)
    again.post(CODE, {"code": code})

    assert not is_in(again)


def test_a_recovery_code_signs_in_once() -> None:
    user = researcher()
    _, codes = add_app(user)
    first, second = give_password(user), give_password(user)

    first.post(CODE, {"code": codes[0]})
    second.post(CODE, {"code": codes[0]})

    assert len(codes) == 10
    assert (is_in(first), is_in(second)) == (True, False)
    assert (
        codes[0] not in first.get(reverse("mfa_view_recovery_codes")).content.decode()
    )


def test_whoever_has_only_the_password_cannot_guess_codes(settings: Settings) -> None:
    settings.SECOND_FACTOR_RATE = "3/15 minutes"
    user = researcher()
    secret, _ = add_app(user)
    thief = give_password(user)

    tries = [thief.post(CODE, {"code": f"00000{n}"}).status_code for n in range(4)]
    right = thief.post(CODE, {"code": code_of(secret, steps=1)})

    assert tries == [422, 422, 422, 429]
    assert right.status_code == 429


def test_stored_secrets_are_not_readable_in_the_database() -> None:
    user = researcher()
    secret, codes = add_app(user)

    stored = " ".join(str(one.data) for one in Authenticator.objects.filter(user=user))

    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_removing_it_asks_again_who_is_there(settings: Settings) -> None:
    user = researcher()
    add_app(user)
    settings.FRESH_SIGN_IN_MINUTES = 0
    web = Client()
    web.force_login(user)

    page = web.get(reverse("mfa_deactivate_totp"))
    refused = web.post(page["Location"], {"password": "not this one"})
    settings.FRESH_SIGN_IN_MINUTES = 15
    goes_on = web.post(page["Location"], {"password": PASSWORD})
    web.post(goes_on["Location"])

    assert page["Location"].startswith(reverse("account_reauthenticate"))
    assert "This password is not correct." in refused.content.decode()
    assert goes_on["Location"] == reverse("mfa_deactivate_totp")
    assert not Authenticator.objects.filter(user=user).exists()
    assert is_in(give_password(user))


def test_who_must_have_one_gets_nowhere_without(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = "admins"
    admin, other = factories.make_admin(), researcher()
    web, others = Client(), Client()
    web.force_login(admin)
    others.force_login(other)

    held = [web.get(path) for path in ("/studies/", "/admin/")]
    program = web.get("/api/studies/", headers={"accept": "application/json"})
    free = others.get("/studies/").status_code
    add_app(admin)

    assert {one["Location"] for one in held} == {SECURITY}
    assert program.status_code == 403
    assert free == 200
    assert web.get("/studies/").status_code == 200


def test_annotators_never_see_any_of_it(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = "researchers"
    user = factories.make_user(password=PASSWORD)

    web = give_password(user)
    page = web.get(reverse("accounts:password")).content.decode()

    assert web.get(reverse("annotation:home")).status_code == 200
    assert SECURITY not in page
    assert web.get(SECURITY).status_code == 403


def test_an_admin_resets_what_another_person_lost() -> None:
    user, admin = researcher(), factories.make_admin()
    add_app(user)
    web = Client()
    web.force_login(admin)
    page = web.get(reverse("accounts:people")).content.decode()

    reset = reverse("accounts:person_second_factor", args=[user])
    told = web.post(reset, follow=True).content.decode()

    assert reset in page
    assert "now signs in with the password alone" in told
    assert is_in(give_password(user))
    entry = LogEntry.objects.get(object_id=user.pk)
    assert (entry.user, entry.change_message) == (admin, "Second factor reset.")


def test_nobody_else_resets_it_and_no_admin_their_own() -> None:
    admin, user = factories.make_admin(), researcher()
    add_app(admin)
    web, theirs = Client(), Client()
    web.force_login(user)
    theirs.force_login(admin)
    reset = reverse("accounts:person_second_factor", args=[admin])

    refused = web.post(reset).status_code
    theirs.post(reset)

    assert refused == 403
    assert Authenticator.objects.filter(user=admin).count() == 2
