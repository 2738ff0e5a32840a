"""Annotators and researchers of a study."""

import pytest
from django.test import Client

from annotation.models import (
    MembershipRole,
    Study,
)
from tests import factories
from tests.annotation.views.pages import address, addresses_of, submit

pytestmark = pytest.mark.django_db


def test_annotators_with_a_login_are_added_by_name(web: Client, study: Study) -> None:
    people = [factories.make_user(), factories.make_user()]
    names = ", ".join(user.username for user in people)

    web.post(address("study_add_annotators", study), {"annotators-usernames": names})

    members = study.memberships.filter(role=MembershipRole.ANNOTATOR)
    assert {member.user for member in members} == {*people}


def test_one_wrong_name_adds_nobody(web: Client, study: Study) -> None:
    good, researcher = factories.make_user(), factories.make_researcher()

    unknown = web.post(
        address("study_add_annotators", study),
        {"annotators-usernames": f"{good.username} nobody"},
    )
    forbidden = web.post(
        address("study_add_annotators", study),
        {"annotators-usernames": f"{good.username} {researcher.username}"},
    )

    assert (unknown.status_code, forbidden.status_code) == (422, 422)
    assert "No account has the username nobody" in unknown.content.decode()
    assert "can&#x27;t take part" in forbidden.content.decode()
    assert not study.memberships.filter(role=MembershipRole.ANNOTATOR).exists()


def test_researchers_are_added_and_taken_out(web: Client, study: Study) -> None:
    other = factories.make_researcher()

    web.post(
        address("study_researchers", study),
        {"researchers-usernames": other.username},
    )
    assert study.memberships.filter(user=other).exists()

    web.post(address("study_remove_researcher", study, other.username))
    assert not study.memberships.filter(user=other).exists()


def test_an_annotator_is_excluded_with_a_reason_and_included_again(
    web: Client, study: Study
) -> None:
    membership = factories.join(study)
    url = address("study_exclude", study, membership.code)

    assert web.post(url, {"reason": " "}).status_code == 422
    web.post(url, {"reason": "one answer throughout"})
    people = web.get(address("study_people", study)).content.decode()
    assert "one answer throughout" in people

    web.post(address("study_include", study, membership.code))
    membership.refresh_from_db()
    assert membership.excluded_at is None


def test_a_forgotten_annotator_is_a_code_alone(web: Client, study: Study) -> None:
    study.documents.all().delete()
    factories.open_study(study)
    membership = factories.join(study, participant_id="5f1e2d")
    submit(membership, minutes=3)

    web.post(address("study_forget", study, membership.code))

    membership.refresh_from_db()
    assert (membership.user, membership.participant_id) == (None, "")
    assert membership.assignments.count() == 1
    people = web.get(address("study_people", study)).content.decode()
    assert membership.code in people


def test_a_participants_id_is_on_no_page(web: Client, study: Study) -> None:
    """The payment list alone has it (see test_payments.py)."""
    factories.join(study, participant_id="5f1e2d3c")

    seen = [web.get(url).getvalue().decode() for url in addresses_of(study)]

    assert not any("5f1e2d3c" in text for text in seen)
