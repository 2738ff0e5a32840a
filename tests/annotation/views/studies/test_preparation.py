"""Training, comprehension questions and attention checks."""

import pytest
from django.test import Client

from annotation.models import (
    Study,
    TrainingItem,
)
from corpus.models import Origin, Video
from tests.annotation.views.pages import address, formset

pytestmark = pytest.mark.django_db


def test_training_is_written_changed_and_taken_out(web: Client, study: Study) -> None:
    video = Video.objects.filter(batches__study=study)[0]
    TrainingItem.objects.create(
        study=study, position=1, text="old words", origin=Origin.HUMAN
    )
    TrainingItem.objects.create(
        study=study, position=2, text="goes away", origin=Origin.HUMAN
    )
    rows = [
        {"text": "changed words", "origin": "ai"},
        {"text": "goes away", "origin": "human", "DELETE": "on"},
        {"text": "new words", "origin": "human", "video": video.label},
        {"text": "", "origin": "", "feedback": ""},
    ]

    response = web.post(
        address("study_preparation", study),
        {"part": "training", **formset("training", rows, initial=2)},
    )

    assert response.status_code == 303
    items = study.training_items.values_list("position", "text", "origin", "video")
    assert [*items] == [
        (1, "changed words", "ai", None),
        (2, "new words", "human", video.pk),
    ]
    assert video.label in web.get(address("study_preparation", study)).content.decode()


def test_questions_are_written_with_a_star_before_the_right_choice(
    web: Client, study: Study
) -> None:
    rows = [{"text": "How many?", "answers": "One\n* Two\n\nThree"}]

    web.post(
        address("study_preparation", study),
        {"part": "questions", **formset("questions", rows)},
    )

    question = study.comprehension_questions.get()
    assert (question.choices, question.right_choice) == (["One", "Two", "Three"], 1)


@pytest.mark.parametrize(
    ("part", "row", "words"),
    [
        ("questions", {"text": "?", "answers": "* One"}, "at least two choices"),
        ("questions", {"text": "?", "answers": "One\nTwo"}, "Put a star"),
        ("questions", {"text": "?", "answers": "* One\n* Two"}, "Put a star"),
        ("checks", {"text": "Choose AI"}, "Enter the expected verdict"),
        ("checks", {"text": "Choose 6", "expected_score": "6"}, "less than or equal"),
        ("training", {"text": "Who?", "origin": "cat"}, "Select a valid choice"),
        ("training", {"text": "a", "origin": "ai", "video": "no"}, "has no video no"),
    ],
)
def test_a_wrong_row_of_the_preparation_is_said_and_nothing_changes(
    web: Client, study: Study, part: str, row: dict[str, str], words: str
) -> None:
    response = web.post(
        address("study_preparation", study), {"part": part, **formset(part, [row])}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
