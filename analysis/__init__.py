"""Judgments to numbers: `import analysis; analysis.report(table)` in a notebook.

The public names load on first use, so a web process that never opens a report
pays nothing for numpy and its relatives.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.errors import AnalysisError
    from analysis.figures.charts import charts
    from analysis.judgments.arrays import Judgments
    from analysis.judgments.reading import judgments_from_table, read_judgments
    from analysis.reporting.computing import report
    from analysis.reporting.report import Report
    from analysis.reporting.results import Exclusion

__all__ = [
    "AnalysisError",
    "Exclusion",
    "Judgments",
    "Report",
    "charts",
    "judgments_from_table",
    "read_judgments",
    "report",
]

_HOMES = {
    "AnalysisError": "analysis.errors",
    "Exclusion": "analysis.reporting.results",
    "Judgments": "analysis.judgments.arrays",
    "Report": "analysis.reporting.report",
    "charts": "analysis.figures.charts",
    "judgments_from_table": "analysis.judgments.reading",
    "read_judgments": "analysis.judgments.reading",
    "report": "analysis.reporting.computing",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (any of the names above)
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
