"""The same item with its options at other places, and what its replies then show.

An answer that depends on the place of an option knows less than it seems. References:
circular evaluation (MMBench, Liu et al. 2023, arXiv 2307.06281); the choice prior and
its removal (PriDe, Zheng et al. 2024, arXiv 2309.03882).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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
    asked = {i: said for i, said in by_item.items() if len(said) == len(SHIFTS)}
    choices = [_texts(item, said) for item, said in asked.items()]
    right = [
        [choice == item.answer for choice in chosen]
        for item, chosen in zip(asked, choices, strict=True)
    ]
    prior = _prior(asked.values())
    debiased = [_debiased(item, said, prior) for item, said in asked.items()]
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


def _texts(item: Item, said: dict[int, int | None]) -> list[int | None]:
    """Which of the item's own options each reply names, by rotation."""
    return [_own_place(item, shift, said[shift]) for shift in SHIFTS]


def _own_place(item: Item, shift: int, place: int | None) -> int | None:
    return None if place is None else (place - shift) % len(item.options)


def _prior(replies: Iterable[dict[int, int | None]]) -> tuple[float, ...]:
    chosen = Counter(
        place for said in replies for place in said.values() if place is not None
    )
    total = chosen.total()
    return tuple(chosen[p] / total if total else math.nan for p in SHIFTS)


def _debiased(item: Item, said: dict[int, int | None], prior: Sequence[float]) -> float:
    votes = [0.0] * len(item.options)
    for shift, place in said.items():
        own = _own_place(item, shift, place)
        if place is not None and own is not None:
            votes[own] += 1 / prior[place]
    most = max(votes)
    if not most or not math.isclose(votes[item.answer], most):
        return 0.0
    return 1 / sum(math.isclose(vote, most) for vote in votes)


def _percent(shares: Sequence[float]) -> float:
    return 100 * sum(shares) / len(shares) if shares else math.nan
