"""Answers that arrive late, twice, out of order or from two tabs."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from annotation.rules.judging.answers import (
    Answer,
    Choice,
    GivenAnswer,
    StandingAnswer,
    dated,
    merged,
    news_of,
)

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(
    second: int,
    verdict: str | None = "human",
    score: int | None = 3,
    *,
    key: UUID | None = None,
    view: float | None = None,
) -> Answer:
    """An answer given so many seconds after the start."""
    instant = START + timedelta(seconds=second)
    return Answer(verdict, score, key or uuid4(), instant, instant, view)


def standing(*answers: Answer) -> StandingAnswer:
    stands = merged(None, (), answers)
    assert stands is not None
    return stands


def test_the_first_answer_stands() -> None:
    first = at(1, view=2.5)

    stands = standing(first)

    assert stands.answer == first
    assert stands.replaced == ()
    assert stands.first_answer_seconds == 2.5
    assert stands.full_answer_seconds == 2.5


def test_a_newer_answer_stands_and_the_older_becomes_history() -> None:
    old, new = at(1, "human", 3), at(2, "ai", 0)

    stands = merged(standing(old), (), [new])

    assert stands is not None
    assert stands.answer == new
    assert stands.replaced == (old,)


def test_an_older_answer_that_arrives_late_becomes_history_at_once() -> None:
    old, new = at(1, "human", 3), at(2, "ai", 0)

    stands = merged(standing(new), (), [old])

    assert stands is not None
    assert stands.answer == new
    assert stands.replaced == (old,)


def test_the_order_of_arrival_does_not_matter() -> None:
    answers = [at(1, "human", 3), at(2, "ai", None), at(3, None, 5), at(4, "human", 1)]

    results = {
        (stands.answer.verdict, stands.answer.score, stands.answer.key)
        for order in permutations(answers)
        for stands in [standing(*order)]
    }
    one_by_one = set()
    for order in permutations(answers):
        stands = None
        for answer in order:
            stands = merged(stands, (), [answer])
        assert stands is not None
        one_by_one.add((stands.answer.verdict, stands.answer.score, stands.answer.key))

    assert results == one_by_one == {("human", 1, answers[3].key)}


def test_the_same_key_again_changes_nothing() -> None:
    key = uuid4()
    stands = standing(at(1, key=key))

    again = merged(stands, (), [at(9, "ai", 0, key=key)])

    assert again is stands


def test_a_key_of_the_history_again_changes_nothing() -> None:
    replaced, stands = uuid4(), standing(at(2))

    again = merged(stands, [replaced], [at(9, "ai", 0, key=replaced)])

    assert again is stands


def test_one_key_twice_in_one_request_counts_once() -> None:
    key = uuid4()

    stands = standing(at(1, key=key), at(1, key=key))

    assert stands.replaced == ()


def test_a_half_answer_keeps_the_other_half() -> None:
    stands = merged(standing(at(1, "human", 4)), (), [at(2, "ai", None)])

    assert stands is not None
    assert (stands.answer.verdict, stands.answer.score) == ("ai", 4)


def test_a_late_half_fills_the_half_that_is_missing() -> None:
    stands = merged(standing(at(5, "ai", None)), (), [at(1, "human", 2)])

    assert stands is not None
    assert (stands.answer.verdict, stands.answer.score) == ("ai", 2)
    assert stands.is_full


def test_the_time_to_the_full_answer_is_that_of_the_second_half() -> None:
    stands = standing(at(1, "human", None, view=2.0), at(2, None, 5, view=3.5))

    assert stands.first_answer_seconds == 2.0
    assert stands.full_answer_seconds == 3.5


def test_a_change_of_a_full_answer_keeps_the_times_of_the_first() -> None:
    stands = standing(at(1, view=2.0), at(2, "ai", 0, view=9.0))

    assert (stands.first_answer_seconds, stands.full_answer_seconds) == (2.0, 2.0)


def test_of_two_answers_of_the_same_moment_the_later_to_arrive_stands() -> None:
    first, second = at(1, "human", 3), at(1, "ai", 0)

    assert standing(first, second).answer == second


@pytest.mark.parametrize(
    ("age_seconds", "expected_second"),
    [(10, 50), (0, 60), (1000, 0), (-30, 60)],
    ids=["ten seconds ago", "now", "before the assignment", "in the future"],
)
def test_instants_stay_between_the_start_and_now(
    age_seconds: int, expected_second: int
) -> None:
    now = START + timedelta(seconds=60)
    given = GivenAnswer(1, "human", 3, uuid4(), age=timedelta(seconds=age_seconds))

    answer = dated(given, since=START, now=now)

    assert answer.answered_at == START + timedelta(seconds=expected_second)
    assert answer.received_at == now


SHOWN = START + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("stands", "choice", "expected"),
    [
        (None, ("human", 3), ("human", 3)),
        (None, (None, None), None),
        (at(1, "human", 3), ("human", 3), None),
        (at(1, "human", 3), ("ai", 3), ("ai", None)),
        (at(1, "human", None), (None, 5), (None, 5)),
        # Given in another tab after this form was shown: it does not know of it.
        (at(40, "human", 3), ("ai", 0), None),
        (at(40, "human", None), ("ai", 0), (None, 0)),
    ],
    ids=[
        "nothing stands",
        "nothing is chosen",
        "the same",
        "a changed verdict",
        "the missing half",
        "an old tab",
        "an old tab that knows the missing half",
    ],
)
def test_a_form_says_what_is_new_and_no_more(
    stands: Answer | None,
    choice: tuple[str | None, int | None],
    expected: tuple[str | None, int | None] | None,
) -> None:
    before = standing(stands) if stands else None

    news = news_of(Choice(1, *choice), before, shown_at=SHOWN)

    assert (news and (news.verdict, news.score)) == expected


def test_a_form_without_its_time_only_fills_what_is_missing() -> None:
    before = standing(at(1, "human", None))

    news = news_of(Choice(1, "ai", 4), before, shown_at=None)

    assert news == Choice(1, None, 4)
