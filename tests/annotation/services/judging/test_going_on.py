"""Submitting a batch and getting the next one, in one transaction."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.utils import timezone

from annotation.errors import IncompleteBatchError
from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    Judgment,
    Membership,
    Study,
    StudyState,
)
from annotation.rules.judging.answers import Choice
from annotation.services.judging.places import lapse_expired_leases
from annotation.services.judging.submission import submit_and_go_on
from tests.factories import give_work, join, let_lease_run_out, make_open_study

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE_FORM = [Choice(position, "ai", 1) for position in range(1, 5)]


def go_on(assignment: Assignment) -> Assignment | None:
    return submit_and_go_on(assignment=assignment, choices=WHOLE_FORM)


def states_of(membership: Membership) -> list[str]:
    work = membership.assignments.order_by("number")
    return list(work.values_list("state", flat=True))


def test_whoever_submits_has_the_next_batch_with_another_video() -> None:
    membership = join(make_open_study(videos=2))
    first = give_work(membership)

    second = go_on(first)

    assert second is not None
    assert states_of(membership) == ["submitted", "active"]
    assert second.batch_id != first.batch_id
    assert second.number == 2
    assert second.presentations.count() == 4
    assert Judgment.objects.count() == 4


def test_an_incomplete_batch_keeps_its_answers_and_brings_no_other() -> None:
    membership = join(make_open_study(videos=2))
    assignment = give_work(membership)

    with pytest.raises(IncompleteBatchError):
        submit_and_go_on(assignment=assignment, choices=WHOLE_FORM[:3])

    assert states_of(membership) == ["active"]
    assert Judgment.objects.count() == 3


def test_the_last_batch_is_submitted_though_none_is_left() -> None:
    membership = join(make_open_study(videos=1))

    assert go_on(give_work(membership)) is None
    assert states_of(membership) == ["submitted"]


def test_a_study_that_was_paused_meanwhile_takes_the_batch_and_gives_none() -> None:
    study = make_open_study(videos=2)
    membership = join(study)
    assignment = give_work(membership)
    assert assignment.batch.study.state == StudyState.OPEN  # what the tab still thinks
    Study.objects.update(state=StudyState.PAUSED)

    assert go_on(assignment) is None
    assert states_of(membership) == ["submitted"]


def test_a_second_submission_of_the_same_gives_out_nothing_more() -> None:
    membership = join(make_open_study(videos=3))
    assignment = give_work(membership)
    go_on(Assignment.objects.get(pk=assignment.pk))

    assert go_on(assignment) is None
    assert states_of(membership) == ["submitted", "active"]


def test_a_lapsed_batch_whose_place_is_free_is_submitted_and_no_more() -> None:
    membership = join(make_open_study(videos=2))
    assignment = give_work(membership)
    let_lease_run_out(assignment)
    lapse_expired_leases(timezone.now())

    assert go_on(assignment) is None
    assert states_of(membership) == ["submitted"]


def test_nobody_waits_for_a_batch_that_somebody_else_is_taking() -> None:
    study = make_open_study(videos=2)
    membership = join(study)
    assignment = give_work(membership)
    others = study.batches.exclude(pk=assignment.batch_id)
    gone_on: list[Assignment | None] = []

    def submit() -> None:
        gone_on.append(go_on(Assignment.objects.get(pk=assignment.pk)))
        connections.close_all()

    with transaction.atomic():
        list(others.select_for_update())
        thread = threading.Thread(target=submit)
        thread.start()
        thread.join(20)

    assert gone_on == [None]
    assert states_of(membership) == ["submitted"]


def test_a_whole_study_is_judged_exactly_to_its_redundancy() -> None:
    study = make_open_study(videos=8, redundancy=3, repeat_every=4)
    members = [join(study) for _ in range(8)]
    first = [give_work(member) for member in members]

    def judge(assignment: Assignment | None) -> int:
        count = 0
        try:
            while assignment is not None:
                assignment = go_on(Assignment.objects.get(pk=assignment.pk))
                count += 1
        finally:
            connections.close_all()
        return count

    with ThreadPoolExecutor(len(first)) as pool:
        counts = list(pool.map(judge, first))

    held = Assignment.objects.filter(repeat_of=None)
    assert sum(counts) == Assignment.objects.filter(state="submitted").count()
    for batch in Batch.objects.all():
        places = Counter(held.filter(batch=batch).values_list("place", flat=True))
        assert set(places.values()) <= {1}
        assert sum(places.values()) == batch.places_taken <= batch.place_count
    assert not held.filter(state=AssignmentState.ACTIVE).exists()
