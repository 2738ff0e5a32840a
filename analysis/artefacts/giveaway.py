"""How well the surface of texts alone tells people from models (pure).

A logistic regression (`corpus.logistic`) judged by cross-validation in which no video
is in both parts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.logistic import BoolArray, FloatArray, fit, standardised
from corpus.surface import FEATURES

IntArray = npt.NDArray[np.int64]

_FOLDS = 5
_FEWEST_OF_A_KIND = 10
_SHOWN_FEATURES = 6


@dataclass(frozen=True)
class Giveaway:
    """How far surface features give origins away.

    Attributes:
        balanced_accuracy: Mean of the shares of human and of AI comments that are told
            right; 0.5 is chance.
        area: Under the ROC curve: how often a human comment ranks above an AI one.
        noise: Two standard errors of the area where there is nothing to learn.
        features: What the classifier goes by: feature and weight, largest first; a
            weight over 0 speaks for people. Per standard deviation of the feature.
    """

    balanced_accuracy: float
    area: float
    noise: float
    features: tuple[tuple[str, float], ...]


def giveaway(
    table: FloatArray, is_human: BoolArray, groups: IntArray, *, seed: int = 0
) -> Giveaway | None:
    """Cross-validate; None where there are too few comments or videos of either kind.

    Args:
        table: Comments by features (`corpus.surface`).
        is_human: Of each comment.
        groups: Number of each comment's video.
        seed: Of the assignment of videos to folds.
    """
    people = int(is_human.sum())
    models = len(is_human) - people
    if min(people, models) < _FEWEST_OF_A_KIND or len(np.unique(groups)) < _FOLDS:
        return None
    standard = standardised(table)
    scores = _held_out_scores(standard, is_human, groups, seed)
    right = (scores > 0) == is_human
    weights = fit(standard, is_human)[:-1]
    order = np.argsort(-np.abs(weights))[:_SHOWN_FEATURES]
    names = [*FEATURES]
    return Giveaway(
        balanced_accuracy=float((right[is_human].mean() + right[~is_human].mean()) / 2),
        area=_area(scores, is_human),
        noise=float(2 * np.sqrt((people + models + 1) / (12 * people * models))),
        features=tuple((names[i], float(weights[i])) for i in order),
    )


def _held_out_scores(
    table: FloatArray, is_human: BoolArray, groups: IntArray, seed: int
) -> FloatArray:
    """Log-odds of each comment, by the classifier that never saw its video."""
    videos, place = np.unique(groups, return_inverse=True)
    folds = np.random.default_rng(seed).permutation(len(videos)) % _FOLDS
    fold_of = folds[place]
    scores = np.zeros(len(table))
    for fold in range(_FOLDS):
        held = fold_of == fold
        weights = fit(table[~held], is_human[~held])
        scores[held] = table[held] @ weights[:-1] + weights[-1]
    return scores


def _area(scores: FloatArray, is_human: BoolArray) -> float:
    """Area under the ROC curve, from ranks (Mann-Whitney); ties count half."""
    from scipy.stats import rankdata  # slow to load, and the web starts without

    ranks = rankdata(scores)
    people = int(is_human.sum())
    models = len(is_human) - people
    above = ranks[is_human].sum() - people * (people + 1) / 2
    return float(above / (people * models))
