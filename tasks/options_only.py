"""A classifier that sees the options and no video: what it finds is a shortcut.

Each option is described by how its surface differs from its three rivals, by how usual
its words are, and, of topics and categories, by how often it was right elsewhere. A
logistic regression learns on four fifths of a task's items which options are right, and
chooses among the options of the rest; no text is in two fifths, where the build allows
that.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from corpus.cleaning import comparison_key
from corpus.logistic import FloatArray, fit, standardised
from corpus.surface import FEATURES, surface_of, words_of
from tasks.catalogue import LABEL_TASKS, LETTERS, Task
from tasks.items import Item
from tasks.shortcuts import MOST_PCT, wilson

IntArray = npt.NDArray[np.int64]

FOLDS = 5
# Fewer items teach nothing.
FEWEST_ITEMS = 100
_SHOWN_FEATURES = 4
_LEARNT = ("how usual its words are", "how often its label is right elsewhere")
_NAMES = (*FEATURES, *_LEARNT)
_OPTIONS = len(LETTERS)


@dataclass(frozen=True)
class OptionsOnly:
    """What the classifier found on one task.

    Attributes:
        task: On which items.
        item_count: How many.
        right_pct: Share of items whose right option it chose, in percent. Places are
            balanced, so this is the balanced accuracy; chance is 25.
        lo, hi: Wilson's 95 % interval.
        is_text_disjoint: No text is both learnt from and tested on.
        features: What it goes by, with weights per standard deviation, largest first.
    """

    task: Task
    item_count: int
    right_pct: float
    lo: float
    hi: float
    is_text_disjoint: bool
    features: tuple[tuple[str, float], ...]

    @property
    def is_flagged(self) -> bool:
        return self.lo > MOST_PCT


def options_only(items: Sequence[Item], *, seed: int = 0) -> list[OptionsOnly]:
    """Of each task with enough items."""
    by_task = [[item for item in items if item.task == task] for task in Task]
    return [_judged(part, seed) for part in by_task if len(part) >= FEWEST_ITEMS]


def folds_of(items: Sequence[Item], *, seed: int = 0) -> tuple[IntArray, bool]:
    """A fold for each item, and whether no text is in two folds.

    Items that share a text stay together, unless so many hang together that one fold
    would hold half of them. Then they are dealt out by chance, those with the same
    right text evenly: if one fold had more of them, the others would have fewer, and
    what is rare elsewhere would be right here.
    """
    parts = _components(items)
    order = Random(seed).sample(range(len(parts)), len(parts))  # noqa: S311
    fold = np.zeros(len(items), dtype=np.int64)
    if max(map(len, parts)) * 2 > len(items):
        numbers = Random(seed).sample(range(len(items)), len(items))  # noqa: S311
        numbers.sort(key=lambda i: comparison_key(items[i].options[items[i].answer]))
        fold[numbers] = np.arange(len(items)) % FOLDS
        return fold, False
    sizes = [0] * FOLDS
    for part in sorted((parts[i] for i in order), key=len, reverse=True):
        smallest = sizes.index(min(sizes))
        fold[part] = smallest
        sizes[smallest] += len(part)
    return fold, True


def _components(items: Sequence[Item]) -> list[list[int]]:
    """Numbers of the items that hang together by shared texts."""
    leader = list(range(len(items)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    first_with: dict[str, int] = {}
    for number, item in enumerate(items):
        for option in item.options:
            other = first_with.setdefault(comparison_key(option), number)
            leader[find(number)] = find(other)
    parts = defaultdict(list)
    for number in range(len(items)):
        parts[find(number)].append(number)
    return list(parts.values())


def _judged(items: Sequence[Item], seed: int) -> OptionsOnly:
    fold, is_disjoint = folds_of(items, seed=seed)
    table = _Table(items, fold)
    right = 0
    for held in range(FOLDS):
        rows, answers = table.learning(held)
        weights = fit(rows, answers)
        scores = (table.testing(held) @ weights[:-1]).reshape(-1, _OPTIONS)
        right += int((scores.argmax(axis=1) == table.answer[fold == held]).sum())
    rows, answers = table.learning(-1)
    weights = fit(standardised(rows), answers)[:-1]
    strongest = np.argsort(-np.abs(weights))[:_SHOWN_FEATURES]
    lo, hi = wilson(right, len(items))
    return OptionsOnly(
        task=items[0].task,
        item_count=len(items),
        right_pct=100 * right / len(items),
        lo=lo,
        hi=hi,
        is_text_disjoint=is_disjoint,
        features=tuple((_NAMES[i], float(weights[i])) for i in strongest),
    )


class _Table:
    """Options by features; what is learnt from other items is never of the own fold."""

    def __init__(self, items: Sequence[Item], fold: IntArray) -> None:
        self.fold = fold
        self.answer = np.array([item.answer for item in items])
        texts = [option for item in items for option in item.options]
        self._of_label = items[0].task in LABEL_TASKS
        self._keys = [comparison_key(text) for text in texts]
        self._words = [words_of(text) for text in texts]
        different = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        surface = surface_of([*different])[[different[text] for text in texts]]
        spread = surface.std(axis=0)
        self._surface = surface / np.where(spread > 0, spread, 1)
        self._counts = [self._counted(fold) for fold in range(FOLDS)]

    def learning(self, held: int) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Rows and answers of all folds but one."""
        folds = [fold for fold in range(FOLDS) if fold != held]
        rows = [self._rows(fold, {held, fold}) for fold in folds]
        answers = np.concatenate([self.answer[self.fold == fold] for fold in folds])
        is_right = answers[:, None] == np.arange(_OPTIONS)
        return np.concatenate(rows), is_right.ravel()

    def testing(self, held: int) -> FloatArray:
        return self._rows(held, {held})

    def _rows(self, fold: int, hidden: set[int]) -> FloatArray:
        """Features of the options of a fold, less the mean of their rivals.

        Args:
            fold: Whose items.
            hidden: Folds whose answers and words must not be known.
        """
        known = [self._counts[one] for one in range(FOLDS) if one not in hidden]
        rights, usual = Counter[str](), Counter[str]()
        for one_rights, one_usual in known:
            rights.update(one_rights)
            usual.update(one_usual)
        places = self._places(fold)
        learnt = [
            [
                _mean([np.log1p(usual[word]) for word in self._words[place]]),
                # Of a text with one video, it would remember whose it is.
                np.log1p(rights[self._keys[place]]) if self._of_label else 0.0,
            ]
            for place in places
        ]
        rows = np.hstack([self._surface[places], np.array(learnt)])
        groups = rows.reshape(-1, _OPTIONS, rows.shape[1])
        rivals = (groups.sum(axis=1, keepdims=True) - groups) / (_OPTIONS - 1)
        differences: FloatArray = (groups - rivals).reshape(rows.shape)
        return differences

    def _places(self, fold: int) -> IntArray:
        """Numbers of the options of a fold's items, item by item."""
        numbers = np.flatnonzero(self.fold == fold)
        places: IntArray = (numbers[:, None] * _OPTIONS + np.arange(_OPTIONS)).ravel()
        return places

    def _counted(self, fold: int) -> tuple[Counter[str], Counter[str]]:
        """How often each text is right, and each word used, in one fold."""
        numbers = np.flatnonzero(self.fold == fold)
        rights = Counter(self._keys[_OPTIONS * i + self.answer[i]] for i in numbers)
        places = self._places(fold)
        usual = Counter(word for place in places for word in self._words[place])
        return rights, usual


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
