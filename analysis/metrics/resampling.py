"""Intervals of agreement: resampling videos, whose sums over comments add up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.agreement import NO_PAIRS, ONE_VALUE, distinct_answers
from analysis.metrics.agreement_sums import Kind, Sums
from analysis.metrics.clusters import inner_products
from analysis.metrics.intervals import (
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
    Bounds,
)
from analysis.metrics.ranking import draws
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

_VIDEOS_A_BLOCK = 2048
_ROUNDING = 1e-12
_NO_REPLICATES = _("no bootstrap replicates were asked for")


@dataclass(frozen=True)
class AgreementBounds:
    """Of each reading, over all comments, those of people, and those of models."""

    all: Mapping[str, Bounds[float]]
    human: Mapping[str, Bounds[float]]
    ai: Mapping[str, Bounds[float]]


@dataclass(frozen=True)
class _VideoSums:
    """(videos, columns) of comments of one origin, and what the columns are."""

    columns: FloatArray
    widths: Mapping[str, int]

    def named(self, summed: FloatArray) -> Sums:
        """The columns, (sets, columns), by term."""
        ends = np.cumsum([*self.widths.values()])
        return dict(zip(self.widths, np.split(summed, ends[:-1], axis=1), strict=True))

    def has(self, term: str) -> BoolArray:
        """(videos,) whether there are such comments."""
        return self.named(self.columns)[term][:, 0] > 0


def agreement_intervals(
    value_counts: IntArray,
    comment_video: IntArray,
    comment_is_human: BoolArray,
    kind: Kind,
    *,
    replicates: int,
    rng: np.random.Generator,
) -> AgreementBounds:
    """Percentile intervals of the readings of agreement, resampling videos.

    Unit of analysis: the comment with two answers; videos with an answer are drawn
    with replacement and bring their comments. A draw that has no such figure, as one
    answer alone occurs in it, is left out of that figure's interval. Where all draws
    are alike they say nothing about the spread, and there is no interval.

    Args:
        value_counts: (comments, values) how many annotators gave each value.
        comment_video: (comments,) the video of each comment.
        comment_is_human: (comments,) whether a person wrote it.
        kind: Verdicts or scores.
        replicates: How many draws; 0 leaves the intervals undefined.
        rng: Where the draws come from.
    """
    videos = int(comment_video.max(initial=-1)) + 1
    human, ai = (
        _video_sums(
            value_counts[chosen],
            comment_video[chosen],
            videos,
            kind,
            presence_alone=not replicates,
        )
        for chosen in (comment_is_human, ~comment_is_human)
    )
    present = np.flatnonzero(human.has("answered") | ai.has("answered"))
    drawn = draws(rng, videos, present, replicates if len(present) else 0)
    by_people, by_models = _summed(human, drawn), _summed(ai, drawn)
    return AgreementBounds(
        all=_bounds(by_people + by_models, (human, ai), kind),
        human=_bounds(by_people, (human,), kind),
        ai=_bounds(by_models, (ai,), kind),
    )


def _video_sums(
    value_counts: IntArray,
    comment_video: IntArray,
    videos: int,
    kind: Kind,
    *,
    presence_alone: bool,
) -> _VideoSums:
    """Presence alone fills the first term, the number of comments: nothing is drawn."""
    kept = value_counts.any(axis=1)
    found, which = distinct_answers(value_counts[kept])
    terms = kind.terms(found)
    each = np.hstack([*terms.values()])
    sums = np.zeros((videos, each.shape[1]))
    for column in range(1 if presence_alone else each.shape[1]):
        weights = each[:, column][which]
        sums[:, column] = np.bincount(comment_video[kept], weights, videos)
    return _VideoSums(sums, {name: term.shape[1] for name, term in terms.items()})


def _summed(sums: _VideoSums, drawn: IntArray) -> FloatArray:
    """(replicates, columns) over the videos of each draw."""
    total = np.zeros((drawn.shape[1], sums.columns.shape[1]))
    for start in range(0, len(drawn), _VIDEOS_A_BLOCK):
        piece = slice(start, start + _VIDEOS_A_BLOCK)
        weights = drawn[piece].astype(np.float64)
        total += inner_products(weights, sums.columns[piece])
    return total


def _bounds(
    summed: FloatArray, sums: tuple[_VideoSums, ...], kind: Kind
) -> dict[str, Bounds[float]]:
    videos = int(np.any([one.has("comments") for one in sums], axis=0).sum())
    why = ""
    if videos < FEWEST:
        why = FEW_VIDEOS if videos else NO_PAIRS
    elif not len(summed):
        why = _NO_REPLICATES
    readings = kind.readings(sums[0].named(summed))
    return {name: _percentiles(values, why) for name, values in readings.items()}


def _percentiles(values: FloatArray, why: str) -> Bounds[float]:
    defined = values[~np.isnan(values)]
    if why or not len(defined):
        reason = why or ONE_VALUE
        return Bounds(Undefined(reason), Undefined(reason))
    if np.ptp(defined) <= _ROUNDING * np.abs(defined).max():
        return Bounds(Undefined(NO_VARIATION), Undefined(NO_VARIATION))
    lo, hi = np.quantile(defined, [1 - TWO_SIDED_95, TWO_SIDED_95])
    return Bounds(float(lo), float(hi))
