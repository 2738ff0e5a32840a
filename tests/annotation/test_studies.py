"""Making, changing, sealing and ending studies."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotation.errors import AnnotationError, StudyNotReadyError
from annotation.models import (
    AttentionCheck,
    Batch,
    BatchComment,
    ComprehensionQuestion,
    DocumentKind,
    Membership,
    Study,
    StudyState,
    TrainingItem,
)
from annotation.selectors.documents import newest_documents
from annotation.services.documents import add_document
from annotation.services.lifecycle import (
    close_study,
    open_study,
    pause_study,
    resume_study,
    seal_study,
)
from annotation.services.preparation import (
    replace_attention_checks,
    replace_questions,
)
from annotation.services.studies import (
    StudyContent,
    copy_study,
    create_study,
    delete_study,
    update_study,
)
from corpus.models import Comment, MediaState, Origin, Video
from tests import factories

pytestmark = pytest.mark.django_db


def make_ready_study(
    *, videos: int = 1, attention_checks: int = 0, redundancy: int = 3
) -> Study:
    """A draft with nothing missing: it can be sealed and opened."""
    study = factories.make_study(
        videos=[
            factories.make_media(factories.make_video()).video for _ in range(videos)
        ],
        attention_checks=attention_checks,
        redundancy=redundancy,
    )
    for kind in DocumentKind:
        factories.make_document(study, kind)
    return study


def actions(study: Study) -> list[str]:
    """The study's log, oldest first."""
    return [*study.events.order_by("pk").values_list("action", flat=True)]


# --- Making -------------------------------------------------------------------------


def test_a_new_study_has_the_defaults_of_the_protocol() -> None:
    study = Study(key="first", title="First")

    create_study(study=study, content=StudyContent(), actor=None)

    study.refresh_from_db()
    assert study.state == StudyState.DRAFT
    assert (study.human_comment_count, study.redundancy) == (5, 3)
    assert study.lease_minutes == 120


def test_a_new_study_holds_all_that_was_given_for_it() -> None:
    researcher = factories.make_researcher()
    video = factories.make_video()
    source = factories.make_source()
    content = StudyContent(
        videos=[video.pk],
        sources=[source],
        documents={DocumentKind.GUIDELINES: "Judge the *text*.\r\n"},
        training_items=[
            TrainingItem(text="so cute", origin=Origin.HUMAN, feedback="Short."),
            TrainingItem(text="The video depicts", origin=Origin.AI),
        ],
        attention_checks=[AttentionCheck(text="Choose AI", expected_verdict="ai")],
        questions=[
            ComprehensionQuestion(text="How many?", choices=["1", "2"], right_choice=1)
        ],
    )

    study = create_study(
        study=Study(key="full", title="Full"), content=content, actor=researcher
    )

    assert study.batches.get().video == video
    assert study.sources.get() == source
    assert study.documents.get().text == "Judge the *text*."
    assert [item.position for item in study.training_items.all()] == [1, 2]
    assert study.attention_checks.get().text == "Choose AI"
    assert study.comprehension_questions.get().right_choice == 1


def test_who_makes_a_study_is_its_researcher() -> None:
    researcher = factories.make_researcher()

    study = create_study(
        study=Study(key="mine", title="Mine"), content=StudyContent(), actor=researcher
    )

    assert Membership.objects.get(study=study).user == researcher


@pytest.mark.parametrize(
    ("name", "value"),
    [("redundancy", 0), ("human_comment_count", 51), ("required_play_percent", 101)],
)
def test_a_setting_out_of_range_makes_no_study(name: str, value: int) -> None:
    study = Study(key="odd", title="Odd", **{name: value})

    with pytest.raises(ValidationError, match=name):
        create_study(study=study, content=StudyContent(), actor=None)

    assert not Study.objects.exists()


def test_a_taken_key_makes_no_study() -> None:
    factories.make_study(key="taken")

    with pytest.raises(ValidationError, match="already exists"):
        create_study(
            study=Study(key="taken", title="Other"), content=StudyContent(), actor=None
        )


def test_practice_texts_are_shown_in_the_form_of_every_comment() -> None:
    item = TrainingItem(text=' "so\u200b   cute"\n', origin=Origin.HUMAN)

    study = create_study(
        study=Study(key="clean", title="Clean"),
        content=StudyContent(training_items=[item]),
        actor=None,
    )

    assert study.training_items.get().text == "so cute"


def test_an_attention_check_without_words_is_refused() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="cannot be shown"):
        replace_attention_checks(
            study=study,
            checks=[AttentionCheck(text="...", expected_verdict="ai")],
            actor=None,
        )


def test_a_question_without_its_right_choice_is_refused() -> None:
    study = factories.make_study()
    question = ComprehensionQuestion(text="?", choices=["a", "b"], right_choice=2)

    with pytest.raises(AnnotationError, match="no choice 3"):
        replace_questions(study=study, questions=[question], actor=None)


# --- Changing -----------------------------------------------------------------------


def test_a_drafts_protocol_can_be_changed_and_the_log_says_so() -> None:
    study = factories.make_study()

    update_study(study=study, changes={"redundancy": 7}, actor=None)

    study.refresh_from_db()
    assert study.redundancy == 7
    event = study.events.get(action="settings changed")
    assert event.detail == {"redundancy": {"from": 3, "to": 7}}


def test_what_is_given_unchanged_is_not_logged() -> None:
    study = factories.make_study()

    update_study(study=study, changes={"redundancy": 3}, actor=None)

    assert "settings changed" not in actions(study)


