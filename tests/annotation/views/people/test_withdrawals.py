"""Researchers withdraw content on a page; reports say so."""

import pytest
from django.test import Client

from analysis.services.reports import state_of_data, study_report
from annotation.models import Study, Withdrawal
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(study: Study) -> Study:
    """Open, with a submitted batch."""
    study.documents.all().delete()
    factories.open_study(study)
    for _ in range(2):
        factories.submit_all(factories.give_work(factories.join(study)))
    return study


def test_a_comment_is_withdrawn_with_a_reason_and_the_report_says_so(
    web: Client, study: Study
) -> None:
    batch = study.batches.all()[0]
    comment = batch.batch_comments.all()[0]
    page = address("study_withdraw", study, batch.public_id)
    before = state_of_data(study)

    asked = web.get(page, {"comment": comment.pk}).content.decode()
    response = web.post(
        page, {"what": comment.pk, "reason": "a phone number", "counts": "no"}
    )

    assert f'value="{comment.pk}"' in asked
    assert response.status_code == 303
    withdrawal = Withdrawal.objects.get()
    assert (withdrawal.batch_comment, withdrawal.counts) == (comment, False)
    shown = web.get(page).content.decode()
    assert "a phone number" in shown
    assert "judgments don&#x27;t count" in shown or "judgments don't count" in shown
    assert state_of_data(study) != before
    (stated,) = study_report(study, replicates=0).provenance.withdrawn
    assert (stated.reason, stated.counts) == ("a phone number", False)
    assert f"c{comment.comment_id}" in stated.name


def test_a_video_is_withdrawn_from_the_list_of_videos(
    web: Client, study: Study
) -> None:
    batch = study.batches.all()[0]
    page = address("study_withdraw", study, batch.public_id)
    assert page in web.get(address("study_videos", study)).content.decode()

    web.post(page, {"what": "video", "reason": "offensive", "counts": "yes"})

    batch.refresh_from_db()
    assert batch.withdrawn_at is not None
    assert "The whole video is withdrawn" in web.get(page).content.decode()


@pytest.mark.parametrize("left_out", ["what", "reason", "counts"])
def test_nothing_is_withdrawn_without_a_whole_decision(
    web: Client, study: Study, left_out: str
) -> None:
    sent = {"what": "video", "reason": "offensive", "counts": "yes"}
    del sent[left_out]
    page = address("study_withdraw", study, study.batches.all()[0].public_id)

    assert web.post(page, sent).status_code == 422
    assert not Withdrawal.objects.exists()
