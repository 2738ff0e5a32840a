"""Bradley and Terry's strengths of comments from scores given in one batch."""

from typing import Final

import numpy as np
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray, Judgments

_SD: Final = 1.5
_MOST_STEPS: Final = 50
_TOLERANCE: Final = 1e-8


def strengths(judgments: Judgments) -> FloatArray:
    """(comments,) log-odds that a comment beats the average one under its video.

    Unit of analysis: the pair of comments that one annotator scored in one batch, so
    that nobody's leniency matters; equal scores are half a win each (Bradley and Terry
    1952, Biometrika 39). Each video's strengths are penalised (normal, SD 1.5) and sum
    to zero. NaN without a score.
    """
    found = np.full(len(judgments.comments), np.nan)
    scored = np.flatnonzero(judgments.score >= 0)
    order = scored[np.argsort(judgments.video[scored], kind="stable")]
    cuts = np.flatnonzero(np.diff(judgments.video[order])) + 1
    for rows in np.split(order, cuts):
        if not len(rows):
            continue
        present, place = np.unique(judgments.comment[rows], return_inverse=True)
        wins = _wins(judgments, rows, place, len(present))
        found[present] = _strengths(wins)
    return found


def _wins(
    judgments: Judgments, rows: IntArray, place: IntArray, size: int
) -> FloatArray:
    """(comments, comments) how often the first was scored above the second."""
    wins = np.zeros((size, size))
    for person in np.unique(judgments.annotator[rows]):
        own = judgments.annotator[rows] == person
        score = judgments.score[rows[own]].astype(np.float64)
        better = 0.5 * (1 + np.sign(score[:, None] - score[None, :]))
        np.fill_diagonal(better, 0)
        wins[np.ix_(place[own], place[own])] += better
    return wins


def _strengths(wins: FloatArray) -> FloatArray:
    """Newton's method on the penalised log-likelihood, which is concave."""
    games = wins + wins.T
    found = np.zeros(len(wins))
    for _step in range(_MOST_STEPS):
        chance = special.expit(found[:, None] - found[None, :])
        slope = (wins - games * chance).sum(axis=1) - found / _SD**2
        weight = games * chance * (1 - chance)
        curve = np.diag(weight.sum(axis=1) + _SD**-2) - weight
        step = np.linalg.solve(curve, slope)
        found = found + step
        if np.abs(step).max(initial=0) < _TOLERANCE:
            break
    return np.asarray(found - found.mean())
