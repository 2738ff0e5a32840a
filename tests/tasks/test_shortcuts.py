"""Shortcuts are found where they are, and not where they are not."""

import math
from random import Random

import pytest

from tasks.building import build_items
from tasks.catalogue import Task
from tasks.items import Item
from tasks.options_only import FOLDS, folds_of, options_only
from tasks.shortcuts import alone_in_script_pct, shortcut_table, wilson
from tests.tasks.records import random_corpus


def _flagged(items: list[Item]) -> set[str]:
    return {one.rule for one in shortcut_table(items) if one.is_flagged}


def _items(right: list[str], wrong: list[tuple[str, str, str]]) -> list[Item]:
    """Items of titles with the right option at each place in turn."""
    made = []
    for number, (text, others) in enumerate(zip(right, wrong, strict=True)):
        options = [*others]
        options.insert(number % 4, text)
        made.append(
            Item(Task.TITLE_SELECTION, f"v/{number}", tuple(options), number % 4)
        )
    return made


def _word(number: int, length: int = 12) -> str:
    random = Random(number)  # noqa: S311
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz ", k=length)).strip("x ")


def _distractors(number: int) -> tuple[str, str, str]:
    base = 1000 + 3 * number
    return (_word(base), _word(base + 1), _word(base + 2))


_WRONG = [_distractors(number) for number in range(200)]


def test_options_that_are_alike_are_not_flagged() -> None:
    items = _items([_word(number) for number in range(200)], _WRONG)

    assert not _flagged(items)
    assert not [one for one in options_only(items) if one.is_flagged]


def test_longer_right_options_are_found() -> None:
    items = _items([_word(number, 30) for number in range(200)], _WRONG)

    assert "longest option" in _flagged(items)
    assert [one for one in options_only(items) if one.is_flagged]


def test_right_options_between_their_rivals_in_length_are_found() -> None:
    wrong = [
        (_word(3 * n, 10), _word(3 * n + 1, 10), _word(3 * n + 2, 22))
        for n in range(200)
    ]
    right = [_word(n + 5000, 14) for n in range(200)]

    assert "middling length" in _flagged(_items(right, wrong))


def test_right_options_in_another_script_are_found() -> None:
    right = ["".join(Random(n).choices("абвгдежз", k=12)) for n in range(200)]  # noqa: S311
    items = _items(right, _WRONG)

    assert "alone in its script" in _flagged(items)
    assert alone_in_script_pct(items) == 100


def test_a_mark_that_only_right_options_have_is_found_by_the_classifier() -> None:
    right = [f"{_word(number)}?" for number in range(200)]

    found = options_only(_items(right, _WRONG))[0]

    assert found.is_flagged
    assert found.right_pct > 95
    assert found.is_text_disjoint
    assert "question mark" in dict(found.features)


def test_labels_drawn_once_each_are_found() -> None:
    # As build rules 1 did it: a frequent category is right often and offered rarely.
    random = Random(1)  # noqa: S311
    labels = [f"Label {letter}" for letter in "ABCDEFGHIJKL"]
    weights = [40, 20, 10, 8, 6, 4, 3, 3, 2, 2, 1, 1]
    items = []
    for number in range(600):
        right = random.choices(labels, weights)[0]
        options = random.sample([label for label in labels if label != right], 3)
        options.insert(number % 4, right)
        items.append(
            Item(Task.CATEGORY_MATCHING, f"v/{number}", tuple(options), number % 4)
        )

    rules = _flagged(items)

    assert {"most often right elsewhere", "most often right when offered"} <= rules
    assert options_only(items)[0].right_pct > 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("builds", "most"), [(10, 1), pytest.param(100, 5, marks=pytest.mark.nightly)]
)
def test_of_clean_builds_at_most_one_in_twenty_is_flagged(
    builds: int, most: int
) -> None:
    flagged = sum(
        bool(_flagged(list(build_items(random_corpus(seed, 300), seed=seed).items)))
        for seed in range(builds)
    )

    assert flagged <= most


def test_no_text_is_in_two_folds_where_items_fall_apart() -> None:
    items = _items([_word(number) for number in range(200)], _WRONG)

    fold, is_disjoint = folds_of(items)

    assert is_disjoint
    assert {int(number) for number in fold} == set(range(FOLDS))
    where: dict[str, int] = {}
    for item, number in zip(items, fold, strict=True):
        for option in item.options:
            assert where.setdefault(option, int(number)) == int(number)


def test_items_that_hang_together_are_dealt_out_and_the_report_says_so() -> None:
    items = _items(["the same"] * 100, _WRONG[:100])

    fold, is_disjoint = folds_of(items)

    assert not is_disjoint
    assert [int((fold == number).sum()) for number in range(FOLDS)] == [20] * FOLDS


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, table I: 15 of 148.
    lo, hi = wilson(15, 148)

    assert (round(lo / 100, 4), round(hi / 100, 4)) == (0.0624, 0.1605)
    assert all(math.isnan(bound) for bound in wilson(0, 0))
