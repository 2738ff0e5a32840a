"""Making, copying and deleting studies."""

import pytest
from django.core.exceptions import ValidationError

from annotation.errors import AnnotationError
from annotation.models import (
    AttentionCheck,
    Batch,
    ComprehensionQuestion,
    DocumentKind,
    Membership,
    Study,
    StudyState,
    TrainingItem,
)
from annotation.services.studies.lifecycle import seal_study
from annotation.services.studies.preparation import (
    replace_attention_checks,
    replace_questions,
)
from annotation.services.studies.study import (
    StudyContent,
    copy_study,
    create_study,
    delete_study,
    update_study,
)
from corpus.models import Comment, Origin, Video
from tests import factories
from tests.annotation.ready_studies import make_ready_study

pytestmark = pytest.mark.django_db


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

    with pytest.raises(AnnotationError, match="can't be shown"):
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

    with pytest.raises(AnnotationError, match="only possible in these states: draft"):
        delete_study(study=study)

    assert Study.objects.filter(pk=study.pk).exists()
