"""Many annotators, many tabs, at the very same moment, on a real PostgreSQL."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from annotation.errors import (
    AnnotationError,
    AssignmentLockedError,
    NoBatchLeftError,
    PlaceLostError,
)
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    JudgmentRevision,
    Membership,
    Study,
)
from annotation.rules.judging.answers import GivenAnswer
from annotation.services.judging.assignments import give_batch
from annotation.services.judging.judgments import Recorded, record_answers
from annotation.services.judging.leases import resume_assignment
from annotation.services.judging.places import lapse_expired_leases
from annotation.services.judging.submission import submit_assignment
from annotation.services.people.exclusions import exclude_annotator
from annotation.services.people.leaving import leave_study
from tests.factories import (
    answer,
    answer_all,
    give_work,
    join,
    let_lease_run_out,
    make_open_study,
    make_researcher,
    submit_all,
)

pytestmark = pytest.mark.django_db(transaction=True)

Action = Callable[[], object]


def at_once(actions: Sequence[Action]) -> list[object]:
    """Run all actions in threads that start together; results or refusals, in order."""
    gate = threading.Barrier(len(actions))

    def run(action: Action) -> object:
        try:
            with connection.cursor() as cursor:
                # Who stands in a circle or waits for nothing fails, and hangs nobody.
                cursor.execute("SET lock_timeout = '30s'")
            gate.wait(timeout=60)
            return action()
        except AnnotationError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def asking(membership: Membership) -> Action:
    return partial(give_batch, membership=membership)


def answering(assignment: Assignment, *answers: GivenAnswer) -> Action:
    """Answers from a tab of their own."""
    return partial(record_answers, assignment=stored(assignment), answers=answers)


def submitting(assignment: Assignment) -> Action:
    """A submission from a tab of its own."""
    return partial(submit_assignment, assignment=stored(assignment))


def stored(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("batch__study").get(pk=assignment.pk)


def assert_places_add_up(study: Study) -> None:
    """Counters, places and states tell the same story in every batch."""
    for batch in study.batches.all():
        held = batch.assignments.exclude(state=AssignmentState.LAPSED).filter(
            repeat_of=None
        )
        places = sorted(a.place for a in held if a.place is not None)
        assert len(places) == held.count() == batch.places_taken <= batch.place_count
        assert len(set(places)) == len(places)
        assert all(1 <= place <= batch.place_count for place in places)


@pytest.mark.parametrize(
    ("videos", "redundancy"),
    [(10, 5), (1, 50), (50, 1), (25, 3)],
    ids=["10 x 5", "1 x 50", "50 x 1", "more than enough"],
)
def test_fifty_annotators_at_once_all_get_a_batch_where_places_suffice(
    videos: int, redundancy: int
) -> None:
    study = make_open_study(videos=videos, redundancy=redundancy)
    members = [join(study) for _ in range(50)]

    given = at_once([asking(member) for member in members])

    assert all(isinstance(assignment, Assignment) for assignment in given)
    assert_places_add_up(study)
    assert sum(study.batches.values_list("places_taken", flat=True)) == 50


def test_the_last_places_go_to_as_many_as_there_are() -> None:
    study = make_open_study(videos=4, redundancy=3)
    members = [join(study) for _ in range(30)]

    given = at_once([asking(member) for member in members])

    outcome = Counter(type(result).__name__ for result in given)
    assert outcome == {"Assignment": 12, "NoBatchLeftError": 18}
    assert_places_add_up(study)


def test_nobody_waits_for_somebody_who_is_taking_another_place() -> None:
    study = make_open_study(videos=2, redundancy=1)
    slow, quick = join(study), join(study)

    with transaction.atomic():
        taken = give_batch(membership=slow)
        # Whoever waited would wait until this transaction ends: for ever.
        (other,) = at_once([asking(quick)])

    assert isinstance(other, Assignment)
    assert other.batch_id != taken.batch_id


def test_one_annotator_asking_from_many_tabs_gets_one_batch() -> None:
    study = make_open_study(videos=10, redundancy=3)
    membership = join(study)

    given = at_once([asking(membership)] * 8)

    assert len({a.pk for a in given if isinstance(a, Assignment)}) == 1
    assert membership.assignments.count() == 1
    assert_places_add_up(study)


def test_a_place_that_comes_free_is_given_to_one_only() -> None:
    study = make_open_study(redundancy=1)
    let_lease_run_out(give_work(join(study)))
    members = [join(study) for _ in range(10)]

    given = at_once([asking(member) for member in members])

    outcome = Counter(type(result).__name__ for result in given)
    assert outcome == {"Assignment": 1, "NoBatchLeftError": 9}
    assert_places_add_up(study)


def test_many_leases_that_run_out_at_once_are_given_back_once() -> None:
    study = make_open_study(videos=10, redundancy=2)
    for _ in range(20):
        let_lease_run_out(give_work(join(study)))

    counts = at_once([partial(lapse_expired_leases, timezone.now())] * 6)
    lapse_expired_leases(timezone.now())

    assert sum(count for count in counts if isinstance(count, int)) <= 20
    assert not Assignment.objects.filter(state=AssignmentState.ACTIVE).exists()
    assert_places_add_up(study)


def test_a_late_submission_and_a_newcomer_race_for_the_place() -> None:
    for _ in range(5):
        study = make_open_study(redundancy=1)
        late = answer_all(give_work(join(study)))
        let_lease_run_out(late)
        lapse_expired_leases(timezone.now())

        submitted, given = at_once([submitting(late), asking(join(study))])

        if submitted is None:
            assert isinstance(given, NoBatchLeftError)
        else:
            assert isinstance(submitted, PlaceLostError)
            assert isinstance(given, Assignment)
        assert_places_add_up(study)


def test_submitting_twice_in_parallel_submits_once() -> None:
    study = make_open_study(videos=2)
    assignment = answer_all(give_work(join(study)))

    results = at_once([submitting(assignment) for _ in range(6)])

    assert results == [None] * 6
    assert stored(assignment).is_submitted
    assert Judgment.objects.count() == 4
    assert not JudgmentRevision.objects.exists()


def test_an_answer_and_the_submission_race_and_neither_is_half_done() -> None:
    for _ in range(5):
        assignment = answer_all(give_work(join(make_open_study())))

        recorded, submitted = at_once(
            [answering(assignment, answer(1, "ai", 0)), submitting(assignment)]
        )

        assert submitted is None
        judgment = Judgment.objects.get(
            presentation__assignment=assignment, presentation__position=1
        )
        was_refused = isinstance(recorded, AssignmentLockedError)
        assert judgment.verdict == ("human" if was_refused else "ai")


def test_two_tabs_answering_at_once_lose_and_double_nothing() -> None:
    study = make_open_study(humans=5, ai_sources=24)
    assignment = give_work(join(study))
    keys = [uuid4() for _ in range(29 * 4)]
    answers = [
        answer(index % 29 + 1, ["human", "ai"][index % 2], index % 6, key=key)
        for index, key in enumerate(keys)
    ]
    # Every answer is sent twice, as after a lost acknowledgement; in small requests.
    requests = [answers[start::20] for start in range(20)] * 2
    random.shuffle(requests)

    results = at_once([answering(assignment, *request) for request in requests])

    acknowledged = {
        saved.key
        for result in results
        if isinstance(result, Recorded)
        for saved in result.saved
    }
    standing = set(Judgment.objects.values_list("key", flat=True))
    history = list(JudgmentRevision.objects.values_list("key", flat=True))
    assert acknowledged == set(keys)
    assert len(standing) == 29
    assert len(history) == len(set(history)) == 29 * 3
    assert standing | set(history) == set(keys)


def test_answers_of_many_annotators_do_not_wait_for_each_other() -> None:
    study = make_open_study(redundancy=10)
    work = [give_work(join(study)) for _ in range(10)]

    with transaction.atomic():
        record_answers(assignment=stored(work[0]), answers=[answer(1)])
        results = at_once([answering(mine, answer(1)) for mine in work[1:]])

    assert all(isinstance(result, Recorded) for result in results)
    assert Judgment.objects.count() == 10


def test_a_lapsed_batch_and_a_new_one_are_not_both_in_work() -> None:
    for _ in range(5):
        study = make_open_study(videos=3, redundancy=1)
        membership = join(study)
        lapsed = give_work(membership)
        let_lease_run_out(lapsed)
        lapse_expired_leases(timezone.now())

        at_once(
            [
                asking(membership),
                answering(lapsed, answer(1)),
                partial(resume_assignment, assignment=stored(lapsed)),
            ]
        )

        in_work = membership.assignments.filter(state=AssignmentState.ACTIVE)
        assert in_work.count() == 1
        assert_places_add_up(study)


@pytest.mark.slow
def test_a_whole_study_is_judged_exactly_to_its_redundancy() -> None:
    study = make_open_study(videos=12, redundancy=3, repeat_every=4)
    members = [join(study) for _ in range(9)]
    chance = random.Random(20)  # noqa: S311

    def judge_until_nothing_is_left(membership: Membership) -> int:
        count = 0
        while True:
            try:
                assignment = give_batch(membership=membership)
            except NoBatchLeftError:
                return count
            if chance.random() < 0.2:
                let_lease_run_out(assignment)
                continue
            submit_all(assignment)
            count += 1

    counts = at_once(
        [partial(judge_until_nothing_is_left, member) for member in members]
    )

    assert sum(count for count in counts if isinstance(count, int)) >= 36
    assert set(study.batches.values_list("places_taken", flat=True)) == {3}
    assert_places_add_up(study)
    judged = Counter(
        Assignment.objects.filter(
            repeat_of=None, state=AssignmentState.SUBMITTED
        ).values_list("batch_id", flat=True)
    )
    assert set(judged.values()) == {3}


@pytest.mark.parametrize("is_leaving", [False, True])
def test_who_goes_and_who_takes_up_a_batch_again_never_wait_for_one_another(
    *, is_leaving: bool
) -> None:
    """Both lock the membership first, then the assignment."""
    member = join(make_open_study(redundancy=1))
    lapsed = give_work(member)
    let_lease_run_out(lapsed)
    lapse_expired_leases(timezone.now())
    lapsed.refresh_from_db()
    person, researcher = member.user, make_researcher()
    assert person is not None
    is_locked = threading.Event()

    def go() -> object:
        with transaction.atomic():
            Membership.objects.select_for_update().get(pk=member.pk)
            is_locked.set()
            wait_for_a_lock_to_be_waited_for()
            if is_leaving:
                return leave_study(
                    membership=member, actor=person, deletes_answers=True
                )
            return exclude_annotator(
                membership=member, actor=researcher, reason="hasty", frees_places=True
            )

    def resume() -> object:
        is_locked.wait(timeout=30)
        return resume_assignment(assignment=lapsed)

    _, resumed = at_once([go, resume])

    assert isinstance(resumed, AssignmentLockedError | PlaceLostError)
    assert not Assignment.objects.exclude(place=None).exists()


def wait_for_a_lock_to_be_waited_for() -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits")
