"""The picture of all pairwise comparisons: a table whose cells are shaded."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.reporting.report import Report

_SIGNIFICANT = 0.05
_SHADES = (5.0, 15.0, 30.0, 50.0)  # points, from which a cell is darker


@dataclass(frozen=True)
class MatrixCell:
    """One source minus another.

    Attributes:
        text: The difference in points, with its sign; empty on the diagonal.
        shade: 0 to 4, by its size.
        is_ahead: Whether it is above 0.
        is_significant: Whether p is below 0.05 after Holm's correction.
    """

    text: str
    shade: int
    is_ahead: bool
    is_significant: bool


@dataclass(frozen=True)
class MatrixRow:
    """One source against every other, in the order of the rows."""

    number: int
    title: str
    cells: list[MatrixCell]


def matrix(report: Report, titles: Mapping[str, str]) -> list[MatrixRow]:
    """Row minus column for every two sources, most often judged human first."""
    rates = {s: report.metrics[f"judged_human_pct/{s}"] for s in report.sources}
    known = [source for source in rates if not math.isnan(rates[source])]
    order = sorted(known, key=lambda source: (-rates[source], source))
    return [
        MatrixRow(
            number=number,
            title=titles.get(row, row),
            cells=[_cell(report, row, column) for column in order],
        )
        for number, row in enumerate(order, 1)
    ]


def _cell(report: Report, row: str, column: str) -> MatrixCell:
    if row == column:
        return MatrixCell("", 0, is_ahead=False, is_significant=False)
    sign, pair = 1, f"{row}|{column}"
    if f"pair_diff_pct/{pair}" not in report.metrics:
        sign, pair = -1, f"{column}|{row}"
    difference = sign * report.metrics[f"pair_diff_pct/{pair}"]
    p = report.metrics[f"pair_p_t_holm/{pair}"]
    return MatrixCell(
        text=_signed(difference),
        shade=sum(abs(difference) >= shade for shade in _SHADES),
        is_ahead=difference > 0,
        is_significant=p < _SIGNIFICANT,
    )


def _signed(difference: float) -> str:
    whole = round(difference)
    return "0" if whole == 0 else f"{whole:+d}".replace("-", "−")
