"""The report: the results of a data set with their tables and their headline."""

from dataclasses import dataclass

from analysis.reporting.headline import headline
from analysis.reporting.rendering import as_html
from analysis.reporting.results import Results
from analysis.reporting.tables import Table
from analysis.reporting.tabulating import tables_of


@dataclass(frozen=True)
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

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return as_html(self)
