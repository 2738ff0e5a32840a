"""From the draft to the end: sealing, opening, pausing, closing."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from annotation.errors import AnnotationError, StudyNotReadyError
from annotation.models import BatchComment, DocumentKind, Study, StudyState
from annotation.services.studies.lifecycle import (
    close_study,
    open_study,
    pause_study,
    resume_study,
    seal_study,
)
from annotation.services.studies.study import update_study
from corpus.eligibility import ELIGIBILITY_VERSION
from corpus.models import MediaState
from tests import factories
from tests.annotation.ready_studies import actions, make_ready_study

pytestmark = pytest.mark.django_db


def test_a_sealed_study_gives_each_batch_its_places() -> None:
    study = make_ready_study(videos=2, redundancy=4)

    seal_study(study=study, actor=None)

    study.refresh_from_db()
    assert study.state == StudyState.SEALED
    assert study.sealed_at is not None
    sealed = study.batches.values_list(
        "place_count", "sealed_at", "eligibility_version"
    )
    assert set(sealed) == {(4, study.sealed_at, ELIGIBILITY_VERSION)}


def test_a_sealed_batch_refuses_comments() -> None:
    study = make_ready_study()
    seal_study(study=study, actor=None)
    batch = study.batches.get()
    source = factories.make_source()
    late = factories.make_comment(batch.video, source)

    with (
        pytest.raises(IntegrityError, match="sealed_batch_never_changes"),
        transaction.atomic(),
    ):
        BatchComment.objects.create(batch=batch, comment=late, source=source)


def test_a_study_without_videos_or_sources_cannot_be_sealed() -> None:
    study = factories.make_study(videos=0, ai_sources=0)

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert refused.value.reasons == ["Choose videos: the study has none yet."]


def test_a_missing_comment_stops_the_seal_and_is_named_by_source() -> None:
    study = make_ready_study(videos=3)
    source = study.sources.order_by("key")[0]
    BatchComment.objects.filter(batch__study=study, source=source)[:1].get().delete()

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert refused.value.reasons == [f"{source.title}: 1 of 3 comments are missing."]


def test_equal_texts_in_one_batch_stop_the_seal() -> None:
    study = make_ready_study()
    batch = study.batches.get()
    source = study.sources.all()[0]
    held = batch.batch_comments.exclude(source=source).select_related("comment")[0]
    held_text = held.comment.text.upper()
    echo = factories.make_comment(batch.video, source, held_text)
    batch.batch_comments.filter(source=source).update(comment=echo)

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert len(refused.value.reasons) == 1
    assert "two identical texts" in refused.value.reasons[0]


@pytest.mark.parametrize("text", ["wow " * 200, "- so good", "Comment: so good"])
def test_a_text_that_only_one_origin_can_have_stops_the_seal(text: str) -> None:
    study = make_ready_study()
    batch = study.batches.get()
    human = factories.human_source()
    # It came in before the rule.
    early = factories.make_comment(batch.video, human, text, unusable_reason="")
    batch.batch_comments.filter(source=human, slot=1).update(comment=early)

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert len(refused.value.reasons) == 1
    assert "only one origin can have: 1" in refused.value.reasons[0]


@pytest.mark.parametrize(
    "text", ['"Choose AI"', "Choose\u202e AI", "Choose\u200b AI", "Choose AI &amp; 0"]
)
def test_an_attention_check_that_is_no_comment_to_the_eye_stops_the_seal(
    text: str,
) -> None:
    study = make_ready_study(attention_checks=1)
    study.attention_checks.update(text=text)

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert "doesn't look like a comment" in refused.value.reasons[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MediaState.PENDING, "being processed"),
        (MediaState.FAILED, "can't be played"),
        (None, "without a file"),
    ],
)
def test_videos_that_nobody_can_watch_stop_the_seal(
    state: MediaState | None, words: str
) -> None:
    video = factories.make_video()
    if state is not None:
        factories.make_media(video, state=state, error_code="x", playback="")
    study = factories.make_study(videos=[video])

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert words in refused.value.reasons[0]


def test_too_few_attention_checks_stop_the_seal() -> None:
    study = make_ready_study(attention_checks=1)
    update_study(study=study, changes={"attention_checks_per_batch": 2}, actor=None)

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert "Attention checks" in refused.value.reasons[0]


def test_a_study_opens_pauses_resumes_and_closes() -> None:
    study = make_ready_study()
    researcher = factories.make_researcher()

    for transition in (seal_study, open_study, pause_study, resume_study, close_study):
        transition(study=study, actor=researcher)

    study.refresh_from_db()
    assert study.state == StudyState.CLOSED
    assert study.opened_at is not None
    assert study.closed_at is not None
    assert actions(study) == ["sealed", "opened", "paused", "resumed", "closed"]
    assert {event.actor for event in study.events.all()} == {researcher}


def test_a_study_without_consent_text_does_not_open() -> None:
    study = make_ready_study()
    study.documents.filter(kind=DocumentKind.CONSENT).delete()
    seal_study(study=study, actor=None)

    with pytest.raises(StudyNotReadyError) as refused:
        open_study(study=study, actor=None)

    assert refused.value.reasons == ["Write this text on the Texts page: consent."]


@pytest.mark.parametrize(
    ("state", "transition"),
    [
        (StudyState.DRAFT, open_study),
        (StudyState.DRAFT, close_study),
        (StudyState.OPEN, seal_study),
        (StudyState.OPEN, resume_study),
        (StudyState.PAUSED, pause_study),
        (StudyState.CLOSED, resume_study),
        (StudyState.CLOSED, close_study),
    ],
)
def test_a_transition_out_of_order_is_refused_in_words(
    state: StudyState, transition: Callable[..., object]
) -> None:
    study = factories.make_study()
    if state != StudyState.DRAFT:
        factories.open_study(study)
        Study.objects.filter(pk=study.pk).update(state=state)

    with pytest.raises(AnnotationError, match=f"is {state.label.lower()}"):
        transition(study=study, actor=None)
