"""The alternative annotator test: may a judge stand in for a person?

Calderon, Reichart and Dror, ACL 2025, long.782. Each annotator is left out in turn, and
it is asked who agrees better with the others: that annotator or the judge.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, FloatArray
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

FEWEST_ITEMS = 30  # of an annotator, for the t-test
FEWEST_ANNOTATORS = 3
FEWEST_COMPARED = 50  # in all, of the 50 to 100 that the paper asks for
_OTHERS = 2  # annotators of an item: one to leave out, one to agree with
_FALSE_DISCOVERIES = 0.05
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class AltTest:
    """What came of it.

    Attributes:
        winning_rate: Share of annotators whom the judge beats or equals but for
            epsilon; 0.5 or more passes.
        advantage: Mean probability that the judge agrees at least as well as they do.
        annotators: How many had enough items.
        items: How many comments were compared.
    """

    winning_rate: float
    advantage: float
    annotators: int
    items: int


def alt_test(
    people: FloatArray, judge: FloatArray, *, epsilon: float, by_distance: bool = False
) -> AltTest:
    """Compare the judge with each annotator on the items of that annotator.

    Args:
        people: (items, annotators) answers as numbers; NaN where there is none.
        judge: (items,) the judge's; NaN where there is none.
        epsilon: What the lower cost of a judge is worth: 0.1 for crowds, 0.15 for
            skilled annotators, 0.2 for experts.
        by_distance: Agreement is the negative root mean squared distance from the
            others' answers instead of the share of equal ones.
    """
    given = ~np.isnan(people)
    kept = (given.sum(axis=1) >= _OTHERS) & ~np.isnan(judge)
    people, given, judge = people[kept], given[kept], judge[kept]
    p, advantages = [], []
    for annotator in range(people.shape[1]):
        rows = given[:, annotator]
        if rows.sum() < FEWEST_ITEMS:
            continue
        others = given[rows].copy()
        others[:, annotator] = False
        answers = people[rows]
        own = _agreement(
            answers[:, annotator], answers, others, by_distance=by_distance
        )
        its = _agreement(judge[rows], answers, others, by_distance=by_distance)
        judge_wins = its >= own - _TOLERANCE
        person_wins = own >= its - _TOLERANCE
        advantages.append(float(judge_wins.mean()))
        p.append(_below(person_wins.astype(float) - judge_wins, epsilon))
    if len(p) < FEWEST_ANNOTATORS or len(people) < FEWEST_COMPARED:
        why = Undefined(
            _(
                "needs %(compared)s comments with two verdicts, and %(annotators)s "
                "annotators with %(items)s of them each",
                compared=FEWEST_COMPARED,
                annotators=FEWEST_ANNOTATORS,
                items=FEWEST_ITEMS,
            )
        )
        return AltTest(why, why, len(p), len(people))
    rejected = _benjamini_yekutieli(np.array(p))
    return AltTest(
        winning_rate=rejected / len(p),
        advantage=float(np.mean(advantages)),
        annotators=len(p),
        items=len(people),
    )


def _agreement(
    answer: FloatArray, answers: FloatArray, others: BoolArray, *, by_distance: bool
) -> FloatArray:
    """(items,) how well an answer agrees with the others'."""
    count = others.sum(axis=1)
    if by_distance:
        squares = np.where(others, (answer[:, np.newaxis] - answers) ** 2, 0.0)
        return np.asarray(-np.sqrt(squares.sum(axis=1) / count))
    equal = others & (answer[:, np.newaxis] == answers)
    return np.asarray(equal.sum(axis=1) / count)


def _below(differences: FloatArray, epsilon: float) -> float:
    """One-sided p of Student's t-test that the mean is less than epsilon."""
    count = len(differences)
    error = differences.std(ddof=1) / np.sqrt(count)
    if error == 0:
        return 0.0 if differences.mean() < epsilon else 1.0
    return float(special.stdtr(count - 1, (differences.mean() - epsilon) / error))


def _benjamini_yekutieli(p: FloatArray) -> int:
    """How many are rejected (2001, Annals of Statistics 29, 1165-1188)."""
    place = np.arange(1, len(p) + 1)
    limits = place / len(p) * _FALSE_DISCOVERIES / (1 / place).sum()
    below = np.flatnonzero(np.sort(p) <= limits)
    return int(below[-1]) + 1 if len(below) else 0
