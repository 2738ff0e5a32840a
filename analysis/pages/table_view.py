"""A table of a report as templates need it."""

from dataclasses import dataclass

from analysis.reporting.tables import Table, shown


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
    """Texts in place of numbers."""
    holds_numbers = [
        any(not isinstance(row[place], str) for row in table.rows)
        for place in range(len(table.columns))
    ]
    rows = [
        [
            CellView(shown(cell, column), is_number)
            for cell, column, is_number in zip(
                row, table.columns, holds_numbers, strict=True
            )
        ]
        for row in table.rows
    ]
    return TableView(
        key=table.key,
        title=table.title,
        note=table.note,
        headings=[
            CellView(column.heading, is_number)
            for column, is_number in zip(table.columns, holds_numbers, strict=True)
        ],
        rows=rows,
        reasons="; ".join(table.reasons()),
    )
