"""Readings of agreement out of sums over comments, for many sets of comments at once.

Every reading of `agreement` follows from sums over comments, and these are sums over
videos: a draw of videos adds up its videos' sums and never looks at a comment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import FloatArray
from analysis.metrics.agreement import (
    Patterns,
    alpha_from_coincidences,
    quadratic_weights,
)

# By term, (sets, columns).
Sums = Mapping[str, FloatArray]
# By name of `AgreementFigures`, (sets,); NaN where a set has no such figure.
Readings = dict[str, FloatArray]


@dataclass(frozen=True)
class Kind:
    """What is added up over comments, and what it gives.

    Attributes:
        terms: Of each pattern, by name, (patterns, columns).
        readings: Of sums of these, weighed by how many comments look so.
    """

    terms: Callable[[Patterns], Sums]
    readings: Callable[[Sums], Readings]


def _common_terms(data: Patterns) -> dict[str, FloatArray]:
    """What verdicts and scores share; "answered" counts single answers too."""
    counts = data.counts
    values = counts.shape[1]
    others = counts[:, np.newaxis, :] - np.eye(values)
    weight = 1 / np.maximum(counts.sum(axis=1) - 1, 1)
    together = counts[:, :, np.newaxis] * others * weight[:, np.newaxis, np.newaxis]
    return {
        "comments": _column(data.comparable),
        "answered": np.ones((len(counts), 1)),
        "exact": _column(data.agreement(np.eye(values))),
        "shares": data.shares,
        "coincidences": together.reshape(len(counts), values * values),
    }


def _verdict_terms(data: Patterns) -> Sums:
    most = data.counts.max(axis=1)
    is_unanimous = data.comparable * (most == data.counts.sum(axis=1))
    return {
        **_common_terms(data),
        "agreeing": _column(data.agreeing(np.eye(data.counts.shape[1]))),
        "pairs": _column(data.pairs),
        "unanimous": _column(is_unanimous),
        "majority": _column(data.comparable * data.shares.max(axis=1)),
    }


def _score_terms(data: Patterns) -> Sums:
    values = np.arange(data.counts.shape[1])
    near = (np.abs(values[:, np.newaxis] - values) <= 1).astype(np.float64)
    return {
        **_common_terms(data),
        "near": _column(data.agreement(near)),
        "quadratic": _column(data.agreement(quadratic_weights(len(values)))),
    }


def _verdict_readings(sums: Sums) -> Readings:
    category = _category_shares(sums)
    agree = _mean(sums, "exact")
    return {
        "pairwise_pct": 100 * agree,
        "pairwise_pooled_pct": 100
        * _ratio(sums["agreeing"][:, 0], sums["pairs"][:, 0]),
        "unanimous_pct": 100 * _mean(sums, "unanimous"),
        "majority_share_pct": 100 * _mean(sums, "majority"),
        "alpha_nominal_verdict": alpha_from_coincidences(_square(sums), "nominal"),
        "fleiss_kappa_verdict": _beyond(agree, (category**2).sum(axis=1)),
        "ac1_verdict": _gwet(agree, category, np.eye(category.shape[1])),
    }


def _score_readings(sums: Sums) -> Readings:
    square, category = _square(sums), _category_shares(sums)
    return {
        "alpha_ordinal_score": alpha_from_coincidences(square, "ordinal"),
        "alpha_interval_score": alpha_from_coincidences(square, "interval"),
        "ac2_quadratic_score": _gwet(
            _mean(sums, "quadratic"), category, quadratic_weights(category.shape[1])
        ),
        "score_exact_pct": 100 * _mean(sums, "exact"),
        "score_within1_pct": 100 * _mean(sums, "near"),
    }


VERDICTS = Kind(_verdict_terms, _verdict_readings)
SCORES = Kind(_score_terms, _score_readings)


def _column(values: FloatArray) -> FloatArray:
    return values[:, np.newaxis]


def _mean(sums: Sums, term: str) -> FloatArray:
    """(sets,) mean over the comments of each set that have two answers."""
    return _ratio(sums[term], sums["comments"])[:, 0]


def _category_shares(sums: Sums) -> FloatArray:
    """(sets, values) mean over all comments of each set that have an answer."""
    return _ratio(sums["shares"], sums["answered"])


def _square(sums: Sums) -> FloatArray:
    values = sums["shares"].shape[1]
    return sums["coincidences"].reshape(-1, values, values)


def _gwet(agree: FloatArray, category: FloatArray, weights: FloatArray) -> FloatArray:
    """AC1 or AC2, as `agreement.gwet_ac`."""
    q = len(weights)
    spread = (category * (1 - category)).sum(axis=1)
    return _beyond(agree, weights.sum() / (q * (q - 1)) * spread)


def _beyond(agree: FloatArray, chance: FloatArray) -> FloatArray:
    """Agreement beyond chance; NaN where chance alone agrees fully."""
    return _ratio(agree - chance, 1 - chance)


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    quotient = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
