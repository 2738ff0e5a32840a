"""Judgments to numbers, in a notebook or a script.

To begin:

    import analysis, pandas as pd

    report = analysis.report(pd.read_csv("judgments.csv"))
    report                                      # the result, and what there is
    report.metrics["judged_human_pct/gpt-4o"]   # one figure, by its name
    report.reason("mean_score/gpt-4o")          # why a figure is NaN
    report.table("sources").frame()             # a table as a pandas DataFrame
    report.text("latex")                        # or "md", "html", "csv", "json"
    analysis.charts(report)["judged-as-human"].save("figure.pdf")

The table has one row a judgment: annotator_id, video_id, comment_id, source, is_human,
verdict ("human", "ai" or empty), score (0 to 5 or empty; another instrument has other
verdicts and another scale); order, seconds, assignment_no and started_at if known.
`docs/metrics.md` says what each figure means.

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


def __dir__() -> list[str]:
    return [*__all__, *globals()]


def __getattr__(name: str) -> Any:  # noqa: ANN401  (any of the names above)
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
