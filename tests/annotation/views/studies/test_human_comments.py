"""Holding back a human comment of a draft."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from annotation.models import Study
from annotation.services.studies.batches import fill_batches
from annotation.services.studies.lifecycle import seal_study
from annotation.services.studies.study import copy_study
from corpus.models import Comment, Origin
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def spam(study: Study) -> Comment:
    """The most-liked human comment of the first batch."""
    video = study.batches.all()[0].video
    spam = factories.make_comment(
        video, factories.human_source(), "buy my course today", like_count=10**6
    )
    factories.make_comment(
        video, factories.human_source(), "the next in line", like_count=0
    )
    fill_batches(study=study)
    return spam


def texts(study: Study) -> set[str]:
    held = study.batches.all()[0].batch_comments.filter(source__origin=Origin.HUMAN)
    return set(held.values_list("comment__text", flat=True))


def hold_back(web: Client, study: Study, comment: Comment, **fields: str) -> str:
    where = address("study_hold_back", study, study.batches.all()[0].public_id)
    response = web.post(where, {"comment": comment.pk, **fields}, follow=True)
    return response.content.decode()


def test_the_next_most_liked_takes_the_place_and_the_log_says_why(
    web: Client, study: Study, spam: Comment
) -> None:
    before = texts(study)

    page = hold_back(web, study, spam, reason="an advertisement")

    assert spam.text in before
    assert spam.text not in texts(study)
    assert len(texts(study)) == study.human_comment_count
    assert "an advertisement" in page
    fill_batches(study=study)
    assert spam.text not in texts(study)
    assert study.events.filter(action="comment held back").count() == 1
    seal_page = web.get(address("study_seal", study)).content.decode()
    assert "Human comments held back" in seal_page


def test_it_can_be_taken_back_and_then_stands_there_again(
    web: Client, study: Study, spam: Comment
) -> None:
    hold_back(web, study, spam, reason="an advertisement")

    page = hold_back(web, study, spam, undo="1")

    assert "No comment is held back" in page
    assert spam.text in texts(study)


def test_a_reason_is_needed_and_only_this_videos_human_comments_count(
    web: Client, study: Study, spam: Comment
) -> None:
    elsewhere = factories.make_comment(
        study.batches.all()[1].video, factories.human_source(), "not here"
    )
    held = study.batches.all()[0].batch_comments
    model = held.filter(source__origin=Origin.AI)[0].comment
    before = texts(study)

    assert "Say why" in hold_back(web, study, spam, reason=" ")
    assert "human comment" in hold_back(web, study, model, reason="x")
    where = address("study_hold_back", study, study.batches.all()[0].public_id)
    assert web.post(where, {"comment": elsewhere.pk, "reason": "x"}).status_code == 404
    assert web.post(where, {"comment": "9" * 30, "reason": "x"}).status_code == 404
    assert texts(study) == before


def test_a_copy_holds_back_the_same(web: Client, study: Study, spam: Comment) -> None:
    hold_back(web, study, spam, reason="an advertisement")

    copy = copy_study(study=study, actor=None)

    assert spam.text not in texts(copy)
    assert len(texts(copy)) == study.human_comment_count


def test_the_seal_fixes_what_is_held_back(
    web: Client, study: Study, spam: Comment
) -> None:
    hold_back(web, study, spam, reason="an advertisement")
    seal_study(study=study, actor=None)
    page = web.get(
        address("study_human_comments", study, study.batches.all()[0].public_id)
    ).content.decode()

    assert "an advertisement" in page
    assert "Take back" not in page
    hold_back(web, study, spam, undo="1")
    assert study.held_back.count() == 1
    with (
        pytest.raises(IntegrityError, match="only_drafts_hold_back"),
        transaction.atomic(),
    ):
        study.held_back.all().delete()
