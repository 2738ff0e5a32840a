"""Which source is ahead: differences of two sources, and intervals of the rank."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray, present_codes
from analysis.metrics.clusters import Answers, Covariance, assignment_blocks, cell_sums
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
    Bounds,
    degrees_of_freedom,
    reach_of,
)
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import Figures, Reason, figures, ratio
from pages.phrases import phrase as _

_WEIGHTS_A_BLOCK = 1 << 21
_EXACT_IN_SINGLE = 1 << 24


@dataclass(frozen=True)
class Pairs:
    """One entry a pair of sources, in percentage points.

    Attributes:
        first, second: (pairs,) indices of the sources, first < second.
        diff: The first source's rate minus the second's.
        se: Its two-way clustered error, without a small-sample factor.
        ci_lo, ci_hi: Its 95 % interval.
        p_t, p_t_holm, p_t_bh: Two-sided p, as is and corrected over all pairs.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    diff: Figures
    se: Figures
    ci_lo: Figures
    ci_hi: Figures
    p_t: Figures
    p_t_holm: Figures
    p_t_bh: Figures


def compare_pairs(covariance: Covariance) -> Pairs:
    """Compare the Judged-as-Human rates of every two sources.

    Unit of analysis: the judgment, clustered by annotator and by video; the error comes
    from the joint covariance of both rates. Interval and p take each of its terms times
    G/(G-1), as the interval of one rate does, and t with min(annotators, videos) - 1
    degrees of freedom: p is below 0.05 exactly where the interval leaves out 0.
    """
    pairs = list(combinations(range(len(covariance.mean)), 2))
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    diff = covariance.mean[first] - covariance.mean[second]
    se = np.sqrt(covariance.two_way(first, second, corrected=False))
    error = np.sqrt(covariance.two_way(first, second, corrected=True))
    freedom = max(degrees_of_freedom(covariance), 1)
    p = 2 * special.stdtr(freedom, -np.abs(ratio(diff, error)))
    reach = reach_of(covariance, first, second)
    unknown: list[Reason] = [
        (np.isnan(diff), NO_VERDICTS),
        (_fewest(covariance.annotators, first, second) < FEWEST, FEW_ANNOTATORS),
        (_fewest(covariance.videos, first, second) < FEWEST, FEW_VIDEOS),
    ]
    no_error: Reason = (error == 0, NO_VARIATION)
    for where, _reason in (*unknown, no_error):
        p[where] = np.nan
    return Pairs(
        first=tuple(first.tolist()),
        second=tuple(second.tolist()),
        diff=figures(100 * diff, unknown[0]),
        se=figures(100 * se, *unknown),
        ci_lo=figures(100 * (diff - reach), *unknown, no_error),
        ci_hi=figures(100 * (diff + reach), *unknown, no_error),
        p_t=figures(p, *unknown, no_error),
        p_t_holm=figures(holm(p), *unknown, no_error),
        p_t_bh=figures(benjamini_hochberg(p), *unknown, no_error),
    )


def _fewest(counts: IntArray, first: IntArray, second: IntArray) -> IntArray:
    return np.minimum(counts[first], counts[second])


def holm(p: FloatArray) -> FloatArray:
    """Holm's step-down correction (1979, Scandinavian Journal of Statistics 6, 65-70).

    Args:
        p: (tests,) p-values; NaN is no test and stays.
    """

    def step_down(ascending: FloatArray) -> FloatArray:
        tests_left = np.arange(len(ascending), 0, -1)
        return np.maximum.accumulate(ascending * tests_left)

    return _corrected(p, step_down)


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """False discovery rate (Benjamini and Hochberg 1995, JRSS B 57, 289-300).

    Args:
        p: (tests,) p-values; NaN is no test and stays.
    """

    def step_up(ascending: FloatArray) -> FloatArray:
        tests = len(ascending)
        raised = ascending * tests / np.arange(1, tests + 1)
        return np.minimum.accumulate(raised[::-1])[::-1]

    return _corrected(p, step_up)


def _corrected(
    p: FloatArray, correct: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    tests = np.flatnonzero(~np.isnan(p))
    tests = tests[np.argsort(p[tests], kind="stable")]
    result = p.copy()
    result[tests] = np.minimum(correct(p[tests]), 1)
    return result


def rank_intervals(
    data: Answers, *, replicates: int, rng: np.random.Generator
) -> Bounds[Figures]:
    """95 % interval of each source's rank, 1 being judged human most often.

    Unit of analysis: the judgment. Pigeonhole bootstrap (Owen 2007, Annals of Applied
    Statistics 1, 386-411): annotators and videos are drawn independently with
    replacement, and a judgment weighs the product of both draws. Ties widen the
    interval to both sides; a source that a replicate missed has no rank in it.

    Args:
        data: Verdicts as 0 and 1.
        replicates: How many draws; 0 leaves the interval undefined.
        rng: Where the draws come from.
    """
    clusters = [len(present_codes(codes)) for codes in (data.annotator, data.video)]
    silent = np.bincount(data.source, minlength=data.sources) == 0
    reasons: list[Reason] = [
        (silent, NO_VERDICTS),
        (replicates == 0, _("no bootstrap replicates were asked for")),
        (clusters[0] < FEWEST, FEW_ANNOTATORS),
        (clusters[1] < FEWEST, FEW_VIDEOS),
    ]
    if replicates == 0 or min(clusters) < FEWEST:
        unknown = figures(np.full(data.sources, np.nan), *reasons)
        return Bounds(unknown, unknown)
    rates = pigeonhole_rates(data, replicates=replicates, rng=rng)
    return ranks_of(rates, reasons)


def ranks_of(rates: FloatArray, reasons: Sequence[Reason]) -> Bounds[Figures]:
    """Where the middle 95 % of each source's ranks over the replicates lie.

    Args:
        rates: (replicates, sources).
        reasons: Why a source has no rank.
    """
    above = rates[:, np.newaxis, :] > rates[:, :, np.newaxis]
    level = rates[:, np.newaxis, :] == rates[:, :, np.newaxis]
    best = 1.0 + above.sum(axis=2)
    worst = best + np.maximum(level.sum(axis=2) - 1, 0)
    best[np.isnan(rates)] = worst[np.isnan(rates)] = np.nan
    lo, hi = np.full((2, rates.shape[1]), np.nan)
    heard = ~np.isnan(best).all(axis=0)
    edges = (1 - TWO_SIDED_95, TWO_SIDED_95)
    lo[heard] = np.nanquantile(best[:, heard], edges[0], axis=0, method="lower")
    hi[heard] = np.nanquantile(worst[:, heard], edges[1], axis=0, method="higher")
    return Bounds(figures(lo, *reasons), figures(hi, *reasons))


def pigeonhole_rates(
    data: Answers, *, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """(replicates, sources) the mean value of each source in each draw.

    All sums of verdicts are of whole numbers, hence exact: no order of adding changes a
    digit.
    """
    annotators = draws(rng, data.sizes[0], data.annotator, replicates)
    videos = draws(rng, data.sizes[1], data.video, replicates)
    return drawn_rates(data, annotators, videos)


def drawn_rates(
    data: Answers, annotators: npt.NDArray[np.uint8], videos: npt.NDArray[np.uint8]
) -> FloatArray:
    """(replicates, sources) the mean value of each source in each draw.

    Args:
        data: The rows.
        annotators: (annotators, replicates) how often each was drawn.
        videos: (videos, replicates) likewise.
    """
    replicates = annotators.shape[1]
    is_whole = np.issubdtype(data.value.dtype, np.integer)
    heaviest = int(annotators.max()) * int(videos.max())
    step = max(1, _WEIGHTS_A_BLOCK // replicates)
    totals = np.zeros((replicates, 2 * data.sources))
    for first, last, rows in assignment_blocks(data):
        cells = np.hstack(cell_sums(data.assignment[rows], first, last, data, rows))
        is_small = is_whole and heaviest * step * cells.max() < _EXACT_IN_SINGLE
        kind = np.dtype(np.float32 if is_small else np.float64)
        cells = cells.astype(kind)
        annotator, video = np.zeros((2, last - first), dtype=np.intp)
        annotator[data.assignment[rows] - first] = data.annotator[rows]
        video[data.assignment[rows] - first] = data.video[rows]
        for start in range(0, last - first, step):
            piece = slice(start, start + step)
            weights = annotators[annotator[piece]] * videos[video[piece]].astype(kind)
            totals += weights.T @ cells[piece]
    return ratio(totals[:, data.sources :], totals[:, : data.sources])


def draws(
    rng: np.random.Generator, size: int, clusters: IntArray, replicates: int
) -> npt.NDArray[np.uint8]:
    """(size, replicates) how often each cluster is drawn with replacement.

    Args:
        rng: Where the draws come from.
        size: What the indices range over.
        clusters: Indices that occur, in any order; only these are drawn.
        replicates: How many times all are drawn anew.
    """
    present = present_codes(clusters)
    drawn = np.zeros((replicates, size), dtype=np.uint8)
    for replicate in range(replicates):
        picks = rng.integers(0, len(present), len(present))
        drawn[replicate, present] = np.bincount(picks, minlength=len(present))
    return np.ascontiguousarray(drawn.T)
