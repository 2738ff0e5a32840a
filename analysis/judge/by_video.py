"""Figures of guesses against verdicts, with intervals from videos drawn again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.judge.material import Material
from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.undefined import Undefined, ratio
from pages.phrases import phrase as _

REPLICATES = 400
_CELLS_A_BLOCK = 4_000_000
NOTHING = _("no comment with verdicts and a guess")
ALL_ALIKE = _("verdicts or guesses are all alike")


@dataclass(frozen=True)
class Estimated:
    """A figure with its 95 % interval."""

    value: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Proxy:
    """How well something stands in for people's verdicts.

    Attributes:
        auc: Chance that a comment with a verdict Human has a higher guess than one with
            another verdict; ties count half.
        spearman: Rank correlation with the share judged human.
    """

    auc: Estimated
    spearman: Estimated


def draws_of_videos(videos: int, seed: int = 0) -> FloatArray:
    """(1 + replicates, videos) how often each counts; in the first row once."""
    rng = np.random.default_rng([seed, 7])
    drawn = rng.multinomial(videos, np.full(videos, 1 / videos), REPLICATES)
    return np.vstack([np.ones(videos), drawn]).astype(np.float64)


def estimated(values: FloatArray) -> Estimated:
    """A figure and its percentiles over the replicates.

    Args:
        values: (1 + replicates,) the figure itself first.
    """
    known = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(known):
        why = Undefined(ALL_ALIKE)
        return Estimated(why, why, why)
    lo, hi = np.quantile(known, [0.025, 0.975])
    return Estimated(float(values[0]), float(lo), float(hi))


def proxy_of(material: Material, guess: FloatArray, weights: FloatArray) -> Proxy:
    """Guesses against people's verdicts, over the comments that have both.

    Args:
        material: Comments and verdicts.
        guess: (comments,) NaN where there is none.
        weights: (draws, judged videos) as `draws_of_videos`, by number of the video.
    """
    rows = (material.verdicts > 0) & ~np.isnan(guess)
    if not rows.any():
        why = Estimated(*[Undefined(NOTHING)] * 3)
        return Proxy(why, why)
    from scipy.stats import rankdata  # slow to load, and the web starts without

    video, value = material.video[rows], guess[rows]
    humans = material.humans[rows].astype(np.float64)
    others = material.verdicts[rows] - humans
    ranks = rankdata(value), rankdata(material.share[rows])

    def areas(piece: FloatArray) -> FloatArray:
        return weighted_areas(value, humans * piece, others * piece)

    def correlations(piece: FloatArray) -> FloatArray:
        return weighted_correlations(*ranks, piece)

    return Proxy(
        estimated(in_blocks(areas, weights, video)),
        estimated(in_blocks(correlations, weights, video)),
    )


def person_proxy(material: Material, weights: FloatArray) -> Proxy:
    """One person's verdict against those of the others on the same comment."""
    rows = material.verdicts > 1
    if not rows.any():
        why = Estimated(*[Undefined(_("no comment with two verdicts"))] * 3)
        return Proxy(why, why)
    video = material.video[rows]
    human = material.humans[rows].astype(np.float64)
    count = material.verdicts[rows].astype(np.float64)
    other = count - human
    sums = (
        np.stack([human * (human - 1), human * other, other * (other - 1)], axis=1)
        / (count - 1)[:, np.newaxis]
    )
    both, mixed, neither = (
        weights @ np.bincount(video, column, weights.shape[1]) for column in sums.T
    )
    area = (ratio(both, both + mixed) + ratio(neither, neither + mixed)) / 2
    from scipy.stats import rankdata  # slow to load, and the web starts without

    # Everybody who judged a comment stands for two kinds of rows: Human, and not.
    says = np.repeat([1.0, 0.0], len(human))
    share = np.concatenate([ratio(human - 1, count - 1), ratio(human, count - 1)])
    size = np.concatenate([human, other])
    kept = size > 0
    twice = np.concatenate([video, video])[kept]
    ranks = says[kept], rankdata(share[kept])

    def correlations(piece: FloatArray) -> FloatArray:
        return weighted_correlations(*ranks, piece * size[kept])

    return Proxy(estimated(area), estimated(in_blocks(correlations, weights, twice)))


def in_blocks(
    figure: Callable[[FloatArray], FloatArray], weights: FloatArray, video: IntArray
) -> FloatArray:
    """(draws,) a figure of weighted rows, in pieces that fit in memory."""
    step = max(1, _CELLS_A_BLOCK // max(len(video), 1))
    pieces = range(0, len(weights), step)
    return np.concatenate(
        [figure(weights[start : start + step][:, video]) for start in pieces]
    )


def weighted_areas(
    value: FloatArray, humans: FloatArray, others: FloatArray
) -> FloatArray:
    """(draws,) areas under the ROC curve.

    Args:
        value: (rows,) guesses.
        humans: (draws, rows) weight of the verdicts Human.
        others: (draws, rows) of the others.
    """
    order = np.argsort(value, kind="stable")
    starts = np.flatnonzero(np.diff(value[order], prepend=np.nan) != 0)
    human = np.add.reduceat(humans[:, order], starts, axis=1)
    other = np.add.reduceat(others[:, order], starts, axis=1)
    below = np.cumsum(other, axis=1) - other
    won = (human * (below + other / 2)).sum(axis=1)
    return ratio(won, human.sum(axis=1) * other.sum(axis=1))


def weighted_correlations(
    one: FloatArray, other: FloatArray, weights: FloatArray
) -> FloatArray:
    """(draws,) Pearson's correlation of two columns, rows weighted."""
    total = weights.sum(axis=1)
    means = [ratio(weights @ column, total) for column in (one, other)]
    products = [
        ratio(weights @ (a * b), total) - m * n
        for a, b, m, n in (
            (one, other, means[0], means[1]),
            (one, one, means[0], means[0]),
            (other, other, means[1], means[1]),
        )
    ]
    spread = np.sqrt(np.maximum(products[1], 0) * np.maximum(products[2], 0))
    return ratio(products[0], np.where(spread > 1e-9, spread, 0))  # noqa: PLR2004


def kendall(one: FloatArray, other: FloatArray) -> FloatArray:
    """(draws,) Kendall's tau-b of two rankings of the same things.

    Args:
        one: (draws, things).
        other: (draws, things).
    """
    first, second = np.triu_indices(one.shape[1], 1)
    a = np.sign(one[:, first] - one[:, second])
    b = np.sign(other[:, first] - other[:, second])
    agreed = (a * b).sum(axis=1)
    return ratio(agreed, np.sqrt((a != 0).sum(axis=1) * (b != 0).sum(axis=1)))


def rates_by_source(
    material: Material, guess: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """People's rates and mean guesses of each source in each draw, and which it has.

    Guesses count as often as verdicts, so that both are over the same comments.
    """
    rows = (material.verdicts > 0) & ~np.isnan(guess)
    sources = len(material.judgments.sources)
    cell = material.video[rows] * sources + material.source[rows]
    width = weights.shape[1] * sources

    def sums(values: FloatArray) -> FloatArray:
        return weights @ np.bincount(cell, values, width).reshape(-1, sources)

    count = material.verdicts[rows].astype(np.float64)
    total = sums(count)
    people = ratio(sums(material.humans[rows].astype(np.float64)), total)
    judge = ratio(sums(count * guess[rows]), total)
    there = total[0] > 0
    return people[:, there], judge[:, there], there
