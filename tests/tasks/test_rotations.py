"""Rotated options: what stays the same, and what a source's replies then show."""

import math
from random import Random

import pytest

from tasks.catalogue import Task
from tasks.items import Item, Provenance
from tasks.rotations import SHIFTS, RotatedReply, rotated, rotation_scores

_OPTIONS = ("one", "two", "three", "four")


def _items(count: int = 40) -> list[Item]:
    return [
        Item(
            Task.TITLE_SELECTION,
            f"v/{number}",
            _OPTIONS,
            number % 4,
            tuple(Provenance(f"v/{text}", "title") for text in _OPTIONS),
        )
        for number in range(count)
    ]


def test_every_shift_moves_the_options_and_the_answer_alike() -> None:
    item = _items()[1]

    for shift in SHIFTS:
        moved = rotated(item, shift)
        assert moved.options[moved.answer] == "two"
        assert moved.provenance[moved.answer].video == "v/two"
        assert moved.options[shift] == "one"
    assert rotated(item, 0) == item


def _always(text: str) -> list[RotatedReply]:
    return [RotatedReply(item, shift, text) for item in _items() for shift in SHIFTS]


def test_always_the_same_letter_is_chance_and_never_right_all_the_way_round() -> None:
    scores = rotation_scores(_always("A"))

    assert scores.item_count == 40
    assert scores.mean_pct == 25
    assert scores.circular_pct == 0
    assert scores.consistent_pct == 0
    assert list(scores.prior_pct) == [100, 0, 0, 0]
    assert scores.debiased_pct == pytest.approx(25)


def test_who_always_finds_the_right_text_is_right_all_the_way_round() -> None:
    scores = rotation_scores(
        RotatedReply(item, shift, rotated(item, shift).right_answer())
        for item in _items()
        for shift in SHIFTS
    )

    assert (scores.mean_pct, scores.circular_pct, scores.consistent_pct) == (100,) * 3
    assert scores.debiased_pct == 100
    assert list(scores.prior_pct) == [25] * 4


def test_a_wrong_text_that_is_kept_is_consistent_all_the_same() -> None:
    scores = rotation_scores(
        RotatedReply(item, shift, "ABCD"[(item.answer + 1 + shift) % 4])
        for item in _items()
        for shift in SHIFTS
    )

    assert scores.consistent_pct == 100
    assert scores.mean_pct == 0


def test_dividing_by_the_prior_helps_who_knows_but_prefers_a_letter() -> None:
    # Says A in half of the cases whatever is asked, else the right letter.
    random = Random(1)  # noqa: S311
    scores = rotation_scores(
        RotatedReply(
            item,
            shift,
            "A" if random.random() < 0.5 else rotated(item, shift).right_answer(),
        )
        for item in _items(400)
        for shift in SHIFTS
    )

    assert scores.prior_pct[0] > 55
    assert scores.debiased_pct > scores.mean_pct > 55


def test_items_that_were_not_asked_all_the_way_round_are_left_out() -> None:
    item, other = _items()[:2]
    replies = [RotatedReply(item, shift, "A") for shift in SHIFTS]

    scores = rotation_scores([*replies, RotatedReply(other, 0, "A")])

    assert scores.item_count == 1
    assert math.isnan(rotation_scores([RotatedReply(other, 0, "A")]).mean_pct)


def test_what_cannot_be_read_chooses_nothing() -> None:
    scores = rotation_scores(_always("I like it"))

    assert (scores.mean_pct, scores.consistent_pct, scores.debiased_pct) == (0, 0, 0)
    assert all(math.isnan(share) for share in scores.prior_pct)
