"""Practice comments: one at a time, with feedback."""

import pytest
from django.test import Client

from annotation.models import Membership, Study, TrainingItem
from corpus.models import Origin
from tests.annotation.views.judging.annotator_pages.ways import url, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(study: Study) -> None:
    for position, origin in ((1, Origin.HUMAN), (2, Origin.AI)):
        TrainingItem.objects.create(
            study=study,
            position=position,
            text=f"practice {position}",
            origin=origin,
            feedback=f"Because of {position}.",
        )


@pytest.mark.usefixtures("items")
def test_practice_shows_one_comment_at_a_time_without_its_author(
    annotator: Client, study: Study
) -> None:
    assert where(annotator, study) == url(study, "training/")
    page = annotator.get(url(study, "training/")).content.decode()

    assert "practice 1" in page
    assert "practice 2" not in page
    assert "right answer" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_practice_gives_feedback_after_each_answer(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(
        url(study, "training/"), {"position": "1", "verdict": "ai"}, follow=True
    )

    page = response.content.decode()
    assert "Not this time" in page
    assert "You answered AI. The right answer is Human." in page
    assert "Because of 1." in page
    assert "Next comment" in page


@pytest.mark.usefixtures("items")
def test_feedback_is_not_to_be_had_before_the_answer(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study, "training/") + "?answered=2").content.decode()

    assert "practice 2" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_the_first_answer_on_a_practice_comment_stays(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for verdict in ("ai", "human"):
        annotator.post(url(study, "training/"), {"position": "1", "verdict": verdict})

    assert membership.training_answers.get().verdict == "ai"


@pytest.mark.usefixtures("items")
def test_after_the_last_practice_comment_work_begins(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for position in ("1", "2"):
        annotator.post(url(study, "training/"), {"position": position, "verdict": "ai"})

    membership.refresh_from_db()
    assert membership.training_done_at is not None
    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("items")
def test_practice_without_a_choice_asks_for_one(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "training/"), {"position": "1"}, follow=True)

    assert "Choose an answer" in response.content.decode()
