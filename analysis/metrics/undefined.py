"""Figures that cannot be estimated: NaN that says why."""

from typing import Self, TypeVar

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, NumberArray

Figures = tuple[float, ...]
Reason = tuple[BoolArray | bool, str]
# What a dataclass holds of each figure: as they are computed, `Figures` of all sources
# (or annotators); as reports show them, the `float` of one.
Held = TypeVar("Held")


class Undefined(float):
    """A NaN with the reason that a page shows beside the dash."""

    reason: str

    def __new__(cls, reason: str) -> Self:
        """Make the NaN; `reason` is a short phrase, lower case, no full stop."""
        figure = super().__new__(cls, "nan")
        figure.reason = reason
        return figure


class Absent(Undefined):
    """A figure that a report does not hold, such as one of a level not asked for."""


ABSENT = Absent("not part of this report")


def figures(values: NumberArray, *reasons: Reason) -> Figures:
    """Plain floats, with a reason in place of each value that cannot be estimated.

    Args:
        values: (n,) numbers.
        reasons: (where, why) pairs, `where` an (n,) mask or one answer for all; the
            first that applies counts. A NaN that none applies to stays a plain NaN.
    """
    result: list[float] = values.tolist()
    for where, why in reversed(reasons):
        for number in np.flatnonzero(np.broadcast_to(where, values.shape)):
            result[number] = Undefined(why)
    return tuple(result)


def ratio(numerator: NumberArray, denominator: NumberArray) -> FloatArray:
    """Elementwise quotient; NaN where the denominator is 0."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    quotient = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient
