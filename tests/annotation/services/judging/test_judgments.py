"""Answers are stored as they are given: not lost, not doubled, locked at the end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone

from annotation.errors import AssignmentLockedError, MalformedAnswersError
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    JudgmentRevision,
    Study,
    StudyState,
)
from annotation.services.judging.judgments import record_answers
from annotation.services.judging.places import lapse_expired_leases
from tests.factories import (
    answer,
    answer_all,
    give_work,
    join,
    let_lease_run_out,
    make_open_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def work(**settings: int) -> Assignment:
    """A new annotator's first assignment: four comments."""
    return give_work(join(make_open_study(**settings)))


def start_earlier(assignment: Assignment, by: timedelta) -> None:
    assignment.started_at -= by
    assignment.save(update_fields=["started_at"])


def judgment_at(assignment: Assignment, position: int) -> Judgment:
    return Judgment.objects.get(
        presentation__assignment=assignment, presentation__position=position
    )


def history_at(
    assignment: Assignment, position: int
) -> list[tuple[str | None, int | None]]:
    return list(
        JudgmentRevision.objects.filter(
            presentation__assignment=assignment, presentation__position=position
        )
        .order_by("answered_at")
        .values_list("verdict", "realism_score")
    )


def test_an_answer_is_stored_with_its_position_and_times() -> None:
    assignment = work()
    start_earlier(assignment, timedelta(hours=1))
    given = answer(2, "ai", 4, age=timedelta(minutes=5), view_seconds=7.5)

    recorded = record_answers(assignment=assignment, answers=[given])

    judgment = judgment_at(assignment, 2)
    assert (judgment.verdict, judgment.realism_score) == ("ai", 4)
    assert judgment.key == given.key
    assert judgment.received_at - judgment.answered_at == timedelta(minutes=5)
    assert judgment.first_answer_seconds == judgment.full_answer_seconds == 7.5
    assert [(s.position, s.key) for s in recorded.saved] == [(2, given.key)]
    assert (recorded.answered_count, recorded.left_count) == (1, 3)


def test_half_an_answer_is_stored_and_counts_as_left() -> None:
    assignment = work()

    recorded = record_answers(assignment=assignment, answers=[answer(1, "ai", None)])

    assert judgment_at(assignment, 1).verdict == "ai"
    assert recorded.left_count == 4


def test_all_answers_of_a_batch_are_stored_at_once() -> None:
    assignment = work()

    recorded = record_answers(
        assignment=assignment, answers=[answer(p, "human", p) for p in range(1, 5)]
    )

    scores = Judgment.objects.order_by("presentation__position")
    assert list(scores.values_list("realism_score", flat=True)) == [1, 2, 3, 4]
    assert recorded.left_count == 0


def test_the_same_answer_sent_twice_is_stored_once() -> None:
    assignment = work()
    given = answer(1, "human", 5)

    first = record_answers(assignment=assignment, answers=[given])
    again = record_answers(assignment=assignment, answers=[given])

    assert first.saved == again.saved
    assert Judgment.objects.count() == 1
    assert history_at(assignment, 1) == []


def test_a_changed_answer_keeps_the_earlier_one_as_history() -> None:
    assignment = work()
    record_answers(assignment=assignment, answers=[answer(1, "human", 5)])
    record_answers(assignment=assignment, answers=[answer(1, "human", 2)])

    record_answers(assignment=assignment, answers=[answer(1, "ai", 0)])

    judgment = judgment_at(assignment, 1)
    assert (judgment.verdict, judgment.realism_score) == ("ai", 0)
    assert history_at(assignment, 1) == [("human", 5), ("human", 2)]


def test_a_whole_evening_offline_arrives_in_one_request_with_its_history() -> None:
    assignment = work()
    start_earlier(assignment, timedelta(hours=3))
    minutes_ago = [90, 60, 30]
    given = [
        answer(1, "human", minutes // 30, age=timedelta(minutes=minutes))
        for minutes in minutes_ago
    ]

    recorded = record_answers(assignment=assignment, answers=given)

    assert judgment_at(assignment, 1).realism_score == 1
    assert history_at(assignment, 1) == [("human", 3), ("human", 2)]
    assert len(recorded.saved) == 3


def test_an_answer_that_arrives_after_a_newer_one_becomes_history() -> None:
    assignment = work()
    start_earlier(assignment, timedelta(hours=1))
    record_answers(assignment=assignment, answers=[answer(1, "ai", 0)])
    late = answer(1, "human", 5, age=timedelta(minutes=10))

    recorded = record_answers(assignment=assignment, answers=[late])
    record_answers(assignment=assignment, answers=[late])

    assert judgment_at(assignment, 1).verdict == "ai"
    assert history_at(assignment, 1) == [("human", 5)]
    assert recorded.saved[0].key == late.key


def test_a_correction_stands_though_the_server_s_clock_was_set_back() -> None:
    assignment = work()
    record_answers(assignment=assignment, answers=[answer(1, "ai", 1)])
    step = timedelta(minutes=2)
    Judgment.objects.update(
        answered_at=F("answered_at") + step, received_at=F("received_at") + step
    )

    record_answers(assignment=assignment, answers=[answer(1, "human", 4)])

    judgment = judgment_at(assignment, 1)
    assert (judgment.verdict, judgment.realism_score) == ("human", 4)
    assert history_at(assignment, 1) == [("ai", 1)]


def test_an_answer_that_was_replaced_long_ago_does_not_come_back() -> None:
    assignment = work()
    old = answer(1, "human", 5)
    record_answers(assignment=assignment, answers=[old])
    record_answers(assignment=assignment, answers=[answer(1, "ai", 0)])

    # Its acknowledgement was lost, and the browser's clock says that it is new.
    record_answers(assignment=assignment, answers=[old])

    assert judgment_at(assignment, 1).verdict == "ai"


def test_one_tab_does_not_wipe_out_what_another_tab_answered() -> None:
    assignment = work()
    record_answers(assignment=assignment, answers=[answer(1, None, 4)])

    record_answers(assignment=assignment, answers=[answer(1, "ai", None)])

    judgment = judgment_at(assignment, 1)
    assert (judgment.verdict, judgment.realism_score) == ("ai", 4)


def test_an_answer_cannot_be_older_than_the_assignment_nor_newer_than_now() -> None:
    assignment = work()
    given = [
        answer(1, age=timedelta(days=400)),
        answer(2, age=timedelta(days=-400)),
    ]

    record_answers(assignment=assignment, answers=given)

    old, new = judgment_at(assignment, 1), judgment_at(assignment, 2)
    assert old.answered_at == Assignment.objects.get().started_at
    assert new.answered_at == new.received_at


def test_a_position_that_does_not_exist_stores_nothing() -> None:
    assignment = work()

    with pytest.raises(MalformedAnswersError, match="no position 5"):
        record_answers(assignment=assignment, answers=[answer(1), answer(5)])

    assert not Judgment.objects.exists()


# --- After the end ------------------------------------------------------------------


def test_a_submitted_batch_takes_no_new_answers() -> None:
    assignment = submit_all(work())

    with pytest.raises(AssignmentLockedError, match="submitted"):
        record_answers(assignment=assignment, answers=[answer(1, "ai", 0)])

    assert judgment_at(assignment, 1).verdict == "human"


def test_an_answer_stored_before_submission_is_acknowledged_after_it() -> None:
    assignment = work()
    replaced, stands = answer(1, "human", 5), answer(1, "ai", 0)
    record_answers(assignment=assignment, answers=[replaced])
    record_answers(assignment=assignment, answers=[stands])
    submit_all(assignment)

    recorded = record_answers(assignment=assignment, answers=[replaced])

    assert recorded.saved[0].key == replaced.key


def test_a_closed_study_takes_no_more_answers() -> None:
    assignment = work()
    Study.objects.update(state=StudyState.CLOSED)
    assignment = Assignment.objects.get()

    with pytest.raises(AssignmentLockedError, match="closed"):
        record_answers(assignment=assignment, answers=[answer(1)])


def test_a_paused_study_still_saves_the_answers_of_a_batch_in_work() -> None:
    assignment = work()
    Study.objects.update(state=StudyState.PAUSED)

    record_answers(assignment=Assignment.objects.get(), answers=[answer(1)])

    assert judgment_at(assignment, 1).is_full is True


# --- Leases -------------------------------------------------------------------------


def lapse(assignment: Assignment) -> None:
    let_lease_run_out(assignment)
    lapse_expired_leases(timezone.now())


def test_answering_renews_the_lease() -> None:
    assignment = work(lease_minutes=60)
    soon = timezone.now() + timedelta(minutes=10)
    Assignment.objects.update(leased_until=soon)

    record_answers(assignment=assignment, answers=[answer(1)])

    lease = Assignment.objects.get().leased_until - timezone.now()
    assert lease > timedelta(minutes=59)


def test_the_lease_is_written_at_most_once_a_minute() -> None:
    assignment = work(lease_minutes=60)
    record_answers(assignment=assignment, answers=[answer(1)])
    before = Assignment.objects.get().leased_until

    record_answers(assignment=assignment, answers=[answer(2)])

    assert Assignment.objects.get().leased_until == before


def test_answers_after_the_lease_ran_out_take_the_free_place_again() -> None:
    assignment = work(redundancy=1)
    lapse(assignment)

    recorded = record_answers(assignment=assignment, answers=[answer(1)])

    stored = Assignment.objects.get()
    assert recorded.state == stored.state == AssignmentState.ACTIVE
    assert stored.place == 1
    assert stored.leased_until > timezone.now()
    stored.batch.refresh_from_db()
    assert stored.batch.places_taken == 1


def test_answers_whose_place_is_gone_are_kept_with_the_lapsed_assignment() -> None:
    assignment = work(redundancy=1)
    lapse(assignment)
    take_place(assignment.batch)

    recorded = record_answers(assignment=assignment, answers=[answer(1, "ai", 2)])

    assert recorded.is_place_lost
    assert judgment_at(assignment, 1).realism_score == 2
    stored = Assignment.objects.get(pk=assignment.pk)
    assert (stored.state, stored.place) == (AssignmentState.LAPSED, None)


def test_a_lapsed_batch_stays_lapsed_while_another_one_is_in_work() -> None:
    study = make_open_study(videos=2, redundancy=2)
    membership = join(study)
    lapsed = give_work(membership)
    lapse(lapsed)
    others = [take_place(lapsed.batch) for _ in range(2)]
    current = give_work(membership)
    # The place of the lapsed one comes free again.
    lapse(others[0])

    recorded = record_answers(assignment=lapsed, answers=[answer(1)])

    assert recorded.state == AssignmentState.LAPSED
    assert judgment_at(lapsed, 1).is_full
    current.refresh_from_db()
    assert current.state == AssignmentState.ACTIVE
    lapsed.batch.refresh_from_db()
    assert lapsed.batch.places_taken == 1


def test_answers_to_a_lapsed_repeat_need_no_place() -> None:
    membership = join(make_open_study(repeat_every=2, redundancy=1))
    submit_all(give_work(membership))
    repeat = give_work(membership)
    lapse(repeat)

    recorded = record_answers(assignment=repeat, answers=[answer(1, key=uuid4())])

    assert recorded.state == AssignmentState.ACTIVE
    assert Assignment.objects.get(pk=repeat.pk).place is None


def test_answering_all_leaves_the_batch_to_be_submitted() -> None:
    assignment = answer_all(work())

    stored = Assignment.objects.get()
    assert stored.state == AssignmentState.ACTIVE
    assert stored.submitted_at is None
    assert assignment.pk == stored.pk
