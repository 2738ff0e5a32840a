"""What an annotator who wants to work is led to, and why there may be none."""

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Membership, Study, StudyState
from tests.annotation.views.judging.annotator_pages.ways import url, where
from tests.factories import give_work, join, make_researcher, make_study, make_user

pytestmark = pytest.mark.django_db


def test_a_newcomer_reads_what_is_asked_and_starts(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study)).content.decode()

    assert "Start the first batch" in page
    assert not Membership.objects.get().assignments.exists()


def test_looking_gives_out_no_work(annotator: Client, study: Study) -> None:
    for page in ("", "done/", "guidelines/"):
        annotator.get(url(study, page))

    assert not Membership.objects.get().assignments.exists()


def test_a_batch_in_work_comes_first(annotator: Client, membership: Membership) -> None:
    assignment = give_work(membership)

    assert where(annotator, membership.study) == f"/judge/{assignment.public_id}/"


def test_a_batch_in_work_can_be_finished_while_the_study_is_paused(
    annotator: Client, membership: Membership
) -> None:
    assignment = give_work(membership)
    Study.objects.update(state=StudyState.PAUSED)

    assert where(annotator, membership.study) == f"/judge/{assignment.public_id}/"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": StudyState.SEALED}, "hasn&#x27;t started yet"),
        ({"state": StudyState.PAUSED}, "is paused"),
    ],
)
def test_a_study_that_gives_out_nothing_says_why(
    annotator: Client, study: Study, fields: dict[str, str], message: str
) -> None:
    Study.objects.update(**fields)

    assert message in annotator.get(url(study)).content.decode()


def test_an_excluded_annotator_is_told_that_their_part_has_ended(
    annotator: Client, study: Study
) -> None:
    Membership.objects.update(excluded_at=timezone.now(), exclusion_reason="careless")

    page = annotator.get(url(study), follow=True).content.decode()

    assert "has ended" in page
    assert "careless" not in page


def test_asking_for_work_that_is_not_there_leads_to_the_reason(
    annotator: Client, study: Study
) -> None:
    Study.objects.update(state=StudyState.PAUSED)

    response = annotator.post(url(study, "next/"), follow=True)

    assert "is paused" in response.content.decode()


PAGES = [
    ("get", ""),
    ("get", "consent/"),
    ("get", "comprehension/"),
    ("get", "training/"),
    ("get", "guidelines/"),
    ("get", "done/"),
    ("get", "submitted/"),
    ("get", "submitted/1/"),
    ("post", "next/"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_a_study_that_one_is_not_in_does_not_exist(
    study: Study, client: Client, method: str, page: str
) -> None:
    client.force_login(make_user())

    assert getattr(client, method)(url(study, page)).status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_researchers_do_no_annotators_work(
    study: Study, client: Client, method: str, page: str
) -> None:
    client.force_login(make_researcher())

    assert getattr(client, method)(url(study, page)).status_code == 403


def test_a_draft_has_not_begun(client: Client) -> None:
    membership = join(make_study())
    assert membership.user is not None
    client.force_login(membership.user)

    page = client.get(url(membership.study)).content.decode()

    assert "hasn&#x27;t started yet" in page
