"""What a report shows beside the named metrics: curves, slices, single comments."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.judgments import TOP_SCORE, BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.clusters import Answers, answers, cluster_covariance
from analysis.metrics.intervals import rate_interval, wilson_interval
from analysis.metrics.sources import Tallies, mean_realism_score
from analysis.metrics.undefined import ratio

_MOST_STEPS = 30  # points of a curve
_SHRINKING_STEPS = 10
_SHOWN_COMMENTS = 5  # the page of comments has them all
_FEWEST_IN_SLICE = 30  # verdicts, below which a slice is not shown


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
class Slice:
    """Judged-as-Human within a part of the comments, with the two-way interval."""

    value: str
    origin: str
    n: int
    pct: float
    lo: float
    hi: float


@dataclass(frozen=True)
class CommentVotes:
    """How one comment was judged."""

    comment: str
    video: str
    source: str
    verdicts: int
    humans: int
    mean_score: float


@dataclass(frozen=True)
class Pace:
    """Seconds to the first full answer on one source: quartiles."""

    source: str
    n: int
    lower: float
    median: float
    upper: float


def chapters(
    judgments: Judgments, tallies: Tallies, attributes: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Everything of this module, as plain data.

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
        (is_human * bins + place) * 2 + judgments.verdict[rows], minlength=4 * bins
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
    """Quartiles of the seconds to the first full answer, by source."""
    found = []
    timed = ~np.isnan(judgments.seconds)
    for number, source in enumerate(judgments.sources):
        seconds = judgments.seconds[timed & (judgments.source == number)]
        if len(seconds):
            quartiles = np.quantile(seconds, [0.25, 0.5, 0.75]).tolist()
            found.append(Pace(source, len(seconds), *quartiles))
    return found


def crosstab(judgments: Judgments) -> dict[str, list[list[int]]]:
    """Judgments by verdict (AI, human) and score (0 to 5), by origin."""
    both = (judgments.verdict >= 0) & (judgments.score >= 0)
    width = TOP_SCORE + 1
    cell = judgments.verdict[both].astype(np.int64) * width + judgments.score[both]
    is_human = judgments.comment_is_human[judgments.comment[both]]
    return {
        origin: np.bincount(cell[chosen], minlength=2 * width).reshape(2, -1).tolist()
        for origin, chosen in (("human", is_human), ("ai", ~is_human))
    }


def convincing(judgments: Judgments, tallies: Tallies) -> list[CommentVotes]:
    """The model comments most often taken for human."""
    return _extremes(judgments, tallies, ~judgments.comment_is_human, best_first=True)


def doubted(judgments: Judgments, tallies: Tallies) -> list[CommentVotes]:
    """The human comments least often taken for human."""
    return _extremes(judgments, tallies, judgments.comment_is_human, best_first=False)


def _extremes(
    judgments: Judgments, tallies: Tallies, chosen: BoolArray, *, best_first: bool
) -> list[CommentVotes]:
    """By share of human verdicts, then by their number, then by mean score."""
    verdicts = tallies.comment_verdicts
    sign = -1 if best_first else 1
    share = ratio(verdicts[:, 1], verdicts.sum(axis=1))
    score = np.nan_to_num(mean_realism_score(tallies.comment_scores), nan=0)
    order = np.lexsort((sign * score, -verdicts.sum(axis=1), sign * share))
    return _votes(judgments, tallies, order[(chosen & ~np.isnan(share))[order]])


def most_split(judgments: Judgments, tallies: Tallies) -> list[CommentVotes]:
    """The comments on which the verdicts are most evenly divided."""
    verdicts = tallies.comment_verdicts
    smaller = verdicts.min(axis=1)
    order = np.lexsort((-smaller, -ratio(smaller, verdicts.sum(axis=1))))
    return _votes(judgments, tallies, order[(smaller > 0)[order]])


def _votes(
    judgments: Judgments, tallies: Tallies, order: IntArray
) -> list[CommentVotes]:
    means = mean_realism_score(tallies.comment_scores)
    return [
        CommentVotes(
            comment=judgments.comments[comment],
            video=judgments.videos[judgments.comment_video[comment]],
            source=judgments.sources[judgments.comment_source[comment]],
            verdicts=int(tallies.comment_verdicts[comment].sum()),
            humans=int(tallies.comment_verdicts[comment, 1]),
            mean_score=float(means[comment]),
        )
        for comment in order[:_SHOWN_COMMENTS].tolist()
    ]


def slices(judgments: Judgments, values: Sequence[str]) -> list[Slice]:
    """Judged-as-Human by a property of the comments, for both origins.

    Args:
        judgments: The data.
        values: The property of each comment; empty where unknown.
    """
    names = sorted(set(values) - {""})
    place = {name: number for number, name in enumerate(names)}
    code = np.array([place.get(value, -1) for value in values], dtype=np.int64)
    group = np.where(code >= 0, 2 * code + judgments.comment_is_human, -1)
    whole = answers(judgments, judgments.verdict)
    row_group = group[judgments.comment[judgments.verdict >= 0]]
    kept = row_group >= 0
    data = Answers(
        annotator=whole.annotator[kept],
        video=whole.video[kept],
        assignment=whole.assignment[kept],
        source=row_group[kept],
        value=whole.value[kept],
        sizes=whole.sizes,
        sources=2 * len(names),
    )
    counts = np.bincount(data.source, minlength=data.sources)
    covariance = cluster_covariance(data)
    interval = rate_interval(covariance)
    return [
        Slice(
            value=names[number // 2],
            origin="human" if number % 2 else "ai",
            n=int(counts[number]),
            pct=100 * float(covariance.mean[number]),
            lo=interval.lo[number],
            hi=interval.hi[number],
        )
        for number in np.flatnonzero(counts >= _FEWEST_IN_SLICE).tolist()
    ]


def shrinking(judgments: Judgments) -> list[dict[str, Any]]:
    """How the half-width of each source's interval shrank as assignments came in.

    In the order in which they were begun; undefined without times.
    """
    if not len(judgments) or np.isnat(judgments.started_at).any():
        return []
    begun = np.full(int(judgments.assignment.max()) + 1, np.datetime64("NaT", "us"))
    begun[judgments.assignment] = judgments.started_at
    rank = np.argsort(np.argsort(begun, kind="stable"), kind="stable")
    whole = answers(judgments, judgments.verdict)
    rank_of_row = rank[whole.assignment]
    found = []
    for step in range(1, _SHRINKING_STEPS + 1):
        until = round(len(begun) * step / _SHRINKING_STEPS)
        interval = rate_interval(
            cluster_covariance(_subset(whole, rank_of_row < until))
        )
        widths = (np.array(interval.hi) - np.array(interval.lo)) / 2
        found.append(
            {
                "assignments": until,
                "half_width": dict(
                    zip(judgments.sources, widths.tolist(), strict=True)
                ),
            }
        )
    return found


def _subset(data: Answers, kept: BoolArray) -> Answers:
    return Answers(
        annotator=data.annotator[kept],
        video=data.video[kept],
        assignment=data.assignment[kept],
        source=data.source[kept],
        value=data.value[kept],
        sizes=data.sizes,
        sources=data.sources,
    )
