"""The people page: admins invite, give roles and shut people out."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = "/accounts/people/"


@pytest.fixture
def me() -> User:
    return factories.make_admin()


@pytest.fixture
def admin(client: Client, me: User) -> Client:
    client.force_login(me)
    return client


def test_only_admins_see_and_change_people(client: Client) -> None:
    person = factories.make_user()
    client.force_login(factories.make_researcher())

    codes = {
        client.get(PEOPLE).status_code,
        client.post(PEOPLE, {"username": "eve", "role": "admin"}).status_code,
        client.post(reverse("accounts:person_role", args=[person])).status_code,
        client.post(reverse("accounts:person_active", args=[person])).status_code,
    }

    assert codes == {403}


def test_an_invited_researcher_sets_a_password_and_signs_in(admin: Client) -> None:
    page = admin.post(PEOPLE, {"username": "rosa", "role": "researcher"})
    found = re.search(r'value="http://testserver([^"]+)"', page.content.decode())
    assert found is not None
    browser = Client()
    form = browser.get(found[1], follow=True)
    words = "a long enough password"
    browser.post(
        form.redirect_chain[-1][0], {"new_password1": words, "new_password2": words}
    )

    assert browser.login(username="rosa", password=words)
    assert User.objects.get(username="rosa").role == Role.RESEARCHER


def test_an_invitation_goes_by_mail_where_there_is_mail(
    admin: Client, settings: Settings
) -> None:
    settings.HAS_MAIL = True

    admin.post(
        PEOPLE, {"username": "rosa", "email": "rosa@example.org", "role": "annotator"}
    )

    (sent,) = mail.outbox
    assert sent.to == ["rosa@example.org"]
    assert "/accounts/password/set/" in sent.body


def test_a_name_that_is_taken_is_refused_beside_the_form(admin: Client) -> None:
    factories.make_user(username="rosa")

    response = admin.post(PEOPLE, {"username": "Rosa", "role": "annotator"})

    assert response.status_code == 422
    assert "already exists" in response.content.decode()


def test_a_role_changes_and_staff_leave_the_admin_site(admin: Client) -> None:
    other = factories.make_admin()

    admin.post(
        reverse("accounts:person_role", args=[other.username]), {"role": "researcher"}
    )

    other.refresh_from_db()
    assert (other.role, other.is_staff, other.is_superuser) == (
        Role.RESEARCHER,
        False,
        False,
    )


def test_who_judges_does_not_become_a_researcher(admin: Client) -> None:
    membership = factories.join(factories.make_open_study())
    assert membership.user is not None
    address = reverse("accounts:person_role", args=[membership.user.username])

    admin.post(address, {"role": "researcher"})

    membership.user.refresh_from_db()
    assert membership.user.role == Role.ANNOTATOR


def test_a_deactivated_person_is_out_at_once_and_may_come_back(admin: Client) -> None:
    person = factories.make_researcher()
    browser = Client()
    browser.force_login(person)
    address = reverse("accounts:person_active", args=[person.username])

    admin.post(address)
    out = browser.get(reverse("annotation:study_list")).status_code
    admin.post(address, {"active": "1"})
    person.refresh_from_db()

    assert out == 302
    assert person.is_active


def test_nobody_changes_their_own_account(admin: Client, me: User) -> None:
    admin.post(reverse("accounts:person_active", args=[me.username]))
    admin.post(
        reverse("accounts:person_role", args=[me.username]), {"role": "annotator"}
    )

    me.refresh_from_db()
    assert me.is_active
    assert me.is_admin
