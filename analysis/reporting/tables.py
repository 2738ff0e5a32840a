"""Tables for people: what a cell is and how it is shown."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from analysis.metrics.undefined import Absent, Undefined

if TYPE_CHECKING:
    import pandas as pd

Cell = str | float


class Rounded(float):
    """A figure with decimals of its own, in a column of figures of another kind."""

    decimals: int

    def __new__(cls, value: float, decimals: int) -> Self:
        """Take the value; `decimals` are how many a table shows."""
        figure = super().__new__(cls, value)
        figure.decimals = decimals
        return figure


def cell_of(figure: float) -> Cell:
    """The figure; blank where the report does not hold it."""
    return "" if isinstance(figure, Absent) else figure


def with_decimals(value: float, decimals: int) -> float:
    """The figure with decimals of its own; what is undefined keeps its reason."""
    return value if math.isnan(value) else Rounded(value, decimals)


@dataclass(frozen=True)
class Column:
    """A column: its key in records, its heading with unit (a phrase), its decimals."""

    key: str
    heading: str
    decimals: int = 1


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        key: Its name in the JSON.
        title: Its caption.
        note: How to read it, in one or two sentences; may be empty. Pages translate
            title, note, headings and cells where they are phrases.
        columns: As many as each row has cells.
        rows: Text or numbers; a NaN may carry its reason.
    """

    key: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def holds_numbers(self) -> list[bool]:
        """By column; the first names the rows, whatever it holds."""
        return [
            place > 0 and any(not isinstance(row[place], str) for row in self.rows)
            for place in range(len(self.columns))
        ]

    def records(self) -> list[dict[str, Cell | None]]:
        """One dictionary a row, with None for what is undefined."""
        keys = [column.key for column in self.columns]
        return [
            {key: _plain(cell) for key, cell in zip(keys, row, strict=True)}
            for row in self.rows
        ]

    def frame(self) -> "pd.DataFrame":
        """The rows with full digits; the first column is the index."""
        import pandas as pd

        return pd.DataFrame(
            self.records(), columns=[column.key for column in self.columns]
        ).set_index(self.columns[0].key)

    def reasons(self) -> list[str]:
        """Why cells are undefined, each reason once."""
        cells = (cell for row in self.rows for cell in row)
        return list(
            dict.fromkeys(cell.reason for cell in cells if isinstance(cell, Undefined))
        )


def _plain(cell: Cell) -> Cell | None:
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def shown(cell: Cell, column: Column) -> str:
    """The text of a cell: a dash for what is undefined."""
    if isinstance(cell, str):
        return cell
    if math.isnan(cell):
        return "–"
    decimals = cell.decimals if isinstance(cell, Rounded) else column.decimals
    if column.key.startswith("p_") and cell < 10**-decimals:
        return f"< {10**-decimals:.{decimals}f}"
    return number_text(cell, decimals)


def number_text(value: float, decimals: int) -> str:
    """A figure for people: rounded, a real minus, no minus before 0."""
    return f"{value:z.{decimals}f}".replace("-", "−")
