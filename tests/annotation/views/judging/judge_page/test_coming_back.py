"""Leaving a batch, and coming back to it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Assignment, AssignmentState, Judgment, Study, StudyState
from tests.annotation.views.judging.judge_page.requests import (
    JSON,
    answers,
    lapse,
    stored,
    url,
)
from tests.factories import (
    answer_all,
    give_work,
    join,
    make_open_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def test_coming_back_after_the_lease_ran_out_says_so_and_goes_on(
    annotator: Client, assignment: Assignment
) -> None:
    in_time = annotator.get(url(assignment)).context["sheet"].is_late
    lapse(assignment)

    late = annotator.get(url(assignment)).context["sheet"].is_late

    assert (in_time, late) == (False, True)
    assert stored(assignment).is_active


def test_coming_back_when_somebody_else_has_the_place_offers_the_next_batch(
    client: Client,
) -> None:
    assignment = answer_all(give_work(join(make_open_study(redundancy=1))))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.get(url(assignment))

    assert response.status_code == 410
    assert f"/work/{assignment.batch.study.public_id}/" in response.content.decode()
    assert stored(assignment).state == AssignmentState.LAPSED


def test_a_submitted_batch_leads_to_what_comes_next(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.get(url(assignment), follow=True)

    assert response.redirect_chain[0][0] == (
        f"/work/{assignment.batch.study.public_id}/"
    )
    assert "Batch 1 is submitted" in response.content.decode()


def test_looking_at_the_page_renews_the_lease(
    annotator: Client, assignment: Assignment
) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    Assignment.objects.update(leased_until=soon)

    annotator.get(url(assignment))

    assert stored(assignment).leased_until > soon + timedelta(minutes=30)


def test_pausing_leads_home_and_loses_nothing(
    annotator: Client, assignment: Assignment
) -> None:
    annotator.post(url(assignment, "answers/"), answers((1, "ai", "0")))

    response = annotator.post(url(assignment, "pause/"), follow=True)

    assert response.redirect_chain == [("/", 303)]
    assert "120 minutes" in response.content.decode()
    assert Judgment.objects.count() == 1


def test_a_closed_study_takes_no_answers(
    annotator: Client, assignment: Assignment
) -> None:
    Study.objects.update(state=StudyState.CLOSED)

    page = annotator.get(url(assignment))
    saving = annotator.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert page["Location"] == f"/work/{assignment.batch.study.public_id}/"
    assert saving.status_code == 423
    assert "closed" in saving.json()["error"]
