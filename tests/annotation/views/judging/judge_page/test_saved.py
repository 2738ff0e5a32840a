"""What a tab that is behind is told."""

import pytest
from django.test import Client

from annotation.models import Assignment
from tests.annotation.views.judging.judge_page.requests import (
    answers,
    lapse,
    stored,
    url,
)
from tests.factories import submit_all

pytestmark = pytest.mark.django_db


def test_a_tab_that_is_behind_asks_what_is_saved(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((2, "ai", "0"), (4, "human", ""))
    annotator.post(url(assignment, "answers/"), data)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body == {
        "answers": {
            "2": {"verdict": "ai", "score": "0", "key": data["key"][0]},
            "4": {"verdict": "human", "score": "", "key": data["key"][1]},
        },
        "state": "active",
    }


def test_what_is_saved_can_be_asked_after_submission(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body["state"] == "submitted"
    assert len(body["answers"]) == 4


def test_asking_what_is_saved_takes_a_lapsed_batch_up_again(
    annotator: Client, assignment: Assignment
) -> None:
    lapse(assignment)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body["state"] == "active"
    assert stored(assignment).is_active
