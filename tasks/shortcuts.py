"""Rules that never see the video, and how often each finds the right option.

Each rule sees the item and, where it learns, all other items of its task. A tie counts
as a draw: one over the number of options that the rule cannot tell apart.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from corpus.cleaning import comparison_key
from corpus.surface import script_of
from tasks.catalogue import LABEL_TASKS, LETTERS, Task
from tasks.items import Item

# A build with a rule that is surely above this is shown in red.
MOST_PCT = 30.0
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Shortcut:
    """How often one rule is right on one task's items.

    Attributes:
        rule: What it does.
        task: On which items.
        item_count: How many.
        right_pct: Expected share of right choices in percent; NaN without items.
        lo, hi: Wilson's 95 % interval, items taken as independent.
    """

    rule: str
    task: Task
    item_count: int
    right_pct: float
    lo: float
    hi: float

    @property
    def is_flagged(self) -> bool:
        """Whether the rule surely finds more than it may."""
        return self.lo > MOST_PCT


# The values that a rule gives to an item's options: the highest is chosen.
_Scores = list[float]


def shortcut_table(items: Sequence[Item]) -> list[Shortcut]:
    """Every rule on every task that has items."""
    return [
        _measured(rule, task, [item for item in items if item.task == task])
        for rule in _RULES
        for task in Task
        if any(item.task == task for item in items)
        and (rule != _OFFERED or task in LABEL_TASKS)
    ]


def alone_in_script_pct(items: Sequence[Item]) -> float:
    """Share of items whose right option alone is in its script; NaN without items."""
    if not items:
        return math.nan
    alone = sum(_script_scores(item)[item.answer] > 0 for item in items)
    return 100 * alone / len(items)


def wilson(right: float, count: int) -> tuple[float, float]:
    """Wilson's score interval in percent (1927, JASA 22, 209-212); NaN without data."""
    if not count:
        return math.nan, math.nan
    share = right / count
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    reach = _Z / (1 + _Z**2 / count) * spread
    return 100 * (middle - reach), 100 * (middle + reach)


def _measured(rule: str, task: Task, items: Sequence[Item]) -> Shortcut:
    scored = zip(items, _RULES[rule](items), strict=True)
    right = sum(_expected(scores, item.answer) for item, scores in scored)
    lo, hi = wilson(right, len(items))
    return Shortcut(rule, task, len(items), 100 * right / len(items), lo, hi)


def _expected(scores: _Scores, answer: int) -> float:
    """How likely the rule is to be right, drawing among its highest options."""
    highest = max(scores)
    return (scores[answer] == highest) / scores.count(highest)


def _longest(items: Sequence[Item]) -> Iterator[_Scores]:
    for item in items:
        yield [float(len(option)) for option in item.options]


def _shortest(items: Sequence[Item]) -> Iterator[_Scores]:
    for scores in _longest(items):
        yield [-score for score in scores]


def _middling(items: Sequence[Item]) -> Iterator[_Scores]:
    """The option whose length is nearest to the mean of the three others."""
    for item in items:
        sizes = [math.log1p(len(option)) for option in item.options]
        rest = len(sizes) - 1
        yield [-abs(size - (sum(sizes) - size) / rest) for size in sizes]


def _often_right(items: Sequence[Item]) -> Iterator[_Scores]:
    right = Counter(comparison_key(item.options[item.answer]) for item in items)
    for item in items:
        keys = [comparison_key(option) for option in item.options]
        own = keys[item.answer]
        yield [float(right[key] - (key == own)) for key in keys]


def _right_when_offered(items: Sequence[Item]) -> Iterator[_Scores]:
    right: Counter[str] = Counter()
    offered: Counter[str] = Counter()
    for item in items:
        keys = [comparison_key(option) for option in item.options]
        right[keys[item.answer]] += 1
        offered.update(keys)
    for item in items:
        keys = [comparison_key(option) for option in item.options]
        own = keys[item.answer]
        yield [
            # The rule does not know this item, neither its answer nor its options.
            (right[key] - (key == own)) / (offered[key] - 1)
            if offered[key] > 1
            else 1 / len(LETTERS)
            for key in keys
        ]


def _script_scores(item: Item) -> _Scores:
    """1 for an option that is alone in its script."""
    scripts = [script_of(option) for option in item.options]
    return [float(scripts.count(script) == 1) for script in scripts]


def _alone_in_script(items: Sequence[Item]) -> Iterator[_Scores]:
    yield from map(_script_scores, items)


_OFFERED = "most often right when offered"
_RULES: dict[str, Callable[[Sequence[Item]], Iterator[_Scores]]] = {
    "longest option": _longest,
    "shortest option": _shortest,
    "middling length": _middling,
    "most often right elsewhere": _often_right,
    _OFFERED: _right_when_offered,
    "alone in its script": _alone_in_script,
}
RULES = tuple(_RULES)
