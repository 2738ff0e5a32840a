"""Researchers see what an annotator was given; admins open a batch again."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import Assignment, Membership, MembershipRole, StudyEvent
from tests.factories import (
    answer_all,
    give_work,
    join,
    make_admin,
    make_open_study,
    make_researcher,
    make_user,
    submit_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    """An annotator with one batch submitted and one in work."""
    membership = join(make_open_study(videos=3))
    submit_all(give_work(membership))
    answer_all(give_work(membership))
    return membership


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_admin())
    return client


def url(membership: Membership, page: str = "") -> str:
    return f"/studies/{membership.study.public_id}/people/{membership.code}/{page}"


def test_the_page_lists_the_batches_of_one_annotator(
    admin: Client, membership: Membership
) -> None:
    page = admin.get(url(membership)).content.decode()

    assert page.count("4 of 4") == 2
    assert "Submitted" in page
    assert "In progress" in page
    assert page.count("/reopen/") == 1


def test_the_page_costs_the_same_for_many_batches(
    admin: Client, membership: Membership
) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(url(membership))
    submit_all(give_work(membership))
    submit_all(give_work(membership))

    with CaptureQueriesContext(connection) as many:
        admin.get(url(membership))

    assert len(few) == len(many)


def test_an_admin_opens_a_batch_again_with_a_reason(
    admin: Client, membership: Membership
) -> None:
    asked = admin.get(url(membership, "1/reopen/"))
    silent = admin.post(url(membership, "1/reopen/"), {"reason": " "})
    done = admin.post(url(membership, "1/reopen/"), {"reason": "a slip"}, follow=True)

    assert asked.status_code == 200
    assert silent.status_code == 422
    assert "is open again" in done.content.decode()
    assert Assignment.objects.get(number=1).is_active
    assert StudyEvent.objects.get().detail["reason"] == "a slip"


def test_a_batch_in_work_is_not_opened_again(
    admin: Client, membership: Membership
) -> None:
    response = admin.post(url(membership, "2/reopen/"), {"reason": "a slip"})

    assert response.status_code == 409
    assert "Only a submitted batch" in response.content.decode()


def test_researchers_look_but_only_admins_open_again(
    client: Client, membership: Membership
) -> None:
    researcher = make_researcher()
    join(membership.study, researcher, MembershipRole.RESEARCHER)
    client.force_login(researcher)

    looked = client.get(url(membership))
    reopened = client.post(url(membership, "1/reopen/"), {"reason": "a slip"})

    assert looked.status_code == 200
    assert "/reopen/" not in looked.content.decode()
    assert reopened.status_code == 403


@pytest.mark.parametrize("page", ["", "1/reopen/"])
def test_annotators_see_none_of_it(
    client: Client, membership: Membership, page: str
) -> None:
    client.force_login(make_user())

    assert client.get(url(membership, page)).status_code == 403
