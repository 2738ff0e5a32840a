"""A researcher walks a study as an annotator would; nothing is stored."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from annotation.models import ComprehensionQuestion, Study, TrainingItem
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(study: Study) -> Study:
    """A draft with every stage that a study can have."""
    ComprehensionQuestion.objects.create(
        study=study, position=1, text="Which?", choices=["this", "that"], right_choice=0
    )
    for position in (1, 2):
        TrainingItem.objects.create(
            study=study, position=position, text=f"practice {position}", origin="ai"
        )
    return study


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model is not Session
    }


def test_a_researcher_walks_the_whole_study_and_nothing_is_stored(
    web: Client, whole: Study
) -> None:
    begin = web.get(address("preview_work", whole))
    before = rows()

    consent = web.post(
        begin["Location"],
        {
            "guidelines": "on",
            "guidelines_version": 1,
            "consent": "on",
            "consent_version": 1,
        },
    )
    check = web.post(consent["Location"], {"question-1": "0"})
    practice = web.get(check["Location"])
    answer = {"position": "1", "verdict-1": "ai", "score-1": "0"}
    feedback = web.post(check["Location"], answer).content.decode()
    batch = web.get(address("preview_batch", whole)).content.decode()
    key = str(uuid4())
    saved = web.post(
        address("preview_answers", whole),
        {
            "position": "1",
            "verdict": "ai",
            "score": "1",
            "key": key,
            "age_ms": "0",
            "view_ms": "0",
        },
    )
    half = web.post(address("preview_submit", whole), {"verdict-1": "ai"})
    full = {
        f"{half}-{position}": value
        for position in range(1, 5)
        for half, value in (("verdict", "human"), ("score", "5"))
    }
    end = web.post(address("preview_submit", whole), full)

    assert consent["Location"] == address("preview_comprehension", whole)
    assert check["Location"] == address("preview_training", whole)
    assert "practice 1" in practice.content.decode()
    assert "Correct." in feedback
    assert f"{address('preview_training', whole)}?item=2" in feedback
    assert "Nothing you do here is stored" in batch
    assert address("preview_answers", whole) in batch
    assert not re.search(r'"/judge/|"/work/', batch)
    assert key in saved.content.decode()
    assert half.status_code == 422
    assert end["Location"] == address("preview_done", whole)
    assert rows() == before


def test_the_batch_is_as_blind_as_an_annotators(web: Client, whole: Study) -> None:
    batch = web.get(address("preview_batch", whole)).content.decode()

    for source in whole.sources.all():
        assert source.key not in batch
    shown = whole.batches.order_by("pk")[0].batch_comments.select_related("comment")
    assert all(held.comment.text in batch for held in shown)


def test_a_stage_that_a_study_lacks_is_left_out(web: Client, study: Study) -> None:
    study.documents.all().delete()

    begin = web.get(address("preview_work", study))

    assert begin["Location"] == address("preview_batch", study)
    assert web.get(address("preview_training", study)).status_code == 404


def test_only_the_studys_researchers_preview_it(client: Client, whole: Study) -> None:
    client.force_login(factories.make_researcher())

    assert client.get(address("preview_batch", whole)).status_code == 404
