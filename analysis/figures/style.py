"""What every figure for a paper has in common: colours, sizes, small parts."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.reporting.report import Report

if TYPE_CHECKING:
    import altair as alt

INK, ACCENT, SOFT = "#1a1d21", "#1f5fae", "#8a929b"
SHADES = ["#e8ebee", "#ccd4dc", "#a6b4c4", "#7892b3", "#4a74a8", "#1c4f92"]
WIDTH = 420
ROW_HEIGHT = 18

Row = dict[str, Any]


def value_of(report: Report, name: str) -> float | None:
    """A figure as charts take it: null where it is undefined."""
    value = report.metrics.get(name, math.nan)
    return None if math.isnan(value) else value


def pair_scale(values: Sequence[str]) -> "alt.Scale":
    """Of what people and what models wrote."""
    import altair as alt

    return alt.Scale(domain=["people", "model"], range=list(values))
