"""How few annotators, videos or judgments a difference of two sources hangs on."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.clusters import Answers
from analysis.metrics.undefined import Figures, figures, ratio
from pages.phrases import phrase as _

# Influence is ranked anew from where the order turned, as long as that helps.
_ROUNDS = 4
_NONE = 1 << 53  # more than there can be, and exact as a float
LEVEL = _("both sources have the same rate")
SILENT = _("a source has no verdicts")
NOT_FOUND = _("no removal was found that reverses the order")


@dataclass(frozen=True)
class Influence:
    """One entry a pair of sources: how many must go until the order is reversed.

    Attributes:
        first, second: (pairs,) indices of the sources, first < second.
        annotators, videos: So many, with all their judgments; at most.
        judgments: So many verdicts; exactly the fewest.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    annotators: Figures
    videos: Figures
    judgments: Figures


def reversals(data: Answers) -> Influence:
    """The smallest removals found that reverse each pair's Judged-as-Human rates.

    Reversed means strictly: the source that was behind is ahead in what is left, and
    both still have verdicts. After Broderick, Giordano and Meager (2020,
    arXiv:2011.14999), with every removal recomputed.

    What is guaranteed: for judgments, the number is the minimum (removing a verdict
    Human of the source ahead, or another verdict of the one behind, is all that can
    help, and every split of such removals is tried). For annotators and videos it is an
    upper bound: removing the so many most influential ones does reverse the order, as
    whole-number counts of what is left show, but a smaller set that nobody looked at
    may exist.

    Args:
        data: Verdicts as 0 and 1.
    """
    pairs = list(combinations(range(data.sources), 2))
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    by_annotator = _counts(data, data.annotator, data.sizes[0])
    by_video = _counts(data, data.video, data.sizes[1])
    given, human = (table.sum(axis=0) for table in by_annotator)
    rates = ratio(human, given)
    silent = np.isnan(rates[first]) | np.isnan(rates[second])
    level = rates[first] == rates[second]
    found = np.full((3, len(pairs)), _NONE, dtype=np.int64)
    for place in np.flatnonzero(~silent & ~level):
        one, other = int(first[place]), int(second[place])
        ahead, behind = (one, other) if rates[one] > rates[other] else (other, one)
        for kind, (counts, called) in enumerate((by_annotator, by_video)):
            found[kind, place] = _fewest_units(
                counts[:, [ahead, behind]], called[:, [ahead, behind]]
            )
        found[2, place] = _fewest_verdicts(
            int(human[ahead]), int(given[ahead]), int(human[behind]), int(given[behind])
        )
    told = [
        figures(row, (silent, SILENT), (level, LEVEL), (row == _NONE, NOT_FOUND))
        for row in found.astype(float)
    ]
    return Influence(tuple(first.tolist()), tuple(second.tolist()), *told)


def _counts(data: Answers, unit: IntArray, units: int) -> tuple[IntArray, IntArray]:
    """(units, sources) verdicts, and verdicts Human."""
    cells = unit.astype(np.int64) * data.sources + data.source
    shape = (units, data.sources)
    given = np.bincount(cells, minlength=units * data.sources)
    human = np.bincount(cells[data.value == 1], minlength=units * data.sources)
    return given.reshape(shape), human.reshape(shape)


def _fewest_units(given: IntArray, human: IntArray) -> int:
    """How many of the most influential units reverse the order.

    Args:
        given: (units, 2) verdicts on the source ahead and on the one behind.
        human: (units, 2) the verdicts Human among them.
    """
    totals = given.sum(axis=0), human.sum(axis=0)
    left = totals
    fewest = _NONE
    for _round in range(_ROUNDS):
        order = np.argsort(-_gains(given, human, *left), kind="stable")
        kept_given = totals[0] - given[order].cumsum(axis=0)
        kept_human = totals[1] - human[order].cumsum(axis=0)
        turned = np.flatnonzero(_is_reversed(kept_given, kept_human))
        if not len(turned) or turned[0] + 1 >= fewest:
            break
        fewest = int(turned[0]) + 1
        left = kept_given[turned[0]], kept_human[turned[0]]
    return fewest


def _gains(
    given: IntArray, human: IntArray, all_given: IntArray, all_human: IntArray
) -> FloatArray:
    """(units,) how much each removal narrows the difference, to first order."""
    towards = (human - given * (all_human / all_given)) / all_given
    return towards[:, 0] - towards[:, 1]


def _is_reversed(given: IntArray, human: IntArray) -> BoolArray:
    """Whether the second source is ahead; in whole numbers, so without rounding."""
    ahead = human[:, 1] * given[:, 0] > human[:, 0] * given[:, 1]
    both: BoolArray = ahead & (given > 0).all(axis=1)
    return both


def _fewest_verdicts(
    human_ahead: int, given_ahead: int, human_behind: int, given_behind: int
) -> int:
    """The fewest verdicts whose removal reverses the order.

    With a verdicts Human of the source ahead gone, b others of the one behind must go,
    for the least b with human_behind (given_ahead - a) >
    (human_ahead - a) (given_behind - b).
    """
    if human_behind == 0 or human_ahead == given_ahead:
        return _NONE  # one stays at 0 %, or the other at 100 %, whatever goes
    gone = np.arange(human_ahead + 1, dtype=np.int64)
    rest = human_ahead - gone
    excess = given_behind * rest - human_behind * (given_ahead - gone)
    also = np.where(excess >= 0, excess // np.maximum(rest, 1) + 1, 0)
    possible = also <= given_behind - human_behind
    return int((gone + also)[possible].min()) if possible.any() else _NONE
