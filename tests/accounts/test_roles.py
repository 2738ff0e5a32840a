"""Changing a person's role in Django's admin site."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from annotation.models import MembershipRole
from annotation.services.people.memberships import forget_annotator
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.make_admin())
    return client


def give_role(admin: Client, user: User, role: Role) -> str:
    """Change the role on the person's page; what the page says."""
    fields = {
        "username": user.username,
        "role": role,
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
    }
    address = reverse("admin:accounts_user_change", args=[user.pk])
    response = admin.post(address, fields, follow=True)
    user.refresh_from_db()
    return response.content.decode()


def test_who_judges_nowhere_can_become_a_researcher(admin: Client) -> None:
    user = factories.make_user()

    give_role(admin, user, Role.RESEARCHER)

    assert user.role == Role.RESEARCHER


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMIN])
def test_who_judges_in_a_study_never_sees_sources(admin: Client, role: Role) -> None:
    membership = factories.join(factories.make_study())
    user = membership.user
    assert user is not None

    page = give_role(admin, user, role)

    assert user.role == Role.ANNOTATOR
    assert f"judges in {membership.study.title}" in page


def test_who_is_cut_off_from_their_studies_can_become_a_researcher(
    admin: Client,
) -> None:
    membership = factories.join(factories.make_study())
    user = membership.user
    assert user is not None
    forget_annotator(membership=membership, actor=None)

    give_role(admin, user, Role.RESEARCHER)

    assert user.role == Role.RESEARCHER


def test_who_runs_a_study_never_judges(admin: Client) -> None:
    researcher = factories.make_researcher()
    study = factories.make_study()
    factories.join(study, researcher, MembershipRole.RESEARCHER)

    page = give_role(admin, researcher, Role.ANNOTATOR)

    assert researcher.role == Role.RESEARCHER
    assert f"is a researcher in {study.title}" in page
