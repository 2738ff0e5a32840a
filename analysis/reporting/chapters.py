"""What a report shows beside the named metrics: curves, slices, single comments."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

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
from analysis.reporting.examples import convincing, doubted, most_split
from analysis.reporting.slices import shrinking, slices

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
    """Seconds to the first full answer on one source: quartiles, 5 % and 95 %."""

    source: str
    n: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


def chapters(
    judgments: Judgments, tallies: Tallies, attributes: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Curves, slices, examples and the rest, as plain data.

    Args:
        judgments: The data.
        tallies: Their counts.
        attributes: By name, the value of each comment, in the order of
            `judgments.comments`; an empty value is unknown.
    """
    timed = judgments.order > 0
    numbered = judgments.assignment_no > 0
    found = {
        "position": curves(judgments, judgments.order, timed),
        "drift": curves(judgments, judgments.assignment_no, numbered),
        "pace": paces(judgments),
        "convincing": convincing(judgments, tallies),
        "doubted": doubted(judgments, tallies),
        "split": most_split(judgments, tallies),
        "slices": {
            name: slices(judgments, values) for name, values in attributes.items()
        },
        "shrinking": shrinking(judgments),
    }
    plain: dict[str, Any] = _plain(found)
    return plain | {"crosstab": crosstab(judgments)}


def _plain(value: object) -> Any:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return None if np.isnan(value) else float(f"{value:.12g}")
    if hasattr(value, "__dataclass_fields__"):
        return _plain(asdict(value))  # type: ignore[call-overload]
    return value


def curves(judgments: Judgments, along: IntArray, known: BoolArray) -> list[Curve]:
    """Judged-as-Human along a whole number, for human and for model comments.

    Args:
        judgments: The data.
        along: (rows,) position or number, from 1.
        known: (rows,) where `along` is given.
    """
    rows = np.flatnonzero(known & (judgments.verdict >= 0))
    if not len(rows):
        return []
    step = -(-int(along[rows].max()) // _MOST_STEPS)
    place = (along[rows] - 1) // step
    is_human = judgments.comment_is_human[judgments.comment[rows]]
    bins = int(place.max()) + 1
    cells = np.bincount(
        (is_human * bins + place) * 2 + judgments.called_human[rows], minlength=4 * bins
    ).reshape(2, bins, 2)
    middles = 1 + (step - 1) / 2 + step * np.arange(bins, dtype=np.float64)
    return [
        Curve(origin, _points(middles, counts))
        for origin, counts in (("human", cells[1]), ("ai", cells[0]))
        if counts.any()
    ]


def _points(x: FloatArray, counts: IntArray) -> tuple[Point, ...]:
    n = counts.sum(axis=1)
    lo, hi = wilson_interval(counts[:, 1], n)
    pct = 100 * ratio(counts[:, 1], n)
    return tuple(
        Point(float(x[i]), int(n[i]), float(pct[i]), lo[i], hi[i])
        for i in np.flatnonzero(n)
    )


def paces(judgments: Judgments) -> list[Pace]:
    """How long the first full answer took, by source."""
    found = []
    timed = ~np.isnan(judgments.seconds)
    for number, source in enumerate(judgments.sources):
        seconds = judgments.seconds[timed & (judgments.source == number)]
        if len(seconds):
            quantiles = np.quantile(seconds, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
            found.append(Pace(source, len(seconds), *quantiles))
    return found


def crosstab(judgments: Judgments) -> dict[str, list[list[int]]]:
    """Judgments by verdict (any but Human, Human) and score, by origin."""
    both = (judgments.verdict >= 0) & (judgments.score >= 0)
    width = len(judgments.instrument.scale)
    verdict = judgments.called_human[both].astype(np.int64)
    cell = verdict * width + judgments.score_place[both]
    is_human = judgments.comment_is_human[judgments.comment[both]]
    return {
        origin: np.bincount(cell[chosen], minlength=2 * width).reshape(2, -1).tolist()
        for origin, chosen in (("human", is_human), ("ai", ~is_human))
    }
