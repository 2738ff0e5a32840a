"""Where answers vary: variances of annotators, videos and comments, by moments."""

import math
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray, Judgments
from analysis.metrics.intervals import FEW_ANNOTATORS, FEW_VIDEOS, FEWEST
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

COMPONENTS = ("annotator", "video", "comment", "batch", "rest")
NO_PAIRS = _("no two answers to tell it from")


@dataclass(frozen=True)
class Component:
    """How much answers vary for one reason, about the mean of their source.

    Attributes:
        name: One of `COMPONENTS`; "batch" is one annotator's mood in one batch, "rest"
            what none of the others explains.
        sd: Standard deviation, in the unit of the answer; 0 where the estimate of the
            variance is below 0.
        share_pct: Of all variance about the sources' means.
    """

    name: str
    sd: float
    share_pct: float


def variance_components(judgments: Judgments, value: IntArray) -> tuple[Component, ...]:
    """A crossed mixed model of annotators, videos and comments, fitted by moments.

    Unit of analysis: the answer, less its source's mean, taken as a sum of independent
    effects of its annotator, video, comment and batch, and a rest. The product of two
    answers that share one of them estimates the variance of what they share; all pairs
    are used, through sums by cluster (Gao and Owen 2017, Electronic Journal of
    Statistics 11, 1235-1296). statsmodels' crossed models give the same within their
    errors, but need half a minute for 1,000 verdicts.

    Args:
        judgments: The data.
        value: (rows,) 0 or 1 for verdicts, scores; -1 missing.
    """
    rows = np.flatnonzero(value >= 0)
    codes = {
        "annotator": judgments.annotator[rows],
        "video": judgments.video[rows],
        "comment": judgments.comment[rows],
        "batch": judgments.assignment[rows],
    }
    for name, why in (("annotator", FEW_ANNOTATORS), ("video", FEW_VIDEOS)):
        if len(np.unique(codes[name])) < FEWEST:
            return tuple(Component(one, *[Undefined(why)] * 2) for one in COMPONENTS)
    source = judgments.source[rows]
    given = value[rows].astype(np.float64)
    total = np.bincount(source, given)
    residual = given - (total / np.maximum(np.bincount(source), 1))[source]
    sums = {name: _pairs(code, residual) for name, code in codes.items()}
    annotator = _mean(_less(sums["annotator"], sums["batch"]))
    video = _mean(_less(_less(sums["video"], sums["comment"]), sums["batch"]))
    comment = _mean(sums["comment"]) - video
    batch = _mean(sums["batch"]) - annotator - video
    whole = float((residual**2).mean())
    known = (annotator, video, comment, batch)
    rest = whole - sum(max(one, 0.0) for one in known if not math.isnan(one))
    return tuple(
        _component(name, variance, whole)
        for name, variance in zip(COMPONENTS, (*known, rest), strict=True)
    )


def _pairs(code: IntArray, residual: FloatArray) -> tuple[float, int]:
    """Sum of the products of all pairs within a cluster, and how many pairs."""
    counts = np.bincount(code)
    sums, squares = np.bincount(code, residual), np.bincount(code, residual**2)
    pairs = int((counts.astype(np.int64) * (counts - 1) // 2).sum())
    return float((sums**2 - squares).sum() / 2), pairs


def _less(all_: tuple[float, int], some: tuple[float, int]) -> tuple[float, int]:
    """Without the pairs that share more."""
    return all_[0] - some[0], all_[1] - some[1]


def _mean(pairs: tuple[float, int]) -> float:
    return pairs[0] / pairs[1] if pairs[1] > 0 else math.nan


def _component(name: str, variance: float, whole: float) -> Component:
    if math.isnan(variance) or whole == 0:
        return Component(name, *[Undefined(NO_PAIRS)] * 2)
    held = max(variance, 0.0)
    return Component(name, math.sqrt(held), 100 * held / whole)
