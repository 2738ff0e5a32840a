"""Judged-as-Human within parts of the data: of some comments, or up to some time."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import Judgments
from analysis.metrics.categories import subset
from analysis.metrics.clusters import Answers, answers, cluster_covariance
from analysis.metrics.intervals import rate_interval

_SHRINKING_STEPS = 10
_FEWEST_IN_SLICE = 30  # verdicts, below which a slice is not shown


@dataclass(frozen=True)
class Slice:
    """Judged-as-Human within a part of the comments, with the two-way interval."""

    value: str
    origin: str
    n: int
    pct: float
    lo: float
    hi: float


def slices(judgments: Judgments, values: Sequence[str]) -> tuple[Slice, ...]:
    """Judged-as-Human by a property of the comments, for both origins.

    Args:
        judgments: The data.
        values: The property of each comment; empty where unknown.
    """
    names = sorted(set(values) - {""}, key=_natural)
    place = {name: number for number, name in enumerate(names)}
    code = np.array([place.get(value, -1) for value in values], dtype=np.int64)
    group = np.where(code >= 0, 2 * code + judgments.comment_is_human, -1)
    whole = answers(judgments, judgments.called_human)
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
    return tuple(
        Slice(
            value=names[number // 2],
            origin="human" if number % 2 else "ai",
            n=int(counts[number]),
            pct=100 * float(covariance.mean[number]),
            lo=interval.lo[number],
            hi=interval.hi[number],
        )
        for number in np.flatnonzero(counts >= _FEWEST_IN_SLICE).tolist()
    )


def _natural(name: str) -> list[str | int]:
    """For sorting: numbers within names by their size, so that 9 comes before 10."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if part.isdecimal() else part for part in parts]


@dataclass(frozen=True)
class Shrinking:
    """After so many assignments, the half-width of each source that has an interval."""

    assignments: int
    half_widths: Mapping[str, float]


def shrinking(judgments: Judgments) -> tuple[Shrinking, ...]:
    """How the half-width of each source's interval shrank as assignments came in.

    In the order in which they were begun; undefined without times.
    """
    if not len(judgments) or np.isnat(judgments.started_at).any():
        return ()
    begun = np.full(int(judgments.assignment.max()) + 1, np.datetime64("NaT", "us"))
    begun[judgments.assignment] = judgments.started_at
    rank = np.argsort(np.argsort(begun, kind="stable"), kind="stable")
    whole = answers(judgments, judgments.called_human)
    rank_of_row = rank[whole.assignment]
    found = []
    for step in range(1, _SHRINKING_STEPS + 1):
        until = round(len(begun) * step / _SHRINKING_STEPS)
        interval = rate_interval(cluster_covariance(subset(whole, rank_of_row < until)))
        widths = (np.array(interval.hi) - np.array(interval.lo)) / 2
        known = {
            source: width
            for source, width in zip(judgments.sources, widths.tolist(), strict=True)
            if not math.isnan(width)
        }
        found.append(Shrinking(until, known))
    return tuple(found)
