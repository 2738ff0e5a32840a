"""What matters most asks again who is there, once a sign-in is some time ago."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import ApiToken, Role, TokenScope, User
from accounts.tokens import make_token
from annotation.models import Study
from tests import factories
from tests.annotation.ready_studies import make_ready_study

pytestmark = pytest.mark.django_db

CONFIRM = reverse("account_reauthenticate")
PASSWORD = "a long enough secret"


@pytest.fixture
def researcher() -> User:
    return factories.make_user(Role.ADMIN, password=PASSWORD)


@pytest.fixture
def web(client: Client, researcher: User, settings: Settings) -> Client:
    """A page that was left open: its sign-in is some time ago."""
    client.force_login(researcher)
    settings.FRESH_SIGN_IN_MINUTES = 0
    return client


def confirm(web: Client, at: str, settings: Settings) -> str:
    """Give the password where it is asked for; where that leads."""
    settings.FRESH_SIGN_IN_MINUTES = 15
    session = web.session
    session["signed_in_at"] = 0.0
    session.save()
    answer = web.post(at, {"password": PASSWORD})
    return str(answer.headers.get("Location", "")) or answer.content.decode()


def test_a_seal_waits_for_the_password_and_is_made_then(
    web: Client, settings: Settings
) -> None:
    study = make_ready_study()
    seal = reverse("annotation:study_seal", args=[study.public_id])
    shown = web.get(seal).status_code

    asked = web.post(seal)
    before = Study.objects.get().sealed_at
    led_to = confirm(web, asked["Location"], settings)

    assert shown == 200
    assert asked["Location"].startswith(CONFIRM)
    assert before is None
    assert led_to == reverse("annotation:study", args=[study.public_id])
    assert Study.objects.get().sealed_at is not None


def test_a_wrong_password_does_nothing(web: Client, settings: Settings) -> None:
    settings.OLD_PASSWORD_RATE = "2/15 minutes"
    study = make_ready_study()
    asked = web.post(reverse("annotation:study_seal", args=[study.public_id]))

    pages = [
        web.post(asked["Location"], {"password": f"a guess {n}"}).content.decode()
        for n in range(3)
    ]

    assert "This password is not correct." in pages[1]
    assert "Too many attempts." in pages[2]
    assert Study.objects.get().sealed_at is None


def test_a_token_and_a_role_are_not_to_be_had_from_an_open_page(
    web: Client, settings: Settings
) -> None:
    person = factories.make_user()
    new = {"name": "notebook", "scope": "write", "days": "30"}

    role = web.post(reverse("accounts:person_role", args=[person]), {"role": "admin"})
    link = web.post(reverse("accounts:password_link"), {"username": person.username})
    token = web.post(reverse("accounts:token_make"), new)
    tokens = ApiToken.objects.count()
    page = confirm(web, token["Location"], settings)

    person.refresh_from_db()
    assert role["Location"].startswith(CONFIRM)
    assert link["Location"].startswith(CONFIRM)
    assert person.role == Role.ANNOTATOR
    assert tokens == 0
    assert "Copy it now." in page


def test_everything_leads_back_to_its_page(web: Client, settings: Settings) -> None:
    study = make_ready_study()
    everything = reverse("analysis:everything", args=[study.public_id])

    asked = web.get(everything)
    disguised = web.get(everything, headers={"authorization": "Basic eHg6eHg="})
    led_to = confirm(web, asked["Location"], settings)

    assert asked["Location"].startswith(CONFIRM)
    assert disguised.status_code in {302, 401}
    assert led_to == reverse("annotation:study", args=[study.public_id])
    assert web.get(everything)["Content-Type"] == "application/zip"


def test_programs_are_never_asked(web: Client, researcher: User) -> None:
    study = make_ready_study()
    _, key = make_token(
        user=researcher, name="x", scope=TokenScope.WRITE, lifetime=timedelta(days=1)
    )
    program = Client(headers={"authorization": f"Token {key}"})
    everything = reverse("analysis:everything", args=[study.public_id])
    seal = f"/api/studies/{study.public_id}/seal/"

    by_page = web.post(seal)
    by_program = [program.get(everything).status_code, program.post(seal).status_code]

    assert by_page.status_code == 403
    assert "Sign in again" in by_page.json()["detail"]
    assert by_program == [200, 200]


def test_nor_does_the_admin_site_give_a_role(web: Client, researcher: User) -> None:
    User.objects.filter(pk=researcher.pk).update(is_staff=True, is_superuser=True)
    person = factories.make_user()
    change = f"/admin/accounts/user/{person.pk}/change/"
    password = f"/admin/accounts/user/{person.pk}/password/"
    words = "a long enough secret"

    shown = web.get(change).status_code
    asked = [
        web.post(change, {"username": person.username, "role": "admin"}),
        web.post(password, {"password1": words, "password2": words}),
        web.post(f"/admin/accounts/user/{person.pk}/delete/", {"post": "yes"}),
        web.post("/admin/accounts/user/", {"action": "delete_selected"}),
    ]

    assert shown == 200
    assert all(one.headers.get("Location", "").startswith(CONFIRM) for one in asked)
    person.refresh_from_db()
    assert (person.role, person.check_password(words)) == (Role.ANNOTATOR, False)
