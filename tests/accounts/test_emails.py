"""An address is a person's once they have confirmed it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("accounts:email")
PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def _has_mail(settings: Settings) -> None:
    settings.HAS_MAIL = True


def signed_in(user: User) -> Client:
    web = Client()
    web.force_login(user)
    return web


def ask(web: Client, email: str) -> str:
    """Ask for a link; the link in the mail."""
    web.post(PAGE, {"email": email})
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_an_address_is_taken_over_once_it_is_confirmed(role: Role) -> None:
    user = factories.make_user(role, password=PASSWORD)
    User.objects.filter(pk=user.pk).update(email="old@example.org")
    web = signed_in(user)

    link = ask(web, "New@example.org")
    page = web.get(link).content.decode()
    user.refresh_from_db()
    before = user.email
    told = web.post(link, follow=True).content.decode()

    user.refresh_from_db()
    assert "new@example.org" in page
    assert before == "old@example.org"
    assert user.email == "new@example.org"
    assert "Your e-mail address is confirmed." in told
    assert web.get(link).status_code == 410


def test_a_mailbox_vouches_for_nobody_but_its_owner() -> None:
    thief, victim = (factories.make_user(password=PASSWORD) for _ in range(2))
    link = ask(signed_in(thief), "victim@example.org")

    opened = signed_in(victim).post(link)

    assert opened.status_code == 410
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_one_address_is_confirmed_for_one_account() -> None:
    first, second = (factories.make_user(password=PASSWORD) for _ in range(2))
    webs = [signed_in(user) for user in (first, second)]
    told = [
        web.post(ask(web, "shared@example.org"), follow=True).content.decode()
        for web in webs
    ]

    second.refresh_from_db()
    assert "Another account has this address already." in told[1]
    assert second.email == ""


def test_a_mailbox_is_not_flooded(settings: Settings) -> None:
    settings.PASSWORD_MAIL_RATE = "2/1 hour"
    web = signed_in(factories.make_user(password=PASSWORD))

    statuses = [web.post(PAGE, {"email": "a@example.org"}).status_code for _ in "123"]

    assert statuses == [303, 303, 422]
    assert len(mail.outbox) == 2


def test_without_mail_and_for_crowd_participants_there_is_no_page(
    settings: Settings,
) -> None:
    crowd = signed_in(factories.make_user())
    person = signed_in(factories.make_user(password=PASSWORD))

    refused = crowd.get(PAGE).status_code
    settings.HAS_MAIL = False

    assert (refused, person.get(PAGE).status_code) == (403, 404)
    assert PAGE not in person.get(reverse("accounts:password")).content.decode()
