"""The steps of a study: seal, open, pause, close; delete and copy."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Study
from annotation.services.studies.lifecycle import seal_study
from tests.annotation.views.pages import address

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


def test_a_closed_study_is_archived_and_taken_out_again(
    web: Client, study: Study
) -> None:
    studies = reverse("annotation:study_list")
    for transition in ("seal", "open"):
        web.post(address(f"study_{transition}", study))
    early = web.post(address("study_archive", study))
    web.post(address("study_close", study))

    web.post(address("study_archive", study))
    current = web.get(studies).content.decode()
    archive = web.get(studies, {"archived": ""}).content.decode()
    web.post(address("study_archive", study), {"undo": "1"})
    again = web.get(studies).content.decode()

    assert early.status_code == 409
    link = f'<a href="{address("study", study)}">{study.title}'
    assert [link in page for page in (current, archive, again)] == [False, True, True]


def test_an_empty_list_says_what_is_elsewhere(web: Client, study: Study) -> None:
    for transition in ("seal", "open", "close"):
        web.post(address(f"study_{transition}", study))
    studies = reverse("annotation:study_list")

    no_archive = web.get(studies, {"archived": ""}).content.decode()
    web.post(address("study_archive", study))
    no_current = web.get(studies).content.decode()

    assert "No study is archived." in no_archive
    assert "All your studies are archived." in no_current
    for page in (no_archive, no_current):
        assert "You have no studies yet" not in page
        assert 'href="?"' in page


def test_a_draft_is_archived_in_place_of_deleting_it_and_sealed_again(
    web: Client, study: Study
) -> None:
    asked = web.get(address("study_delete", study)).content.decode()
    assert f'formaction="{address("study_archive", study)}"' in asked

    web.post(address("study_archive", study))
    study.refresh_from_db()
    assert study.archived_at is not None
    web.post(address("study_seal", study))

    study.refresh_from_db()
    assert study.state == "sealed"
    assert study.archived_at is None


def test_a_study_in_work_is_not_in_the_archive(study: Study) -> None:
    seal_study(study=study, actor=None)
    with pytest.raises(IntegrityError, match="study_in_work_is_not_archived"):
        Study.objects.filter(pk=study.pk).update(archived_at=timezone.now())
