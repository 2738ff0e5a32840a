"""Annotators as dots: telling apart against leaning, in a box of 100 by 100."""

import math
from dataclasses import dataclass

from analysis.reporting.results import Results
from analysis.reporting.tables import number_text

_LEAST = 1.0  # reach of an axis, so that small differences do not look large


@dataclass(frozen=True, slots=True)
class Dot:
    """One annotator: where, from the left and from the top."""

    annotator: str
    x: float
    y: float


@dataclass(frozen=True)
class Scatter:
    """The dots, where 0 is, and the ends of the axes as text.

    Attributes:
        dots: By annotator.
        zero: Where d' is 0, from the top; c is 0 in the middle.
        left, right, bottom, top: What the axes reach to.
    """

    dots: list[Dot]
    zero: float
    left: str
    right: str
    bottom: str
    top: str


def annotator_scatter(report: Results) -> Scatter:
    """Every annotator with a d' and a c."""
    found = [
        (one.code, one.figures.c, one.figures.dprime)
        for one in report.found.annotators
        if not math.isnan(one.figures.dprime)
    ]
    reach = math.ceil(10 * max([_LEAST, *(abs(c) for _, c, _ in found)])) / 10
    top = math.ceil(10 * max([_LEAST, *(d for *_, d in found)])) / 10
    bottom = math.floor(10 * min([0.0, *(d for *_, d in found)])) / 10

    def height(dprime: float) -> float:
        return 100 * (top - dprime) / (top - bottom)

    return Scatter(
        dots=[Dot(name, 50 + 50 * c / reach, height(d)) for name, c, d in found],
        zero=height(0),
        left=number_text(-reach, 1),
        right=number_text(reach, 1),
        bottom=number_text(bottom, 1),
        top=number_text(top, 1),
    )
