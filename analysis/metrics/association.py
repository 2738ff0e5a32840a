"""Whether sources that score high on one thing score high on another.

Spearman's rank correlation over sources, with a bootstrap over videos on both sides:
the sources are those that were tested, the videos a sample of those that could be.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.judgments.arrays import FloatArray
from analysis.metrics.undefined import Undefined, ratio
from pages.phrases import phrase as _

# With fewer sources a coefficient says next to nothing.
FEWEST_SOURCES = 8
TOO_FEW_SOURCES = _("needs at least eight sources")
NO_SPREAD = _("all sources are alike")
_HALF_PCT = 2.5


class Side(Protocol):
    """What the same sources did in one test, for any draw of its videos."""

    @property
    def source_count(self) -> int: ...
    @property
    def video_count(self) -> int:
        """Of videos, or whatever else is drawn."""
        ...

    def rates(self, weights: FloatArray) -> FloatArray:
        """(sources,) figures with each video taken `weights` times."""
        ...


@dataclass(frozen=True, eq=False)
class VideoSums:
    """What every source did on every video, in groups whose means count alike.

    Attributes:
        right: (sources, groups, videos) sums of what counts.
        asked: (sources, groups, videos) how many it is of.
    """

    right: FloatArray
    asked: FloatArray

    @property
    def source_count(self) -> int:
        return len(self.right)

    @property
    def video_count(self) -> int:
        return int(self.right.shape[2])

    def rates(self, weights: FloatArray) -> FloatArray:
        """(sources,) mean of the groups' rates, each video taken `weights` times."""
        right, asked = self.right @ weights, self.asked @ weights
        shares = ratio(right, asked)
        counted = ~np.isnan(shares)
        total = np.where(counted, shares, 0).sum(axis=1)
        count = counted.sum(axis=1)
        return ratio(total, count)


@dataclass(frozen=True)
class Association:
    """Spearman's rho over sources with its 95 % interval; undefined with few.

    Attributes:
        sources: How many.
        replicates: Draws of videos behind the interval.
    """

    rho: float
    lo: float
    hi: float
    sources: int
    replicates: int


def association(
    first: Side, second: Side, *, replicates: int, seed: int
) -> Association:
    """Correlate the ranks of the same sources in two tests.

    The videos of the two are drawn apart from each other, with replacement; percentile
    interval.

    Args:
        first: The one test's sums.
        second: The other's, of the same sources in the same order.
        replicates: Draws.
        seed: Of the draws.
    """
    sources = first.source_count
    if sources < FEWEST_SOURCES:
        few = Undefined(TOO_FEW_SOURCES)
        return Association(few, few, few, sources, replicates)
    whole = [overall(side) for side in (first, second)]
    rho = spearman(*whole)
    if np.isnan(rho):
        alike = Undefined(NO_SPREAD)
        return Association(alike, alike, alike, sources, replicates)
    rng = np.random.default_rng(seed)
    drawn = np.array(
        [
            spearman(*(side.rates(_draw(rng, side)) for side in (first, second)))
            for _number in range(replicates)
        ]
    )
    lo, hi = np.nanpercentile(drawn, [_HALF_PCT, 100 - _HALF_PCT])
    return Association(rho, float(lo), float(hi), sources, replicates)


def spearman(first: FloatArray, second: FloatArray) -> float:
    """Pearson's correlation of ranks, ties sharing theirs; NaN without any spread.

    Spearman 1904, American Journal of Psychology 15, 72-101.
    """
    one, other = _ranks(first), _ranks(second)
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else float("nan")


def _ranks(values: FloatArray) -> FloatArray:
    """From 1; equal values share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]


def overall(side: Side) -> FloatArray:
    """(sources,) figures with every video taken once."""
    return side.rates(np.ones(side.video_count))


def _draw(rng: np.random.Generator, side: Side) -> FloatArray:
    """How often each video is drawn."""
    videos = side.video_count
    return np.bincount(rng.integers(videos, size=videos), minlength=videos).astype(
        float
    )
