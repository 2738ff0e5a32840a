"""Judged-as-Human from fewer judgments: people's, and a judge's guesses put right.

Under all N videos of a study a judge guesses how likely a person calls each comment
human; people judged some of the videos, drawn at random. With y a verdict, f a guess:

    rate = L x mean of f over all videos + mean of (y - L x f) over the judgments

It is right on average whatever the judge is worth, since the second part takes off
what the first adds (Angelopoulos et al. 2023, Science 382, 669-674); L = 0 is the share
among people's verdicts. L is tuned to the smallest variance (PPI++, arXiv 2311.01453).
Annotators and videos are crossed, hence the variance by both (metrics.clusters).
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray, present_codes
from analysis.metrics.clusters import Answers, Covariance, cluster_covariance
from analysis.metrics.intervals import FEW_ANNOTATORS, FEW_VIDEOS, FEWEST, Bounds
from analysis.metrics.ranking import drawn_rates, draws, ranks_of
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import Figures, Reason, figures, ratio
from pages.phrases import phrase as _

OUTSIDE = _("the estimate is outside 0 to 100 %")
NO_REPLICATES = _("no bootstrap replicates were asked for")


@dataclass(frozen=True)
class Guesses:
    """What a judge guesses, and of which videos.

    Attributes:
        of_row: (rows,) in 0 to 1, of the comment of each verdict.
        video: (comments,) of every comment under all videos; judged videos are numbered
            as in the verdicts.
        source: (comments,) likewise.
        guess: (comments,) in 0 to 1.
        chance: (videos,) known probability that a video was judged; None: the same
            for all.
    """

    of_row: FloatArray
    video: IntArray
    source: IntArray
    guess: FloatArray
    chance: FloatArray | None = None


@dataclass(frozen=True)
class Powered:
    """Estimates by source, and what their intervals and differences come from.

    Attributes:
        tuning: (sources,) L, from 0, people alone, to 1.
        covariance: Of the estimates; goes into `rate_interval` and `compare_pairs`.
        judged, videos: How many videos people judged, and how many there are.
        residuals: The rows, with what is left of each verdict.
        guessed: (videos, 2 x sources) number of comments, sum of L x guess.
    """

    tuning: FloatArray
    covariance: Covariance
    judged: int
    videos: int
    residuals: Answers
    guessed: FloatArray

    @property
    def rate(self) -> Figures:
        """Judged-as-Human in percent, by source."""
        mean = self.covariance.mean
        with np.errstate(invalid="ignore"):
            outside = (mean < 0) | (mean > 1)
        return figures(100 * mean, (np.isnan(mean), NO_VERDICTS), (outside, OUTSIDE))


def powered(
    data: Answers,
    guesses: Guesses,
    *,
    tuning: FloatArray | None = None,
    is_benchmark: bool = False,
) -> Powered:
    """The tuned estimate of each source's Judged-as-Human.

    Unit of analysis: the judgment, clustered by annotator and by video. Each video adds
    to its sum of residuals L (f - mean of f) / N, whether people judged it or not.

    With known chances of being judged, a residual weighs n / (N chance), and weights
    are scaled to their sum (Hajek). As a fixed benchmark the N videos are all there is:
    guesses have no error of sampling, and what judgments on one video share counts by
    1 - n / N; what is left of the judgments' own noise is then a little too large.

    Args:
        data: Verdicts as 0 and 1; its videos range over all, judged or not.
        guesses: Of the judge.
        tuning: (sources,) L; None tunes it.
        is_benchmark: Whether the videos are a fixed benchmark, not a sample.
    """
    weights = _weights(data, guesses)

    def at(amount: FloatArray) -> tuple[Covariance, Answers, FloatArray]:
        left = _residuals(data, guesses, amount, weights)
        guessed = _guessed(data, guesses, amount)
        return _covariance(left, guessed, is_benchmark=is_benchmark), left, guessed

    if tuning is None:
        each = np.arange(data.sources)
        tuning = _tuned(
            *(
                at(np.full(data.sources, amount))[0].two_way(each, corrected=True)
                for amount in (0.0, 0.5, 1.0)
            )
        )
    covariance, left, guessed = at(tuning)
    return Powered(
        tuning=tuning,
        covariance=covariance,
        judged=covariance.clusters[1],
        videos=data.sizes[1],
        residuals=left,
        guessed=guessed,
    )


def powered_ranks(
    found: Powered, *, replicates: int, rng: np.random.Generator
) -> Bounds[Figures]:
    """95 % interval of each source's rank by its estimate, 1 being the highest.

    Pigeonhole bootstrap as in `rank_intervals`; judged and other videos are drawn
    apart, so that every replicate has as many judged videos as the study.
    """
    data = found.residuals
    reasons: list[Reason] = [
        (np.isnan(found.covariance.mean), NO_VERDICTS),
        (replicates == 0, NO_REPLICATES),
        (found.covariance.clusters[0] < FEWEST, FEW_ANNOTATORS),
        (found.covariance.clusters[1] < FEWEST, FEW_VIDEOS),
    ]
    if replicates == 0 or min(found.covariance.clusters[:2]) < FEWEST:
        unknown = figures(np.full(data.sources, np.nan), *reasons)
        return Bounds(unknown, unknown)
    judged = present_codes(data.video)
    others = np.setdiff1d(np.arange(found.videos), judged)
    annotators = draws(rng, data.sizes[0], data.annotator, replicates)
    videos = draws(rng, found.videos, judged, replicates)
    rates = drawn_rates(data, annotators, videos)
    if len(others):
        videos = videos + draws(rng, found.videos, others, replicates)
    sums = videos.T.astype(np.float64) @ found.guessed
    rates += ratio(sums[:, data.sources :], sums[:, : data.sources])
    return ranks_of(rates, reasons)


def _weights(data: Answers, guesses: Guesses) -> FloatArray | None:
    """(rows,) by how unlikely their video was to be judged."""
    return None if guesses.chance is None else 1 / guesses.chance[data.video]


def _residuals(
    data: Answers, guesses: Guesses, tuning: FloatArray, weights: FloatArray | None
) -> Answers:
    """The rows with y - L f for y.

    Weighted rows are stretched about the weighted mean, so that their plain mean is the
    weighted one and their plain residuals are the weighted ones.
    """
    left = data.value - tuning[data.source] * guesses.of_row
    if weights is not None:
        count = np.bincount(data.source, minlength=data.sources)
        weight = np.bincount(data.source, weights, data.sources)
        mean = ratio(np.bincount(data.source, weights * left, data.sources), weight)
        scale = ratio(count, weight)
        centre = mean[data.source]
        left = centre + weights * (left - centre) * scale[data.source]
    return replace(data, value=left)


def _guessed(data: Answers, guesses: Guesses, tuning: FloatArray) -> FloatArray:
    """(videos, 2 x sources) number of comments, then sum of L x guess."""
    cell = guesses.video.astype(np.int64) * data.sources + guesses.source
    width = data.sizes[1] * data.sources
    shape = (data.sizes[1], data.sources)
    counts = np.bincount(cell, minlength=width).reshape(shape)
    sums = np.bincount(cell, guesses.guess, width).reshape(shape) * tuning
    return np.hstack([counts, sums]).astype(np.float64)


def _covariance(
    left: Answers, guessed: FloatArray, *, is_benchmark: bool
) -> Covariance:
    counts, sums = guessed[:, : left.sources], guessed[:, left.sources :]
    total = counts.sum(axis=0)
    level = ratio(sums.sum(axis=0), total)
    moved = (sums - np.nan_to_num(level) * counts) / np.maximum(total, 1)
    found = cluster_covariance(left, None if is_benchmark else moved)
    found = replace(found, mean=found.mean + level)
    if is_benchmark:
        unseen = 1 - found.clusters[1] / left.sizes[1]
        found = replace(
            found,
            by_video=unseen * found.by_video,
            by_assignment=unseen * found.by_assignment,
        )
    return found


def _tuned(none: FloatArray, half: FloatArray, full: FloatArray) -> FloatArray:
    """(sources,) where the parabola through three variances is lowest, in 0 to 1."""
    bend = 2 * (full - 2 * half + none)
    slope = full - none - bend
    ends = np.where(full < none, 1.0, 0.0)
    lowest = np.where(bend > 0, -slope / np.where(bend > 0, 2 * bend, 1.0), ends)
    tuned: FloatArray = np.clip(np.nan_to_num(lowest), 0, 1)
    return tuned
