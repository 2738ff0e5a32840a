"""Who is given which batch, and when."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.errors import NoBatchLeftError, StageMissingError, StudyNotOpenError
from annotation.models import (
    Assignment,
    AssignmentState,
    DocumentKind,
    Study,
    StudyState,
)
from annotation.rules.judging.presentation import presentation_order
from annotation.services.judging.assignments import give_batch
from annotation.services.judging.places import lapse_expired_leases
from tests.factories import (
    answer_all,
    give_work,
    join,
    let_lease_run_out,
    make_document,
    make_open_study,
    make_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def shown(assignment: Assignment) -> list[int | None]:
    """What stands at each position, by database id of the batch comment."""
    presented = assignment.presentations.order_by("position")
    return list(presented.values_list("batch_comment_id", flat=True))


def places(study: Study) -> list[int]:
    return sorted(study.batches.values_list("places_taken", flat=True))


def test_an_assignment_presents_every_comment_of_the_batch_once() -> None:
    study = make_open_study(humans=5, ai_sources=24)

    assignment = give_work(join(study))

    presented = assignment.presentations.order_by("position")
    assert [p.position for p in presented] == list(range(1, 30))
    batch_comments = assignment.batch.batch_comments.order_by("pk")
    assert {p.batch_comment_id for p in presented} == {c.pk for c in batch_comments}


def test_the_order_shown_is_the_one_that_the_seed_makes() -> None:
    assignment = give_work(join(make_open_study(humans=5, ai_sources=24)))

    comments = list(
        assignment.batch.batch_comments.order_by("pk").values_list("pk", flat=True)
    )
    stored = Assignment.objects.get(pk=assignment.pk)
    order = presentation_order(stored.seed, 29)
    assert shown(assignment) == [comments[index] for index in order]


def test_two_annotators_see_the_same_batch_in_different_orders() -> None:
    study = make_open_study(humans=5, ai_sources=24)

    orders = {tuple(shown(give_work(join(study)))) for _ in range(3)}

    assert len(orders) == 3


def test_attention_checks_stand_among_the_comments() -> None:
    study = make_open_study(humans=5, ai_sources=24, attention_checks=2, redundancy=30)

    positions: Counter[int] = Counter()
    for _ in range(30):
        checks = give_work(join(study)).presentations.exclude(attention_check=None)
        assert len(checks) == 2
        positions.update(check.position for check in checks)

    # By chance all 60 stand in the same third less often than once in 10**26.
    assert min(positions) <= 10
    assert max(positions) >= 22


def test_the_batch_in_work_is_given_again_until_it_is_submitted() -> None:
    membership = join(make_open_study(videos=3))

    first, again = give_work(membership), give_work(membership)

    assert again.pk == first.pk
    assert membership.assignments.count() == 1


def test_asking_again_renews_the_lease() -> None:
    membership = join(make_open_study(lease_minutes=60))
    assignment = give_work(membership)
    soon = timezone.now() + timedelta(minutes=1)
    Assignment.objects.filter(pk=assignment.pk).update(leased_until=soon)

    again = give_work(membership)

    again.refresh_from_db()
    assert again.leased_until > timezone.now() + timedelta(minutes=59)


def test_an_annotator_gets_every_batch_once_and_then_no_more() -> None:
    study = make_open_study(videos=4)
    membership = join(study)

    batches = [submit_all(give_work(membership)).batch_id for _ in range(4)]

    assert sorted(batches) == sorted(study.batches.values_list("pk", flat=True))
    with pytest.raises(NoBatchLeftError):
        give_work(membership)


def test_assignments_are_numbered_in_the_order_given() -> None:
    membership = join(make_open_study(videos=3))

    for _ in range(3):
        submit_all(give_work(membership))

    numbers = membership.assignments.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_the_batches_with_the_fewest_places_taken_come_first() -> None:
    study = make_open_study(videos=5, redundancy=3)

    for _ in range(5):
        give_work(join(study))
    after_one_round = places(study)
    for _ in range(5):
        give_work(join(study))

    assert after_one_round == [1] * 5
    assert places(study) == [2] * 5


def test_which_batch_comes_first_is_left_to_chance() -> None:
    study = make_open_study(videos=3, redundancy=60)

    first = Counter(give_work(join(study)).batch_id for _ in range(60))

    # Balanced to the last one, as each round takes the least taken.
    assert sorted(first.values()) == [20, 20, 20]
    order = list(Assignment.objects.order_by("pk").values_list("batch_id", flat=True))
    rounds = {tuple(order[start : start + 3]) for start in range(0, 60, 3)}
    # Six orders of three: all 20 rounds alike has a chance of 6**-19.
    assert len(rounds) > 1


def test_no_more_annotators_than_the_redundancy_says() -> None:
    study = make_open_study(redundancy=2)
    give_work(join(study))
    give_work(join(study))

    with pytest.raises(NoBatchLeftError):
        give_work(join(study))

    assert places(study) == [2]


def test_folders_are_numbered_from_one() -> None:
    study = make_open_study(redundancy=3)

    given = [give_work(join(study)).place for _ in range(3)]

    assert given == [1, 2, 3]


def test_a_lease_that_ran_out_gives_the_place_to_somebody_else() -> None:
    study = make_open_study(redundancy=1)
    late = give_work(join(study))
    let_lease_run_out(late)

    other = give_work(join(study))

    late.refresh_from_db()
    assert (late.state, late.place) == (AssignmentState.LAPSED, None)
    assert other.place == 1
    assert places(study) == [1]


def test_the_lowest_free_place_is_taken_first() -> None:
    study = make_open_study(redundancy=3)
    first, _, _ = (give_work(join(study)) for _ in range(3))
    let_lease_run_out(first)

    assert give_work(join(study)).place == 1


def test_a_lapsed_batch_is_taken_up_again_with_its_answers() -> None:
    study = make_open_study(videos=3, redundancy=2)
    membership = join(study)
    assignment = answer_all(give_work(membership), "ai", 1)
    let_lease_run_out(assignment)
    give_work(join(study))
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.LAPSED

    again = give_work(membership)

    assert again.pk == assignment.pk
    assert again.state == AssignmentState.ACTIVE
    assert again.leased_until > timezone.now()
    verdicts = again.presentations.values_list("judgment__verdict", flat=True)
    assert set(verdicts) == {"ai"}
    assert sum(places(study)) == 2


def test_a_lapsed_batch_whose_place_is_gone_is_left_for_another() -> None:
    study = make_open_study(videos=2, redundancy=1)
    membership = join(study)
    lapsed = give_work(membership)
    let_lease_run_out(lapsed)
    lapse_expired_leases(timezone.now())
    take_place(lapsed.batch)

    again = give_work(membership)

    assert again.batch_id != lapsed.batch_id
    assert places(study) == [1, 1]


def test_my_own_lease_that_ran_out_is_renewed_while_the_place_is_mine() -> None:
    membership = join(make_open_study(redundancy=1))
    assignment = answer_all(give_work(membership))
    let_lease_run_out(assignment)

    again = give_work(membership)

    assert again.pk == assignment.pk
    assert again.state == AssignmentState.ACTIVE
    assert again.place == 1


def test_an_annotator_does_no_more_batches_than_foreseen() -> None:
    membership = join(make_open_study(videos=4, batches_per_annotator=2))
    for _ in range(2):
        submit_all(give_work(membership))

    with pytest.raises(NoBatchLeftError, match="all 2 batches"):
        give_work(membership)


def test_lapsed_batches_do_not_count_against_what_is_foreseen() -> None:
    study = make_open_study(videos=2, redundancy=1, batches_per_annotator=1)
    membership = join(study)
    lapsed = give_work(membership)
    let_lease_run_out(lapsed)
    lapse_expired_leases(timezone.now())
    take_place(lapsed.batch)

    again = give_work(membership)

    assert again.batch_id != lapsed.batch_id


# --- Planned repeats ----------------------------------------------------------------


def test_every_nth_batch_is_an_earlier_one_again_in_a_new_order() -> None:
    study = make_open_study(videos=6, humans=5, ai_sources=24, repeat_every=3)
    membership = join(study)

    given = [submit_all(give_work(membership)) for _ in range(6)]

    repeats = [assignment.repeat_of_id is not None for assignment in given]
    assert repeats == [False, False, True, False, False, True]
    repeat = given[2]
    original = Assignment.objects.get(repeats=repeat)
    assert repeat.batch_id == original.batch_id
    assert shown(repeat) != shown(original)
    assert set(shown(repeat)) == set(shown(original))


def test_a_repeat_takes_no_place() -> None:
    study = make_open_study(videos=3, redundancy=2, repeat_every=2)
    membership = join(study)

    given = [submit_all(give_work(membership)) for _ in range(4)]

    assert [a.place for a in given] == [1, None, 1, None]
    assert places(study) == [0, 1, 1]


def test_no_batch_is_repeated_twice_and_the_last_one_only_if_it_must_be() -> None:
    membership = join(make_open_study(videos=6, repeat_every=2))

    given = [submit_all(give_work(membership)) for _ in range(12)]

    repeated = [a.repeat_of_id for a in given if a.repeat_of_id]
    assert len(repeated) == len(set(repeated)) == 6
    # One new batch before each repeat: no other is waiting.
    assert given[3].repeat_of_id == given[2].pk
    with pytest.raises(NoBatchLeftError):
        give_work(membership)


def test_a_repeat_is_not_the_batch_just_done_where_another_waits() -> None:
    for _ in range(8):
        membership = join(make_open_study(videos=4, repeat_every=4))

        given = [submit_all(give_work(membership)) for _ in range(4)]

        assert given[3].repeat_of_id in {given[0].pk, given[1].pk}


# --- Who may ask --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (StudyState.SEALED, "hasn't started"),
        (StudyState.PAUSED, "is paused"),
        (StudyState.CLOSED, "is closed"),
    ],
)
def test_a_study_that_is_not_open_gives_out_nothing(
    state: StudyState, message: str
) -> None:
    study = make_open_study()
    membership = join(study)
    Study.objects.filter(pk=study.pk).update(state=state)

    with pytest.raises(StudyNotOpenError, match=message):
        give_work(membership)


def test_a_draft_gives_out_nothing() -> None:
    with pytest.raises(StudyNotOpenError, match="hasn't started"):
        give_work(join(make_study()))


def test_an_excluded_annotator_gets_no_more_work() -> None:
    membership = join(
        make_open_study(), excluded_at=timezone.now(), exclusion_reason="careless"
    )

    with pytest.raises(StudyNotOpenError, match="has ended"):
        give_work(membership)


def test_consent_comes_before_the_first_batch() -> None:
    study = make_open_study()
    membership = join(study)
    make_document(study, DocumentKind.CONSENT)

    with pytest.raises(StageMissingError, match="Complete all earlier pages"):
        give_work(membership)

    assert places(study) == [0]


def test_a_refusal_takes_no_place() -> None:
    study = make_open_study(videos=2, batches_per_annotator=0)

    with pytest.raises(NoBatchLeftError):
        give_batch(membership=join(study))

    assert places(study) == [0, 0]
