"""What a report shows beside the named metrics: curves, slices, single comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    Judgments,
)
from analysis.metrics.intervals import wilson_interval
from analysis.metrics.sources import Tallies
from analysis.metrics.undefined import ratio
from analysis.reporting.rounding import rounded
from analysis.reporting.slices import Shrinking, Slice, shrinking, slices
from analysis.reporting.standouts import (
    CommentVotes,
    convincing,
    doubted,
    most_split,
)

_MOST_STEPS = 30  # points of a curve


@dataclass(frozen=True)
class Point:
    """A point of a curve: where, how many verdicts, and the rate with bounds.

    Bounds are Wilson's: they ignore clustering and serve the eye alone.
    """

    x: float
    n: int
    pct: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Curve:
    """Judged-as-Human along something, for human or for model comments."""

    origin: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Pace:
    """Seconds in view until the first full answer on one source: five quantiles."""

    source: str
    n: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


@dataclass(frozen=True)
class Crosstab:
    """Judgments by verdict (any but Human, then Human) and score, for each origin."""

    scores: tuple[int, ...]
    human: tuple[tuple[int, ...], ...]
    ai: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Chapters:
    """What a report shows beside the named metrics.

    Attributes:
        position, drift: Judged-as-Human along the batch, and along the batches.
        pace: Times by source.
        convincing, doubted, split: Comments that stand out.
        slices: Judged-as-Human within parts of the data, by property of the comments.
        shrinking: How the intervals narrowed.
        crosstab: Verdict against score.
    """

    position: tuple[Curve, ...]
    drift: tuple[Curve, ...]
    pace: tuple[Pace, ...]
    convincing: tuple[CommentVotes, ...]
    doubted: tuple[CommentVotes, ...]
    split: tuple[CommentVotes, ...]
    slices: Mapping[str, tuple[Slice, ...]]
    shrinking: tuple[Shrinking, ...]
    crosstab: Crosstab


def chapters(
    judgments: Judgments, tallies: Tallies, attributes: Mapping[str, Sequence[str]]
) -> Chapters:
    """Curves, slices, examples and the rest.

    Args:
        judgments: The data.
        tallies: Their counts.
        attributes: By name, the value of each comment, in the order of
            `judgments.comments`; an empty value is unknown.
    """
    timed = judgments.order > 0
    numbered = judgments.assignment_no > 0
    return rounded(
        Chapters(
            position=curves(judgments, judgments.order, timed),
            drift=curves(judgments, judgments.assignment_no, numbered),
            pace=paces(judgments),
            convincing=convincing(judgments, tallies),
            doubted=doubted(judgments, tallies),
            split=most_split(judgments, tallies),
            slices={
                name: slices(judgments, values) for name, values in attributes.items()
            },
            shrinking=shrinking(judgments),
            crosstab=crosstab(judgments),
        )
    )


def curves(
    judgments: Judgments, along: IntArray, known: BoolArray
) -> tuple[Curve, ...]:
    """Judged-as-Human along a whole number, for human and for model comments.

    Args:
        judgments: The data.
        along: (rows,) position or number, from 1.
        known: (rows,) where `along` is given.
    """
    rows = np.flatnonzero(known & (judgments.verdict >= 0))
    if not len(rows):
        return ()
    step = -(-int(along[rows].max()) // _MOST_STEPS)
    place = (along[rows] - 1) // step
    is_human = judgments.comment_is_human[judgments.comment[rows]]
    bins = int(place.max()) + 1
    cells = np.bincount(
        (is_human * bins + place) * 2 + judgments.called_human[rows], minlength=4 * bins
    ).reshape(2, bins, 2)
    middles = 1 + (step - 1) / 2 + step * np.arange(bins, dtype=np.float64)
    return tuple(
        Curve(origin, _points(middles, counts))
        for origin, counts in (("human", cells[1]), ("ai", cells[0]))
        if counts.any()
    )


def _points(x: FloatArray, counts: IntArray) -> tuple[Point, ...]:
    n = counts.sum(axis=1)
    band = wilson_interval(counts[:, 1], n)
    pct = 100 * ratio(counts[:, 1], n)
    return tuple(
        Point(float(x[i]), int(n[i]), float(pct[i]), band.lo[i], band.hi[i])
        for i in np.flatnonzero(n)
    )


def paces(judgments: Judgments) -> tuple[Pace, ...]:
    """How long the first full answer took, by source."""
    found = []
    timed = ~np.isnan(judgments.seconds)
    for number, source in enumerate(judgments.sources):
        seconds = judgments.seconds[timed & (judgments.source == number)]
        if len(seconds):
            quantiles = np.quantile(seconds, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
            found.append(Pace(source, len(seconds), *quantiles))
    return tuple(found)


def crosstab(judgments: Judgments) -> Crosstab:
    """Judgments by verdict (any but Human, Human) and score, by origin."""
    both = (judgments.verdict >= 0) & (judgments.score >= 0)
    width = len(judgments.instrument.scale)
    verdict = judgments.called_human[both].astype(np.int64)
    cell = verdict * width + judgments.score_place[both]
    is_human = judgments.comment_is_human[judgments.comment[both]]

    def counted(chosen: BoolArray) -> tuple[tuple[int, ...], ...]:
        table = np.bincount(cell[chosen], minlength=2 * width).reshape(2, -1)
        return tuple(map(tuple, table.tolist()))

    scores = tuple(judgments.instrument.scale.scores)
    return Crosstab(scores, human=counted(is_human), ai=counted(~is_human))
