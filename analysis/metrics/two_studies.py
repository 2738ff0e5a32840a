"""Differences of sources between two studies, paired by the videos that both share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.clusters import Answers, Covariance, cell_sums, cluster_covariance
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
    degrees_of_freedom,
)
from analysis.metrics.ranking import holm
from analysis.metrics.undefined import Figures, Reason, figures, ratio

Pair = tuple[int, int]


@dataclass(frozen=True)
class Side:
    """One kind of answer in one study.

    Attributes:
        covariance: Of the sources' means.
        by_video: (videos, sources) residuals about each source's mean, as shares of its
            answers, added up within videos.
        nothing: Why a source has no mean.
        unit: What a mean of 1 is shown as; 100 for percent.
    """

    covariance: Covariance
    by_video: FloatArray
    nothing: str
    unit: float


def side(data: Answers, nothing: str, unit: float) -> Side:
    """What a study contributes."""
    counts, sums = cell_sums(data.video, 0, data.sizes[1], data, slice(None))
    covariance = cluster_covariance(data)
    centre = np.nan_to_num(covariance.mean)
    total = np.maximum(counts.sum(axis=0), 1)
    return Side(covariance, (sums - centre * counts) / total, nothing, unit)


@dataclass(frozen=True)
class Differences:
    """The first study's mean minus the second's, by pair, as shares or score points."""

    diff: Figures
    se: Figures
    lo: Figures
    hi: Figures
    p: Figures
    p_holm: Figures


def differences(
    one: Side,
    other: Side,
    pairs: Sequence[Pair],
    shared: Sequence[Pair],
    *,
    references: Pair | None = None,
) -> Differences:
    """Difference of the means of each pair of sources, one of either study.

    Unit of analysis: the judgment, clustered by annotator and by video. The variance is
    the sum of both studies' two-way variances, each with its own factors G/(G-1) as in
    its report, less twice the covariance through the videos that both share; annotators
    are taken for different people. Interval and two-sided p from t with the smallest
    number of annotators or videos of either study, less one. Where shared videos leave
    no variance, they are taken for different ones.

    Args:
        one: The first study.
        other: The second.
        pairs: (source of one, source of other), as indices.
        shared: (video of one, video of other) that are the same video.
        references: Sources whose means are subtracted first: human comments, so that
            annotators who are more lenient in one study do not count as progress.
    """
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    here, there = np.array(shared, dtype=np.intp).reshape(-1, 2).T
    bases = (
        (None, None)
        if references is None
        else tuple(np.full(len(first), reference) for reference in references)
    )
    mean = _contrast(one.covariance.mean[np.newaxis], first, bases[0])[0]
    mean = mean - _contrast(other.covariance.mean[np.newaxis], second, bases[1])[0]
    apart = one.covariance.two_way(first, bases[0], corrected=True)
    apart = apart + other.covariance.two_way(second, bases[1], corrected=True)
    joint = _contrast(one.by_video, first, bases[0])[here]
    joint = joint * _contrast(other.by_video, second, bases[1])[there]
    factor = np.sqrt(_factor(one.covariance) * _factor(other.covariance))
    paired = apart - 2 * factor * joint.sum(axis=0)
    error = np.sqrt(np.where(paired > 0, paired, apart))
    freedom = max(min(degrees_of_freedom(s.covariance) for s in (one, other)), 1)
    reach = float(special.stdtrit(freedom, TWO_SIDED_95)) * error
    p = 2 * special.stdtr(freedom, -np.abs(ratio(mean, error)))
    fewest = [
        np.minimum(counts[0][first], counts[1][second])
        for counts in (
            (one.covariance.annotators, other.covariance.annotators),
            (one.covariance.videos, other.covariance.videos),
        )
    ]
    unknown: list[Reason] = [
        (np.isnan(mean), one.nothing),
        (fewest[0] < FEWEST, FEW_ANNOTATORS),
        (fewest[1] < FEWEST, FEW_VIDEOS),
        (error == 0, NO_VARIATION),
    ]
    for where, _why in unknown:
        p[where] = np.nan
    return Differences(
        diff=figures(one.unit * mean, unknown[0]),
        se=figures(one.unit * error, *unknown),
        lo=figures(one.unit * (mean - reach), *unknown),
        hi=figures(one.unit * (mean + reach), *unknown),
        p=figures(p, *unknown),
        p_holm=figures(holm(p), *unknown),
    )


def _contrast(columns: FloatArray, of: IntArray, less: IntArray | None) -> FloatArray:
    chosen: FloatArray = columns[:, of]
    return chosen if less is None else chosen - columns[:, less]


def _factor(covariance: Covariance) -> float:
    videos = covariance.clusters[1]
    return videos / (videos - 1) if videos > 1 else 1.0
