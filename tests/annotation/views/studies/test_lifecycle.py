"""The steps of a study: seal, open, pause, close; delete and copy."""

import pytest
from django.test import Client

from annotation.models import (
    Study,
)
from tests.annotation.views.pages import (
    address,
)

pytestmark = pytest.mark.django_db


def test_a_study_goes_all_the_way_by_its_pages(web: Client, study: Study) -> None:
    states = []
    for transition in ("seal", "open", "pause", "resume", "close"):
        assert web.get(address(f"study_{transition}", study)).status_code == 200
        assert web.post(address(f"study_{transition}", study)).status_code == 303
        study.refresh_from_db()
        states.append(study.state)

    assert states == ["sealed", "open", "paused", "open", "closed"]


def test_a_step_that_is_not_possible_says_why_and_offers_no_button(
    web: Client, study: Study
) -> None:
    study.batches.all()[0].batch_comments.all().delete()

    asked = web.get(address("study_seal", study)).content.decode()
    taken = web.post(address("study_seal", study))

    assert "comments are missing" in asked
    assert "Seal for good" not in asked
    assert taken.status_code == 409
    assert "comments are missing" in taken.content.decode()


def test_a_draft_is_deleted_only_when_its_key_is_typed(
    web: Client, study: Study
) -> None:
    url = address("study_delete", study)

    wrong = web.post(url, {"key": "something"})
    assert wrong.status_code == 422
    assert Study.objects.filter(pk=study.pk).exists()

    right = web.post(url, {"key": study.key})
    assert right.status_code == 303
    assert not Study.objects.filter(pk=study.pk).exists()


def test_a_copy_is_one_button_away(web: Client, study: Study) -> None:
    response = web.post(address("study_copy", study))

    draft = Study.objects.exclude(pk=study.pk).get()
    assert response["Location"] == address("study_settings", draft)
