"""Questions on the guidelines: who may go on."""

import pytest
from django.test import Client

from annotation.models import ComprehensionAttempt, ComprehensionQuestion, Study
from tests.annotation.views.judging.annotator_pages.ways import url, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions(study: Study) -> None:
    for position, right in ((1, 0), (2, 2)):
        ComprehensionQuestion.objects.create(
            study=study,
            position=position,
            text=f"What about {position}?",
            choices=["this", "that", "neither"],
            right_choice=right,
        )


RIGHT = {"question-1": "0", "question-2": "2"}
WRONG = {"question-1": "0", "question-2": "1"}


@pytest.mark.usefixtures("questions")
def test_right_answers_open_the_study(annotator: Client, study: Study) -> None:
    assert where(annotator, study) == url(study, "comprehension/")

    annotator.post(url(study, "comprehension/"), RIGHT)

    assert where(annotator, study) == "here"
    assert ComprehensionAttempt.objects.get().passed


@pytest.mark.usefixtures("questions")
def test_a_wrong_answer_leaves_one_more_attempt(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "comprehension/"), WRONG, follow=True)

    page = response.content.decode()
    assert "You answered 1 of 2 questions correctly" in page
    assert "Attempts left: 1 of 2" in page


@pytest.mark.usefixtures("questions")
def test_the_second_attempt_may_pass(annotator: Client, study: Study) -> None:
    annotator.post(url(study, "comprehension/"), WRONG)
    annotator.post(url(study, "comprehension/"), RIGHT)

    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("questions")
def test_after_two_wrong_attempts_it_is_over(annotator: Client, study: Study) -> None:
    for _ in range(2):
        annotator.post(url(study, "comprehension/"), WRONG)
    annotator.post(url(study, "comprehension/"), RIGHT)
    response = annotator.post(url(study, "next/"), follow=True)

    assert ComprehensionAttempt.objects.filter(passed=False).count() == 2
    assert not ComprehensionAttempt.objects.filter(passed=True).exists()
    assert "You have used both attempts" in response.content.decode()


@pytest.mark.usefixtures("questions")
def test_an_unanswered_question_uses_up_no_attempt(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "comprehension/"), {"question-1": "0"})

    assert response.status_code == 422
    assert not ComprehensionAttempt.objects.exists()
