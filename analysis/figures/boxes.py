"""Boxes of quantiles: the geometry of their pictures, in a width of 100."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.reporting.chapters import Pace


@dataclass(frozen=True, slots=True)
class Box:
    """The 5th, 25th, 50th, 75th and 95th percentile as percentages of the width."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float

    @property
    def width(self) -> float:
        """Of the middle half."""
        return self.upper - self.lower


def box_of(quantiles: Sequence[float], longest: float) -> Box:
    """The box of five quantiles where the picture ends at `longest`."""
    return Box(*(100 * value / (longest or 1) for value in quantiles))


@dataclass(frozen=True, slots=True)
class PaceRow:
    """How long one source's comments took, as picture and in seconds."""

    source: str
    box: Box
    lower: float
    median: float
    upper: float
    n: int


def pace_rows(paces: Sequence[Pace], titles: Mapping[str, str]) -> list[PaceRow]:
    """Every source with times, the slowest first."""
    longest = longest_of(paces)
    return [
        PaceRow(
            source=titles.get(pace.source, pace.source),
            box=box_of(
                (pace.lowest, pace.lower, pace.median, pace.upper, pace.highest),
                longest,
            ),
            lower=pace.lower,
            median=pace.median,
            upper=pace.upper,
            n=pace.n,
        )
        for pace in sorted(paces, key=lambda pace: (-pace.median, pace.source))
    ]


def longest_of(paces: Sequence[Pace]) -> float:
    """Where the pictures of the paces end, in seconds."""
    return max((pace.highest for pace in paces), default=0.0)
