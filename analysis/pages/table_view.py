"""A table of a report as templates need it."""

from dataclasses import dataclass

from analysis.reporting.tables import Cell, Column, Table, shown
from pages.localising import known_text, localised


@dataclass(frozen=True)
class CellView:
    """The text of a cell, and whether it is a number."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class TableView:
    """A table as a template needs it; the first cell of a row heads the row."""

    key: str
    title: str
    note: str
    headings: list[CellView]
    rows: list[list[CellView]]
    reasons: str


def table_view(table: Table) -> TableView:
    """Texts in the reader's language in place of numbers."""
    holds_numbers = table.holds_numbers
    rows = [
        [
            CellView(_text(cell, column), is_number)
            for cell, column, is_number in zip(
                row, table.columns, holds_numbers, strict=True
            )
        ]
        for row in table.rows
    ]
    return TableView(
        key=table.key,
        title=localised(table.title),
        note=localised(table.note),
        headings=[
            CellView(localised(column.heading), is_number)
            for column, is_number in zip(table.columns, holds_numbers, strict=True)
        ],
        rows=rows,
        reasons=reasons_text(table.reasons()),
    )


def reasons_text(reasons: list[str]) -> str:
    """Why figures are undefined, each reason once."""
    return "; ".join(dict.fromkeys(map(known_text, filter(None, reasons))))


def _text(cell: Cell, column: Column) -> str:
    return localised(cell) if isinstance(cell, str) else shown(cell, column)
