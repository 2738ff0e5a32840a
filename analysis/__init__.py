"""Judgments to numbers: `import analysis; analysis.report(table)` in a notebook.

The public names load on first use, so a web process that never opens a report
pays nothing for numpy and its relatives.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.errors import AnalysisError
    from analysis.figures import charts
    from analysis.judgments import Judgments
    from analysis.reading import judgments_from_table, read_judgments
    from analysis.reporting import Exclusion, Report, report

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
    "Exclusion": "analysis.reporting",
    "Judgments": "analysis.judgments",
    "Report": "analysis.reporting",
    "charts": "analysis.figures",
    "judgments_from_table": "analysis.reading",
    "read_judgments": "analysis.reading",
    "report": "analysis.reporting",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (any of the names above)
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
