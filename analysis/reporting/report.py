"""The report: the results of a data set with their tables and their headline."""

from dataclasses import dataclass

from analysis.reporting.headline import headline
from analysis.reporting.rendering import FORMATS, as_html
from analysis.reporting.results import Results
from analysis.reporting.tables import Table
from analysis.reporting.tabulating import tables_of


@dataclass(frozen=True, repr=False)
class Report(Results):
    """All figures of a data set, as a notebook holds and shows them."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The same figures for people."""
        return tables_of(self)

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        return headline(self)

    def table(self, key: str) -> Table:
        """One of the tables, such as "sources".

        Raises:
            KeyError: There is none of that key; the message names those there are.
        """
        tables = {table.key: table for table in self.tables}
        if key not in tables:
            raise KeyError(f"no table {key!r}; there are {', '.join(tables)}")
        return tables[key]

    def text(self, style: str) -> str:
        """The whole report as "json", "csv", "md", "html" or "latex"."""
        return FORMATS[style](self)

    def __repr__(self) -> str:
        """The result, and what to look at next: thousands of figures would hide it."""
        return (
            f"<Report: {self.headline}\n"
            f" {len(self.metrics)} figures in .metrics, {len(self.reasons)} of them "
            "undefined (.reasons says why);\n"
            f" .table(...) of {', '.join(table.key for table in self.tables)}>"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return as_html(self)
