"""The picture of all pairwise comparisons: a table whose cells are shaded."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.reporting.pairs import Difference, both_ways, by_rate
from analysis.reporting.results import Results

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


def matrix(report: Results, titles: Mapping[str, str]) -> list[MatrixRow]:
    """Row minus column for every two sources, most often judged human first."""
    order = by_rate(report)
    pairs = both_ways(report)
    return [
        MatrixRow(
            number=number,
            title=titles.get(row.name, row.name),
            cells=[_cell(pairs.get((row.name, column.name))) for column in order],
        )
        for number, row in enumerate(order, 1)
    ]


def _cell(difference: Difference | None) -> MatrixCell:
    if difference is None:
        return MatrixCell("", 0, is_ahead=False, is_significant=False)
    return MatrixCell(
        text=_signed(difference.points),
        shade=sum(abs(difference.points) >= shade for shade in _SHADES),
        is_ahead=difference.points > 0,
        is_significant=difference.is_significant,
    )


def _signed(difference: float) -> str:
    whole = round(difference)
    return "0" if whole == 0 else f"{whole:+d}".replace("-", "−")
