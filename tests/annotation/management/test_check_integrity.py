"""Rules over several rows, looked at by the command check_integrity."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role, User
from annotation.instrument import Verdict
from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    BatchComment,
    Invitation,
    Judgment,
    JudgmentRevision,
    Membership,
    Presentation,
    Study,
    assignment_seed,
)
from annotation.selectors.studies.integrity import broken_references, broken_rules
from annotation.selectors.studies.integrity_rules import ORDER, RULES
from annotation.services.judging.assignments import give_batch
from corpus.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """An open study with one batch submitted in full, and one in work."""
    study = factories.make_open_study(
        videos=2, redundancy=2, attention_checks=2, attention_checks_per_batch=1
    )
    submitted = give_batch(membership=factories.join(study))
    now = timezone.now()
    Judgment.objects.bulk_create(
        Judgment(
            presentation=presentation,
            verdict=Verdict.AI,
            realism_score=1,
            key=uuid.uuid4(),
            answered_at=now,
            received_at=now,
        )
        for presentation in submitted.presentations.all()
    )
    submitted.state = AssignmentState.SUBMITTED
    submitted.submitted_at = now
    submitted.save()
    give_batch(membership=factories.join(study))
    return study


def take_a_place_too_many(study: Study) -> None:
    batch = study.batches.filter(places_taken=1)[0]
    Batch.objects.filter(pk=batch.pk).update(places_taken=2)


def hold_a_place_that_is_none(study: Study) -> None:
    assignment = Assignment.objects.filter(batch__study=study)[0]
    Assignment.objects.filter(pk=assignment.pk).update(place=9)


def unseal_a_batch(study: Study) -> None:
    Batch.objects.create(study=study, video=factories.make_video())


def empty_a_place_of_a_sealed_batch(study: Study) -> None:
    video = factories.make_video()
    Batch.objects.create(
        study=study,
        video=video,
        sealed_at=timezone.now(),
        place_count=2,
        eligibility_version=1,
    )


def hold_a_comment_on_another_video(study: Study) -> None:
    comment = factories.make_comment(factories.make_video(), factories.make_source())
    batch = Batch.objects.create(study=study, video=factories.make_video())
    BatchComment.objects.create(batch=batch, comment=comment, source=comment.source)


def give_a_batch_to_a_stranger(study: Study) -> None:
    stranger = factories.join(factories.make_open_study())
    assignment = Assignment.objects.filter(batch__study=study)[0]
    Assignment.objects.filter(pk=assignment.pk).update(membership=stranger)


def judge_a_comment_of_another_batch(study: Study) -> None:
    other = factories.make_study()
    foreign = BatchComment.objects.filter(batch__study=other)[0]
    judgment = Judgment.objects.filter(
        presentation__batch_comment__isnull=False,
        presentation__assignment__batch__study=study,
    )[0]
    Presentation.objects.filter(pk=judgment.pk).update(batch_comment=foreign)


def work_on_a_withdrawn_video(study: Study) -> None:
    study.batches.update(withdrawn_at=timezone.now())


def lose_an_answer(study: Study) -> None:
    Judgment.objects.filter(presentation__assignment__batch__study=study)[
        :1
    ].get().delete()


def shuffle_otherwise(study: Study) -> None:
    assignment = Assignment.objects.filter(batch__study=study)[0]
    Assignment.objects.filter(pk=assignment.pk).update(seed=assignment_seed())


def free_a_place_of_somebody_who_counts(study: Study) -> None:
    submitted = Assignment.objects.filter(batch__study=study, state="submitted")
    submitted.update(place=None, freed_at=timezone.now())


@contextmanager
def triggers_off() -> Iterator[None]:
    """As somebody can who writes to the database as its superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def lose_a_mark(study: Study) -> None:
    study.person_marks.all().delete()


def exchange_a_sealed_comment(study: Study) -> None:
    slot = BatchComment.objects.filter(batch__study=study)[0]
    other = factories.make_comment(slot.batch.video, slot.source)
    BatchComment.objects.filter(pk=slot.pk).update(comment=other)


def rewrite_a_sealed_text(study: Study) -> None:
    slot = BatchComment.objects.filter(batch__study=study)[0]
    Comment.objects.filter(pk=slot.comment_id).update(text="Something else")


def repeat_a_sealed_text(study: Study) -> None:
    batch = study.batches.all()[0]
    texts = Comment.objects.filter(pk__in=batch.batch_comments.values("comment"))
    texts.update(text="The same")


def give_a_batch_to_one_person_twice(study: Study) -> None:
    submitted, in_work = Assignment.objects.filter(batch__study=study).order_by("pk")
    Assignment.objects.filter(pk=in_work.pk).update(batch=submitted.batch, place=2)
    known = submitted.membership
    again = Membership.objects.filter(pk=in_work.membership_id)
    again.update(user=None, person_marks=known.person_marks)


def promote_an_annotator(study: Study) -> None:
    annotators = Membership.objects.filter(study=study, role="annotator")
    User.objects.filter(pk__in=annotators.values("user")[:1]).update(
        role=Role.RESEARCHER
    )


