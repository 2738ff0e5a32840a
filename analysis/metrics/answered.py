"""Accuracies over answered items and their differences, clustered by video.

Unit of inference: the video, of which there are up to seven items. Every figure is a
mean of means, linear in the items; its error is the root of the squared sums of the
items' influences by video (the sandwich of a regression on one dummy a group, Liang and
Zeger 1986, Biometrika 73, 13-22), times G / (G - 1) with G videos.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
)
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

NO_ITEMS = _("no items")
AT_THE_EDGE = _("no interval at 0 or 100 %")
_NOTHING = 1e-12


@dataclass(frozen=True)
class Rate:
    """A share of items in percent, with its error and 95 % interval.

    Attributes:
        items, videos: How many it is over.
    """

    pct: float
    se: float
    lo: float
    hi: float
    items: int
    videos: int


@dataclass(frozen=True)
class Gap:
    """A difference of two shares in points, paired by item; p of no difference."""

    points: float
    se: float
    lo: float
    hi: float
    p: float
    items: int
    videos: int


def mean_of_means(value: FloatArray, group: IntArray) -> tuple[float, FloatArray]:
    """The mean of the groups' means, each group counting alike, and each row's part.

    Args:
        value: (rows,) of each item.
        group: (rows,) its group, from 0; groups without rows do not count.

    Returns:
        The estimate, and (rows,) influences: what each row moves it by.
    """
    counts = np.bincount(group)
    present = np.flatnonzero(counts)
    sums = np.bincount(group, value)
    means = sums / np.maximum(counts, 1)
    influence = (value - means[group]) / (counts[group] * len(present))
    return float(means[present].mean()), influence


def clustered_error(influence: FloatArray, cluster: IntArray) -> tuple[float, int]:
    """The standard error of an estimate, and the number of clusters."""
    sums = np.bincount(cluster, influence)
    clusters = int(np.count_nonzero(np.bincount(cluster)))
    if clusters < FEWEST:
        return math.nan, clusters
    square = float(np.dot(sums, sums)) * clusters / (clusters - 1)
    return math.sqrt(square), clusters


def rate(value: FloatArray, group: IntArray, video: IntArray) -> Rate:
    """The mean of the groups' accuracies with its interval.

    Interval: logit(p) -+ t(0.975, G - 1) x se / (p (1 - p)) and back, as that of
    Judged-as-Human; without one at 0 and 100 %.

    Args:
        value: (items,) 0 to 1: right, wrong, or the mean over rotations.
        group: (items,) groups that count alike: the tasks, or all 0 for pooled items.
        video: (items,) the video of each.
    """
    if not len(value):
        none = Undefined(NO_ITEMS)
        return Rate(none, none, none, none, 0, 0)
    share, influence = mean_of_means(value, group)
    error, videos = clustered_error(influence, video)
    why = _why_no_interval(error, videos)
    if not why and not _NOTHING < share < 1 - _NOTHING:
        why = AT_THE_EDGE
    lo, hi = (Undefined(why), Undefined(why)) if why else _logit(share, error, videos)
    se = Undefined(FEW_VIDEOS) if math.isnan(error) else 100 * error
    return Rate(100 * share, se, lo, hi, len(value), videos)


def two_way_rate(
    value: FloatArray, group: IntArray, person: IntArray, video: IntArray
) -> Rate:
    """The same for answers of several people, clustered by person and by video.

    V_person + V_video - V_both, each times G / (G - 1) (Cameron, Gelbach and Miller
    2011, Journal of Business & Economic Statistics 29, 238-249), where both is what one
    person answered about one video; where that is not positive, the larger of the first
    two. Logit with t(min(persons, videos) - 1).

    Args:
        value: (answers,) 1 for right, 0 for wrong.
        group: (answers,) groups that count alike.
        person: (answers,) who gave each.
        video: (answers,) what each is about.
    """
    if not len(value):
        none = Undefined(NO_ITEMS)
        return Rate(none, none, none, none, 0, 0)
    share, influence = mean_of_means(value, group)
    by_person, people = clustered_error(influence, person)
    by_video, videos = clustered_error(influence, video)
    pair = person * (int(video.max()) + 1) + video
    cell = np.unique(pair, return_inverse=True)[1]
    by_both, _cells = clustered_error(influence, cell)
    if people < FEWEST or videos < FEWEST:
        none = Undefined(FEW_VIDEOS if videos < FEWEST else FEW_ANNOTATORS)
        return Rate(100 * share, none, none, none, len(value), videos)
    square = by_person**2 + by_video**2 - by_both**2
    error = math.sqrt(square) if square > _NOTHING else max(by_person, by_video)
    if error <= _NOTHING or not _NOTHING < share < 1 - _NOTHING:
        none = Undefined(AT_THE_EDGE)
        return Rate(100 * share, 100 * error, none, none, len(value), videos)
    lo, hi = _logit(share, error, min(people, videos))
    return Rate(100 * share, 100 * error, lo, hi, len(value), videos)


def _why_no_interval(error: float, videos: int) -> str:
    if videos < FEWEST:
        return FEW_VIDEOS
    return NO_VARIATION if error <= _NOTHING else ""


def _logit(share: float, error: float, clusters: int) -> tuple[float, float]:
    middle = float(special.logit(share))
    reach = _quantile(clusters) * error / (share * (1 - share))
    lo, hi = special.expit(middle - reach), special.expit(middle + reach)
    return 100 * float(lo), 100 * float(hi)


def _quantile(clusters: int) -> float:
    return float(special.stdtrit(clusters - 1, TWO_SIDED_95))


def gap(difference: FloatArray, group: IntArray, video: IntArray) -> Gap:
    """The mean of the groups' differences, with t(G - 1) interval and two-sided p.

    Args:
        difference: (items,) of each item that both were asked, one minus the other.
        group: (items,) groups that count alike.
        video: (items,) the video of each.
    """
    if not len(difference):
        none = Undefined(NO_ITEMS)
        return Gap(none, none, none, none, none, 0, 0)
    points, influence = mean_of_means(difference, group)
    error, videos = clustered_error(influence, video)
    if why := _why_no_interval(error, videos):
        none = Undefined(why)
        return Gap(100 * points, none, none, none, none, len(difference), videos)
    reach = _quantile(videos) * error
    p = 2 * float(special.stdtr(videos - 1, -abs(points) / error))
    return Gap(
        points=100 * points,
        se=100 * error,
        lo=100 * (points - reach),
        hi=100 * (points + reach),
        p=p,
        items=len(difference),
        videos=videos,
    )


def mcnemar_p(first: BoolArray, second: BoolArray) -> float:
    """McNemar's exact two-sided p (1947, Psychometrika 12, 153-157).

    For contrast: it takes items as independent. NaN where both are always alike.

    Args:
        first: (items,) whether the one was right.
        second: (items,) whether the other was.
    """
    ahead = int(np.count_nonzero(first & ~second))
    behind = int(np.count_nonzero(~first & second))
    if not (both := ahead + behind):
        return Undefined(NO_VARIATION)
    # A binomial test of one half, which is symmetric.
    return min(1.0, 2 * float(special.bdtr(min(ahead, behind), both, 0.5)))
