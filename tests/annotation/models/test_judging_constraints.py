"""What the database itself refuses about assignments and judgments, by name."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.instrument import INSTRUMENTS, PAPER, Instrument
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    JudgmentRevision,
    Presentation,
    Study,
)
from tests.factories import (
    give_work,
    join,
    make_open_study,
    make_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def refused_by(name: str, action: Callable[[], object]) -> bool:
    """Whether the database refuses the action by the constraint of this name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        action()
    return True


def work(redundancy: int = 3, instrument: Instrument = PAPER) -> Assignment:
    study = make_open_study(redundancy=redundancy, instrument=instrument)
    return give_work(join(study))


def change(assignment: Assignment, **fields: object) -> Callable[[], object]:
    return lambda: Assignment.objects.filter(pk=assignment.pk).update(**fields)


def another(assignment: Assignment, **fields: object) -> Callable[[], object]:
    """A second assignment of the same batch to the same annotator."""
    values = {
        "batch": assignment.batch,
        "membership": assignment.membership,
        "number": 2,
        "place": 2,
        "leased_until": timezone.now(),
    }
    return lambda: Assignment.objects.create(**values | fields)


def judge(assignment: Assignment, **fields: object) -> Callable[[], object]:
    values = {
        "presentation": assignment.presentations.first(),
        "verdict": "human",
        "realism_score": 3,
        "key": uuid4(),
        "answered_at": timezone.now(),
        "received_at": timezone.now(),
    }
    return lambda: Judgment.objects.create(**values | fields)


def test_a_batch_stays_within_its_redundancy() -> None:
    batch = work(redundancy=1).batch

    def take_one_more() -> None:
        batch.places_taken = 2
        batch.save()

    assert refused_by("batch_stays_within_its_redundancy", take_one_more)


def test_only_sealed_batches_have_places() -> None:
    batches = make_study().batches

    assert refused_by(
        "only_sealed_batches_have_places", lambda: batches.update(place_count=3)
    )


def test_an_annotator_gets_a_batch_once() -> None:
    assignment = submit_all(work())

    assert refused_by("annotator_gets_a_batch_once", another(assignment))


def test_a_place_is_held_once() -> None:
    assignment = work()
    other = take_place(assignment.batch)

    assert refused_by("place_is_held_once", change(other, place=assignment.place))


def test_an_annotator_works_on_one_batch() -> None:
    study = make_open_study(videos=2)
    membership = join(study)
    first = give_work(membership)
    second = study.batches.exclude(pk=first.batch_id).get()

    assert refused_by(
        "annotator_works_on_one_batch", another(first, batch=second, place=1)
    )


def test_assignment_numbers_are_unique() -> None:
    assignment = submit_all(work())

    assert refused_by(
        "assignment_number_is_unique",
        another(assignment, number=1, repeat_of=assignment, place=None),
    )


def test_assignment_states_are_known() -> None:
    assert refused_by("assignment_state_is_known", change(work(), state="lost"))


@pytest.mark.parametrize(
    "fields",
    [
        {"place": None},
        {"place": 0},
        {"state": AssignmentState.LAPSED},
    ],
    ids=["held without a number", "numbered from 0", "lapsed but held"],
)
def test_only_held_places_are_numbered(fields: dict[str, object]) -> None:
    assert refused_by("only_held_places_are_numbered", change(work(), **fields))


def test_a_repeat_holds_no_place() -> None:
    assignment = submit_all(work())

    assert refused_by(
        "only_held_places_are_numbered",
        another(assignment, repeat_of=assignment, place=2),
    )


def test_a_submitted_assignment_has_a_time() -> None:
    assert refused_by(
        "submitted_assignment_has_a_time",
        change(work(), state=AssignmentState.SUBMITTED),
    )