def lease_backwards(study: Study) -> None:
    in_work = Assignment.objects.filter(batch__study=study, state="active")
    in_work.update(leased_until=timezone.now() - timedelta(days=1))


def leave_with_a_batch(study: Study) -> None:
    in_work = Assignment.objects.filter(batch__study=study, state="active")[0]
    gone = Membership.objects.filter(pk=in_work.membership_id)
    gone.update(left_at=timezone.now(), user=None, person_marks=[])


def repeat_what_was_somebody_elses(study: Study) -> None:
    submitted, in_work = Assignment.objects.filter(batch__study=study).order_by("pk")
    Assignment.objects.filter(pk=in_work.pk).update(repeat_of=submitted, place=None)


def keep_a_later_answer_as_history(study: Study) -> None:
    judgment = Judgment.objects.filter(presentation__assignment__batch__study=study)[0]
    JudgmentRevision.objects.create(
        presentation_id=judgment.pk,
        verdict=Verdict.HUMAN,
        key=uuid.uuid4(),
        answered_at=judgment.answered_at + timedelta(seconds=5),
        received_at=judgment.received_at,
    )


def change_a_submitted_answer(study: Study) -> None:
    judgments = Judgment.objects.filter(presentation__assignment__batch__study=study)
    judgments.update(received_at=timezone.now() + timedelta(hours=1))


def score_beyond_the_scale(study: Study) -> None:
    judgments = Judgment.objects.filter(presentation__assignment__batch__study=study)
    judgments.update(realism_score=9)


def count_nobody(study: Study) -> None:
    invitation = Invitation.objects.create(study=study, used_count=0)
    study.memberships.update(invitation=invitation)


def leave_and_keep_the_name(study: Study) -> None:
    pk = Membership.objects.filter(study=study)[0].pk
    Membership.objects.filter(pk=pk).update(left_at=timezone.now())


def test_a_study_that_keeps_the_rules_has_nothing_wrong(study: Study) -> None:
    assert [*broken_rules(study), *broken_references()] == []


BREAKS = {
    take_a_place_too_many: "places-counted",
    hold_a_place_that_is_none: "place-number",
    unseal_a_batch: "redundancy",
    empty_a_place_of_a_sealed_batch: "batch-full",
    hold_a_comment_on_another_video: "batch-video",
    give_a_batch_to_a_stranger: "assignment-study",
    judge_a_comment_of_another_batch: "judgment-batch",
    lose_an_answer: "judged-in-full",
    free_a_place_of_somebody_who_counts: "place-freed",
    work_on_a_withdrawn_video: "withdrawn-work",
    lose_a_mark: "person-known",
    leave_and_keep_the_name: "person-known",
    exchange_a_sealed_comment: "batch-unchanged",
    rewrite_a_sealed_text: "batch-unchanged",
    repeat_a_sealed_text: "text-twice",
    give_a_batch_to_one_person_twice: "person-twice",
    promote_an_annotator: "sees-sources",
    lease_backwards: "place-and-lease",
    leave_with_a_batch: "left-place",
    repeat_what_was_somebody_elses: "repeat",
    keep_a_later_answer_as_history: "history",
    change_a_submitted_answer: "answer-locked",
    score_beyond_the_scale: "answer-possible",
    count_nobody: "invitation-count",
    shuffle_otherwise: "order",
}


@pytest.mark.parametrize(("breaks", "rule"), [*BREAKS.items()])
def test_a_broken_rule_is_named(
    study: Study, breaks: Callable[[Study], None], rule: str
) -> None:
    with triggers_off():
        breaks(study)

    findings = {finding.rule.key: finding for finding in broken_rules(study)}

    assert rule in findings, findings
    assert findings[rule].rule.remedy.endswith(".")


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule.key for rule in (*RULES, ORDER)} == {*BREAKS.values()}


def test_a_row_that_names_nothing_is_found(study: Study) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # those of the fixture's rows

    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotation_batch WHERE study_id = %s", [study.pk])

        (found,) = {
            finding.subject
            for finding in broken_references()
            if "annotation_assignment" in finding.subject
        }

    assert found.startswith("2 rows of annotation_assignment")


def test_marks_of_another_key_are_named(study: Study, settings: Settings) -> None:
    settings.PERSON_MARK_KEY = "another"

    problems = [*broken_rules(study)]

    assert [problem.rule.key for problem in problems] == ["mark-key", "mark-key"]


def test_the_command_names_what_is_wrong_and_ends_with_1(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    take_a_place_too_many(study)

    with pytest.raises(CommandError) as ended:
        call_command("check_integrity")

    assert ended.value.returncode == 1
    said = capsys.readouterr().err
    finding = f"{study.key}: places-counted: places taken are those held: batch"
    assert finding in said
    assert f"{study.key}: places-counted: what to do: Pause the study" in said


def test_the_command_ends_well_when_all_is_well(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_integrity", study=study.key)

    assert capsys.readouterr().out == f"{study.key}: no problems\n"


def test_a_study_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="gone"):
        call_command("check_integrity", study="gone")