def test_the_protocol_never_changes_after_the_seal() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="redundancy"):
        update_study(study=study, changes={"redundancy": 7}, actor=None)

    study.refresh_from_db()
    assert study.redundancy == 3


def test_the_title_and_the_completion_code_change_while_people_judge() -> None:
    study = factories.make_open_study()

    update_study(
        study=study, changes={"title": "New", "completion_code": "C0DE"}, actor=None
    )

    study.refresh_from_db()
    assert (study.title, study.completion_code) == ("New", "C0DE")


def test_state_and_seal_are_no_settings() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="state"):
        update_study(study=study, changes={"state": "open"}, actor=None)


def test_fewer_human_comments_empty_the_surplus_places() -> None:
    study = factories.make_study(humans=3, ai_sources=1)

    update_study(study=study, changes={"human_comment_count": 2}, actor=None)

    assert BatchComment.objects.filter(batch__study=study).count() == 2 + 1


def test_each_change_of_a_text_is_a_new_version() -> None:
    study = factories.make_open_study()
    add_document(study=study, kind=DocumentKind.CONSENT, text="Once", actor=None)

    add_document(study=study, kind=DocumentKind.CONSENT, text="Twice", actor=None)

    assert [doc.version for doc in study.documents.all()] == [2, 1]
    assert [doc.text for doc in newest_documents(study)] == ["Twice"]


def test_the_same_text_again_makes_no_version() -> None:
    study = factories.make_study()
    first = add_document(
        study=study, kind=DocumentKind.CONSENT, text="Once\n", actor=None
    )

    second = add_document(
        study=study, kind=DocumentKind.CONSENT, text="Once\r\n", actor=None
    )

    assert second == first


def test_an_empty_text_is_refused() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="empty"):
        add_document(study=study, kind=DocumentKind.CONSENT, text=" \n", actor=None)


def test_training_is_fixed_with_the_seal() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="must be draft"):
        replace_attention_checks(study=study, checks=[], actor=None)


# --- Seal, open, pause, close -------------------------------------------------------


def test_a_sealed_study_gives_each_batch_its_places() -> None:
    study = make_ready_study(videos=2, redundancy=4)

    seal_study(study=study, actor=None)

    study.refresh_from_db()
    assert study.state == StudyState.SEALED
    assert study.sealed_at is not None
    sealed = study.batches.values_list("place_count", "sealed_at")
    assert set(sealed) == {(4, study.sealed_at)}


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

    assert refused.value.reasons == ["It has no videos yet: choose some."]


def test_a_missing_comment_stops_the_seal_and_is_named_by_source() -> None:
    study = make_ready_study(videos=3)
    source = study.sources.order_by("key")[0]
    BatchComment.objects.filter(batch__study=study, source=source)[:1].get().delete()

    with pytest.raises(StudyNotReadyError) as refused:
        seal_study(study=study, actor=None)

    assert refused.value.reasons == [f"{source.title}: 1 of 3 comments missing."]


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
    assert "same text twice" in refused.value.reasons[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MediaState.PENDING, "being processed"),
        (MediaState.FAILED, "cannot be played"),
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

    for step in (seal_study, open_study, pause_study, resume_study, close_study):
        step(study=study, actor=researcher)

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

    assert refused.value.reasons == ["It has no consent text yet: write one."]


@pytest.mark.parametrize(
    ("state", "step"),
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
def test_a_step_out_of_order_is_refused_in_words(state: StudyState, step) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    study = factories.make_study()
    if state != StudyState.DRAFT:
        factories.open_study(study)
        Study.objects.filter(pk=study.pk).update(state=state)

    with pytest.raises(AnnotationError, match=f"is {state.label.lower()}; it must be"):
        step(study=study, actor=None)


# --- Copy, delete -------------------------------------------------------------------


def test_a_copy_is_a_draft_with_the_same_protocol_and_nobody_in_it() -> None:
    study = make_ready_study(videos=2, attention_checks=1, redundancy=2)
    update_study(study=study, changes={"tells_human_count": True}, actor=None)
    factories.join(study)
    seal_study(study=study, actor=None)
    researcher = factories.make_researcher()

    copy = copy_study(study=study, actor=researcher)

    assert copy.state == StudyState.DRAFT
    assert (copy.redundancy, copy.tells_human_count) == (2, True)
    assert {*copy.sources.all()} == {*study.sources.all()}
    videos = [batch.video_id for batch in copy.batches.all()]
    assert videos == [batch.video_id for batch in study.batches.all()]
    assert {doc.kind for doc in copy.documents.all()} == {*DocumentKind.values}
    assert copy.attention_checks.count() == 1
    assert [member.user for member in copy.memberships.all()] == [researcher]
    assert study.attention_checks.count() == 1


def test_copies_of_copies_have_keys_of_their_own() -> None:
    study = factories.make_study(key="k" * 80)

    keys = [copy_study(study=study, actor=None).key for _ in range(3)]

    assert len({*keys}) == 3
    assert max(map(len, keys)) <= 80


def test_a_deleted_draft_leaves_the_corpus_alone() -> None:
    study = make_ready_study()
    factories.join(study)
    comments = Comment.objects.count()

    delete_study(study=study)

    assert not Study.objects.exists()
    assert not Batch.objects.exists()
    assert (Comment.objects.count(), Video.objects.count()) == (comments, 1)


def test_a_sealed_study_is_never_deleted() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="must be draft to delete"):
        delete_study(study=study)

    assert Study.objects.filter(pk=study.pk).exists()
