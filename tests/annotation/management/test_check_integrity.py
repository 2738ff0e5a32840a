"""Rules over several rows, looked at by the command check_integrity."""

import uuid
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from annotation.instrument import Verdict
from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    BatchComment,
    Judgment,
    Membership,
    Presentation,
    Study,
    assignment_seed,
)
from annotation.selectors.studies.integrity import broken_rules
from annotation.services.judging.assignments import give_batch
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


def lose_a_mark(study: Study) -> None:
    """Behind the back of the trigger that refuses it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        study.person_marks.all().delete()
        cursor.execute("SET LOCAL session_replication_role = origin")


def leave_and_keep_the_name(study: Study) -> None:
    pk = Membership.objects.filter(study=study)[0].pk
    Membership.objects.filter(pk=pk).update(left_at=timezone.now())


def test_a_study_that_keeps_the_rules_has_nothing_wrong(study: Study) -> None:
    assert [*broken_rules(study)] == []


@pytest.mark.parametrize(
    ("breaks", "rule"),
    [
        (take_a_place_too_many, "places taken are those held"),
        (hold_a_place_that_is_none, "a place is one of the batch's"),
        (unseal_a_batch, "a sealed study's batches are sealed"),
        (empty_a_place_of_a_sealed_batch, "a sealed batch is full"),
        (hold_a_comment_on_another_video, "a batch's comments are about its video"),
        (give_a_batch_to_a_stranger, "an assignment is an annotator's of the same"),
        (judge_a_comment_of_another_batch, "a judgment is on a comment of its"),
        (lose_an_answer, "a submitted batch is judged in full"),
        (free_a_place_of_somebody_who_counts, "a freed place was an excluded"),
        (lose_a_mark, "who is in a study is known to it: membership"),
        (leave_and_keep_the_name, "who is in a study is known to it: membership"),
        (shuffle_otherwise, "the order shown is the one that the seed makes"),
    ],
)
def test_a_broken_rule_is_named(
    study: Study, breaks: Callable[[Study], None], rule: str
) -> None:
    breaks(study)

    problems = [*broken_rules(study)]

    assert any(problem.startswith(rule) for problem in problems), problems


def test_marks_of_another_key_are_named(study: Study, settings: Settings) -> None:
    settings.PERSON_MARK_KEY = "another"

    problems = [*broken_rules(study)]

    assert len(problems) == 2
    assert problems[0].startswith("a person's marks are what PERSON_MARK_KEY makes")


def test_the_command_names_what_is_wrong_and_ends_with_1(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    take_a_place_too_many(study)

    with pytest.raises(CommandError) as ended:
        call_command("check_integrity")

    assert ended.value.returncode == 1
    assert f"{study.key}: places taken are those held: batch" in capsys.readouterr().err


def test_the_command_ends_well_when_all_is_well(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_integrity", study=study.key)

    assert capsys.readouterr().out == f"{study.key}: no problems\n"


def test_a_study_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="gone"):
        call_command("check_integrity", study="gone")
