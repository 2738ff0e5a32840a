"""Submitting a batch, and what may stand against it."""

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from annotation.models import Assignment, Judgment, Study
from annotation.services.judging.assignments import record_playback
from tests.annotation.views.judging.judge_page.requests import (
    answers,
    lapse,
    stored,
    url,
    whole_form,
)
from tests.factories import (
    give_work,
    join,
    make_media,
    make_open_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def next_page(response: HttpResponseBase) -> str:
    assert response.status_code == 303
    return response["Location"]


def test_after_submitting_the_next_batch_is_there(
    annotator: Client, assignment: Assignment
) -> None:
    response = annotator.post(url(assignment, "submit/"), whole_form())

    following = assignment.membership.assignments.get(number=2)
    assert next_page(response) == url(following)
    assert stored(assignment).is_submitted


def test_after_the_last_batch_come_the_thanks(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)
    last = give_work(assignment.membership)

    response = annotator.post(url(last, "submit/"), whole_form())

    assert next_page(response) == f"/work/{last.batch.study.public_id}/done/"


def test_submitting_twice_goes_to_the_same_next_batch(
    annotator: Client, assignment: Assignment
) -> None:
    first = annotator.post(url(assignment, "submit/"), whole_form())

    again = annotator.post(url(assignment, "submit/"), whole_form())

    assert next_page(first) == next_page(again)
    assert assignment.membership.assignments.count() == 2


def test_what_is_missing_is_named_and_nothing_else_is_lost(
    annotator: Client, assignment: Assignment
) -> None:
    form = whole_form()
    del form["score-2"], form["verdict-4"], form["score-4"]

    response = annotator.post(url(assignment, "submit/"), form)

    assert response.status_code == 422
    sheet = response.context["sheet"]
    assert sheet.missing == (2, 4)
    assert sheet.left_count == 2
    assert sheet.comments[1].verdict == "ai"
    assert stored(assignment).is_active


def test_a_missing_score_of_zero_is_not_taken_for_given(
    annotator: Client, assignment: Assignment
) -> None:
    form = whole_form(score="0")

    response = annotator.post(url(assignment, "submit/"), form)

    next_page(response)
    scores = Judgment.objects.values_list("realism_score", flat=True)
    assert set(scores) == {0}


def test_a_video_that_was_not_played_is_asked_for(
    annotator: Client, assignment: Assignment
) -> None:
    make_media(assignment.batch.video)
    Study.objects.update(required_play_percent=50)

    refused = annotator.post(url(assignment, "submit/"), whole_form())
    played = annotator.post(
        url(assignment, "playback/"), {"seconds": "5", "percent": "60"}
    )
    accepted = annotator.post(url(assignment, "submit/"), whole_form())

    assert refused.status_code == 422
    assert "Watch at least 50 %" in refused.context["sheet"].refusal
    assert played.status_code == 204
    next_page(accepted)


def test_playback_that_is_no_number_is_refused(
    annotator: Client, assignment: Assignment
) -> None:
    record_playback(assignment=assignment, seconds=1, percent=5)

    response = annotator.post(url(assignment, "playback/"), {"seconds": "all"})

    assert response.status_code == 422
    assert stored(assignment).played_percent == 5


def test_an_unsent_answer_that_comes_after_submission_is_told(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.post(
        url(assignment, "submit/"), answers((1, "ai", "0")) | whole_form("human", "3")
    )

    assert response.status_code == 409
    assert "were not saved" in response.content.decode()


def test_a_late_submission_whose_place_is_gone_says_so(client: Client) -> None:
    assignment = give_work(join(make_open_study(redundancy=1)))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.post(url(assignment, "submit/"), whole_form())

    assert response.status_code == 410
    assert "Your answers are kept" in response.content.decode()
