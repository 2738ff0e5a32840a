"""The seeded order: uniform, reproducible, and the same everywhere."""

import secrets
from collections import Counter
from itertools import permutations
from math import factorial

import pytest

from annotation.rules.judging.presentation import (
    PresentedComment,
    drawn_checks,
    drawn_index,
    presentation_order,
)

SEED = "0123456789abcdef" * 4


def fixed_seed(number: int) -> str:
    return f"{number:064x}"


def test_an_order_shows_everything_once() -> None:
    order = presentation_order(SEED, 29)

    assert sorted(order) == list(range(29))


def test_the_same_seed_makes_the_same_order_on_every_machine() -> None:
    order = presentation_order(SEED, 29)

    # Stored assignments rest on it: these numbers never change.
    assert order == [
        *(20, 24, 14, 23, 16, 7, 10, 9, 13, 26, 11, 22, 28, 27, 2),
        *(21, 5, 18, 4, 3, 25, 15, 1, 17, 0, 8, 12, 6, 19),
    ]


def test_every_order_is_equally_likely() -> None:
    size, draws = 4, 24_000

    seen = Counter(
        tuple(presentation_order(fixed_seed(number), size)) for number in range(draws)
    )

    assert set(seen) == set(permutations(range(size)))
    expected = draws / factorial(size)
    chi_square = sum((count - expected) ** 2 / expected for count in seen.values())
    # 23 degrees of freedom: 49.7 is passed by chance once in a thousand.
    assert chi_square < 49.7


def test_every_comment_is_equally_likely_at_every_position() -> None:
    size, draws = 29, 5_800

    first = Counter(
        presentation_order(secrets.token_hex(32), size)[0] for _ in range(draws)
    )

    expected = draws / size
    chi_square = sum((first[i] - expected) ** 2 / expected for i in range(size))
    # 28 degrees of freedom: 69.9 is passed by chance once in 50,000.
    assert chi_square < 69.9


def test_a_seed_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        presentation_order("abcd", 29)


def test_checks_are_drawn_without_repetition_and_no_more_than_there_are() -> None:
    checks = ["a", "b", "c"]

    assert len(set(drawn_checks(SEED, checks, 2))) == 2
    assert sorted(drawn_checks(SEED, checks, 5)) == checks
    assert drawn_checks(SEED, [], 2) == []


def test_every_check_is_drawn_equally_often() -> None:
    draws = 6_000

    seen = Counter(
        drawn_checks(fixed_seed(number), ["a", "b", "c"], 1)[0]
        for number in range(draws)
    )

    # Five standard deviations around a third.
    assert all(abs(seen[check] - 2_000) < 5 * 36.5 for check in "abc")


def test_one_seed_draws_different_things_independently() -> None:
    pairs = {
        (
            drawn_index(fixed_seed(n), "repeat", 2),
            presentation_order(fixed_seed(n), 2)[0],
        )
        for n in range(200)
    }

    assert pairs == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("verdict", "score", "is_full"),
    [("human", "0", True), ("human", "", False), ("", "5", False), ("", "", False)],
)
def test_a_comment_is_answered_in_full_with_both_halves(
    verdict: str, score: str, *, is_full: bool
) -> None:
    comment = PresentedComment(1, "what a clip", verdict, score)

    assert comment.is_full == is_full
