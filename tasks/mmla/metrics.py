"""Accuracy, precision, recall and F1 over labels, as scikit-learn defines them.

`classification` counts the set's own labels alone; a reply that cannot be read is
wrong: it lowers the recall of its class and adds no class. `as_published` counts every
label that occurs in answers or replies, with what cannot be read as one more class:
some of the published macro figures were made like that. The two never share a column.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

UNREADABLE = ""


@dataclass(frozen=True)
class Classification:
    """In percent; NaN without items.

    Attributes:
        item_count: All items.
        unreadable_count: Those whose reply names no label.
        accuracy: ACC; also the weighted recall.
        precision, recall, f1: Macro averages.
        weighted_precision, weighted_f1: Averages weighted by the gold labels.
    """

    item_count: int
    unreadable_count: int
    accuracy: float
    precision: float
    recall: float
    f1: float
    weighted_precision: float
    weighted_f1: float


def classification(
    gold: Sequence[str], said: Sequence[str], labels: Sequence[str]
) -> Classification:
    """Against a fixed list of labels.

    Args:
        gold: The right label of each item.
        said: The label of each reply; `UNREADABLE` for none.
        labels: Of the set, whether they occur or not.
    """
    pairs = Counter(zip(gold, said, strict=True))
    count = pairs.total()
    if not count:
        return Classification(0, 0, *(math.nan,) * 6)
    right = {label: pairs[label, label] for label in labels}
    golds, saids = Counter(gold), Counter(said)
    precision = {one: _share(right[one], saids[one]) for one in labels}
    recall = {one: _share(right[one], golds[one]) for one in labels}
    f1 = {one: _share(2 * right[one], golds[one] + saids[one]) for one in labels}
    return Classification(
        item_count=count,
        unreadable_count=saids[UNREADABLE],
        accuracy=100 * sum(n for (g, s), n in pairs.items() if g == s) / count,
        precision=_mean(precision),
        recall=_mean(recall),
        f1=_mean(f1),
        weighted_precision=_weighted(precision, golds),
        weighted_f1=_weighted(f1, golds),
    )


def as_published(gold: Sequence[str], said: Sequence[str]) -> Classification:
    """Against the labels that occur, unreadable replies as a class of their own."""
    return classification(gold, said, sorted({*gold, *said}))


def majority_pct(gold: Iterable[str]) -> float:
    """Accuracy of always saying the most frequent label; NaN without items."""
    counts = Counter(gold)
    return 100 * max(counts.values()) / counts.total() if counts else math.nan


def _share(part: int, whole: int) -> float:
    """As `zero_division=0`: nothing of nothing is 0."""
    return 100 * part / whole if whole else 0.0


def _mean(values: Mapping[str, float]) -> float:
    return sum(values.values()) / len(values)


def _weighted(values: Mapping[str, float], golds: Counter[str]) -> float:
    total = sum(golds[label] for label in values)
    return sum(values[one] * golds[one] for one in values) / total if total else 0.0
