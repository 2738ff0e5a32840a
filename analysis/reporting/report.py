"""The report: the results of a data set with names, tables and a headline."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from analysis.reporting.headline import headline
from analysis.reporting.naming import named_figures, reason_of
from analysis.reporting.paper_table import EVERY_FORMAT
from analysis.reporting.rendering import as_html
from analysis.reporting.results import Results
from analysis.reporting.tables import Table
from analysis.reporting.tabulating import tables_of


@dataclass(frozen=True, repr=False)
class Report(Results):
    """All figures of a data set, as a notebook holds and shows them."""

    @cached_property
    def metrics(self) -> Mapping[str, float]:
        """Every figure by its name in metrics.md, in a stable order; NaN: undefined."""
        return named_figures(self)

    def reason(self, name: str) -> str:
        """Why a figure is undefined; empty where it is defined."""
        return reason_of(self.metrics[name])

    @property
    def reasons(self) -> dict[str, str]:
        """The reason of every undefined figure."""
        return {name: self.reason(name) for name in self.metrics if self.reason(name)}

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
        """The whole report as "json", "csv", "md", "html" or "latex".

        The main table of a paper alone: "paper-md", "paper-tex" or "paper-csv".
        """
        return EVERY_FORMAT[style](self)

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