def test_a_position_is_taken_once_and_a_comment_presented_once() -> None:
    assignment = work()
    first, second = assignment.presentations.order_by("position")[:2]

    def move(**fields: object) -> Callable[[], object]:
        return lambda: Presentation.objects.filter(pk=second.pk).update(**fields)

    assert refused_by("position_is_taken_once", move(position=first.position))
    assert refused_by(
        "comment_is_presented_once", move(batch_comment=first.batch_comment)
    )
    assert refused_by("position_counts_from_1", move(position=0))
    assert refused_by("presentation_shows_one_thing", move(batch_comment=None))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"verdict": "Human!"}, "verdict_is_one_word"),
        ({"realism_score": 11}, "realism_score_is_0_to_10"),
        ({"verdict": None, "realism_score": None}, "judgment_says_something"),
    ],
)
def test_judgments_say_what_can_be_said(fields: dict[str, object], name: str) -> None:
    assert refused_by(name, judge(work(), **fields))


@pytest.mark.parametrize(
    ("key", "accepted", "refused"),
    [
        ("human-ai-0-5", {"realism_score": 5}, {"realism_score": 6}),
        ("human-ai-0-5", {"verdict": "ai"}, {"verdict": "unsure"}),
        ("human-ai-0-10", {"realism_score": 10}, {"verdict": "unsure"}),
        ("human-ai-1-7", {"realism_score": 7}, {"realism_score": 0}),
        ("human-ai-1-7", {"realism_score": 1}, {"realism_score": 8}),
        ("human-ai-unsure-0-5", {"verdict": "unsure"}, {"verdict": "maybe"}),
    ],
)
def test_a_judgment_fits_the_instrument_of_its_study(
    key: str, accepted: dict[str, object], refused: dict[str, object]
) -> None:
    assignment = work(instrument=INSTRUMENTS[key])
    judgments = Judgment.objects.filter(presentation__assignment=assignment)

    assert refused_by("judgment_fits_the_instrument", judge(assignment, **refused))
    judge(assignment, **accepted)()
    assert refused_by(
        "judgment_fits_the_instrument", lambda: judgments.update(**refused)
    )


def test_a_sealed_study_keeps_its_instrument() -> None:
    study = make_open_study()
    draft = make_study()
    other = INSTRUMENTS["human-ai-0-10"]

    for change in ({"instrument": other}, {"one_tap": True}):
        assert refused_by(
            "sealed_study_keeps_its_instrument",
            partial(Study.objects.filter(pk=study.pk).update, **change),
        )
    Study.objects.filter(pk=draft.pk).update(instrument=other)
    draft.refresh_from_db()
    assert draft.instrument == other


def test_a_presentation_has_one_judgment() -> None:
    assignment = work()
    judge(assignment)()

    assert refused_by("annotation_judgment_pkey", judge(assignment))


def test_an_earlier_answer_is_kept_once() -> None:
    presentation, key, now = work().presentations.all()[0], uuid4(), timezone.now()

    def keep() -> None:
        JudgmentRevision.objects.create(
            presentation=presentation,
            verdict="ai",
            key=key,
            answered_at=now,
            received_at=now,
        )

    keep()
    assert refused_by("answer_is_kept_once", keep)


def test_submitted_answers_never_change() -> None:
    assignment = submit_all(work())
    judgments = Judgment.objects.filter(presentation__assignment=assignment)

    assert refused_by(
        "submitted_answers_never_change", lambda: judgments.update(verdict="ai")
    )


def test_a_submitted_assignment_takes_no_new_answer() -> None:
    assignment = work()
    submitted = {"state": AssignmentState.SUBMITTED, "submitted_at": timezone.now()}
    change(assignment, **submitted)()

    assert refused_by("submitted_answers_never_change", judge(assignment))


def test_a_sealed_batch_never_changes() -> None:
    batch_comments = make_open_study().batches.get().batch_comments

    assert refused_by(
        "sealed_batch_never_changes", lambda: batch_comments.update(slot=9)
    )
    assert refused_by(
        "sealed_batch_never_changes",
        lambda: batch_comments.filter(slot=1).delete(),
    )
