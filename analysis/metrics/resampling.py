"""Intervals of agreement: resampling videos, whose coincidences add up."""

from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.agreement import (
    COMPARABLE,
    NO_PAIRS,
    Level,
    alpha_from_coincidences,
)
from analysis.metrics.clusters import inner_products
from analysis.metrics.intervals import FEW_VIDEOS, FEWEST, TWO_SIDED_95
from analysis.metrics.ranking import draws
from analysis.metrics.undefined import Undefined

_VIDEOS_A_BLOCK = 2048


@dataclass(frozen=True)
class Bounds:
    """A 95 % percentile interval."""

    lo: float
    hi: float


def alpha_interval(
    value_counts: IntArray,
    comment_video: IntArray,
    level: Level,
    replicates: int,
    rng: np.random.Generator,
) -> Bounds:
    """Percentile interval of Krippendorff's alpha, resampling videos.

    Unit of analysis: the comment with two answers; videos are drawn with replacement
    and bring their coincidence matrices. Draws in which only one value occurs have no
    alpha and are left out.

    Args:
        value_counts: (comments, values) how many annotators gave each value.
        comment_video: (comments,) the video of each comment, sorted.
        level: Distance between values.
        replicates: How many draws; 0 leaves the interval undefined.
        rng: Where the draws come from.
    """
    matrices = video_coincidences(value_counts, comment_video)
    videos = np.flatnonzero(matrices.any(axis=1))
    if replicates == 0 or len(videos) < FEWEST:
        many = "no bootstrap replicates were asked for"
        why = (
            NO_PAIRS
            if not len(videos)
            else FEW_VIDEOS
            if len(videos) < FEWEST
            else many
        )
        return Bounds(Undefined(why), Undefined(why))
    drawn = draws(rng, len(matrices), videos, replicates)
    summed = np.zeros((replicates, matrices.shape[1]))
    for start in range(0, len(matrices), _VIDEOS_A_BLOCK):
        piece = slice(start, start + _VIDEOS_A_BLOCK)
        weights = drawn[piece].astype(np.float64)
        summed += inner_products(matrices[piece], weights).T
    values = value_counts.shape[1]
    alphas = alpha_from_coincidences(summed.reshape(-1, values, values), level)
    alphas = alphas[~np.isnan(alphas)]
    if not len(alphas):
        why = "only one answer occurs"
        return Bounds(Undefined(why), Undefined(why))
    lo, hi = np.quantile(alphas, [1 - TWO_SIDED_95, TWO_SIDED_95])
    return Bounds(float(lo), float(hi))


def video_coincidences(value_counts: IntArray, comment_video: IntArray) -> FloatArray:
    """(videos, values x values) coincidence matrix of each video."""
    answers = value_counts.sum(axis=1)
    kept = answers >= COMPARABLE
    counts = value_counts[kept]
    weight = 1 / (answers[kept] - 1)
    video = comment_video[kept]
    videos = int(comment_video.max(initial=-1)) + 1
    values = counts.shape[1]
    sums = np.empty((videos, values, values))
    for one in range(values):
        for other in range(values):
            pairs = counts[:, one] * (counts[:, other] - (one == other))
            sums[:, one, other] = np.bincount(video, weight * pairs, videos)
    return sums.reshape(videos, values * values)
