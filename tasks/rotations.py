"""The same item with its options at other places, and what its replies then show.

An answer that depends on the place of an option knows less than it seems. References:
circular evaluation (MMBench, Liu et al. 2023, arXiv 2307.06281); the choice prior and
its removal (PriDe, Zheng et al. 2024, arXiv 2309.03882).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tasks.catalogue import LETTERS
from tasks.items import Item
from tasks.parsing import parse_answer

SHIFTS = tuple(range(len(LETTERS)))


def rotated(item: Item, shift: int) -> Item:
    """The item with every option moved on by `shift` places, the last to the front."""
    cut = -shift % len(item.options)
    provenance = item.provenance[cut:] + item.provenance[:cut]
    return Item(
        task=item.task,
        video=item.video,
        options=item.options[cut:] + item.options[:cut],
        answer=(item.answer + shift) % len(item.options),
        provenance=provenance,
        relaxed=item.relaxed,
        note=item.note,
    )


class RotatedReply(NamedTuple):
    """What was said to an item under one rotation."""

    item: Item
    shift: int
    text: str


# The right place of an item, and by rotation the place that a reply names.
AnsweredPlaces = tuple[int, Mapping[int, int | None]]


@dataclass(frozen=True)
class RotationScores:
    """How stable a source's answers are, in percent; NaN without items.

    Attributes:
        item_count: Items with a reply under every rotation; others are left out.
        mean_pct: Accuracy over all their replies.
        circular_pct: Items that are right under every rotation.
        consistent_pct: Items to which the same text is given under every rotation.
        prior_pct: Share of each letter among the readable replies.
        debiased_pct: Accuracy of the text that is chosen most under all rotations,
            each choice divided by the prior of its letter; ties count in part.
    """

    item_count: int
    mean_pct: float
    circular_pct: float
    consistent_pct: float
    prior_pct: tuple[float, ...]
    debiased_pct: float


def rotation_scores(replies: Iterable[RotatedReply]) -> RotationScores:
    """Read the replies of one source to items under all four rotations."""
    by_item: dict[Item, dict[int, int | None]] = defaultdict(dict)
    for item, shift, text in replies:
        by_item[item][shift] = parse_answer(text, rotated(item, shift).options)
    return scores_of_places([(item.answer, said) for item, said in by_item.items()])


def scores_of_places(answered: Iterable[AnsweredPlaces]) -> RotationScores:
    """The same of replies that were read already.

    Args:
        answered: Of each item, the place of its right option as it is, and by rotation
            the place that was named among the options as they were shown.
    """
    asked = [(right, said) for right, said in answered if len(said) == len(SHIFTS)]
    choices = [
        [_own_place(shift, said[shift]) for shift in SHIFTS] for _, said in asked
    ]
    right = [
        [choice == answer for choice in chosen]
        for (answer, _), chosen in zip(asked, choices, strict=True)
    ]
    prior = letter_shares(said.values() for _, said in asked)
    debiased = [_debiased(answer, said, prior) for answer, said in asked]
    return RotationScores(
        item_count=len(asked),
        mean_pct=_percent([sum(one) / len(one) for one in right]),
        circular_pct=_percent([all(one) for one in right]),
        consistent_pct=_percent(
            [len(set(one)) == 1 and one[0] is not None for one in choices]
        ),
        prior_pct=tuple(100 * share for share in prior),
        debiased_pct=_percent(debiased),
    )


def letter_shares(places: Iterable[Iterable[int | None]]) -> tuple[float, ...]:
    """Share of each letter among what was named; NaN where nothing was."""
    chosen = Counter(place for said in places for place in said if place is not None)
    total = chosen.total()
    return tuple(chosen[p] / total if total else math.nan for p in SHIFTS)


def _own_place(shift: int, place: int | None) -> int | None:
    """Which of the item's own options a reply names."""
    return None if place is None else (place - shift) % len(LETTERS)


def _debiased(
    answer: int, said: Mapping[int, int | None], prior: Sequence[float]
) -> float:
    votes = [0.0] * len(LETTERS)
    for shift, place in said.items():
        own = _own_place(shift, place)
        if place is not None and own is not None:
            votes[own] += 1 / prior[place]
    most = max(votes)
    if not most or not math.isclose(votes[answer], most):
        return 0.0
    return 1 / sum(math.isclose(vote, most) for vote in votes)


def _percent(shares: Sequence[float]) -> float:
    return 100 * sum(shares) / len(shares) if shares else math.nan
