"""The report with and without the annotators who were left out."""

import math
from collections.abc import Iterator, Mapping

from analysis.reporting.results import Results
from analysis.reporting.tables import Cell, Column, Table, with_decimals

PREFIX = "with_excluded/"
_BY_SOURCE = (
    "judged_human_pct/",
    "judged_human_ci_lo_pct/",
    "judged_human_ci_hi_pct/",
    "mean_score/",
)
_OVERALL = {
    "counts/annotators": ("Annotators", 0),
    "counts/judgments": ("Judgments", 0),
    "agreement/pairwise_pct": ("Pairs that agree, mean over comments, %", 1),
    "agreement/alpha_nominal_verdict": ("Krippendorff's α, verdicts", 3),
    "agreement/alpha_ordinal_score": ("Krippendorff's α, scores, ordinal", 3),
    "sdt/dprime_pooled": ("d′, human against model comments", 2),
}


def named_with_excluded(metrics: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Of the metrics of everybody's judgments, those that are shown beside the report.

    Yields:
        Names of metrics.md behind `with_excluded/`, and their values.
    """
    for name, value in metrics.items():
        if name in _OVERALL or name.startswith(_BY_SOURCE):
            yield f"{PREFIX}{name}", value


def shows_excluded(metrics: Mapping[str, float]) -> bool:
    """Whether a report was computed with the judgments of those left out as well."""
    return any(name.startswith(PREFIX) for name in metrics)


def tables(report: Results) -> tuple[Table, ...]:
    """By source and overall; none where nobody was left out."""
    if "definitions" not in report.provenance.levels or not shows_excluded(
        report.metrics
    ):
        return ()
    return _sources(report), _overall(report)


_COLUMNS = (
    Column("source", "Source"),
    Column("without_pct", "Without them, %"),
    Column("without_lo_pct", "95 % from"),
    Column("without_hi_pct", "to"),
    Column("with_pct", "With them, %"),
    Column("with_lo_pct", "95 % from"),
    Column("with_hi_pct", "to"),
    Column("change_pct", "Change, points"),
    Column("without_score", "Mean score without", 2),
    Column("with_score", "with", 2),
)


def _sources(report: Results) -> Table:
    rows = tuple(_source(report, source) for source in report.sources)
    note = (
        "The report counts without the annotators who were left out by a recorded "
        "decision; with them its figures would be those beside. The change is without "
        "minus with."
    )
    return Table("exclusions", "With and without exclusions", note, _COLUMNS, rows)


def _source(report: Results, source: str) -> tuple[Cell, ...]:
    *without, without_score = _figures(report, "", source)
    *with_them, with_score = _figures(report, PREFIX, source)
    change = _difference(without[0], with_them[0])
    return (source, *without, *with_them, change, without_score, with_score)


def _figures(report: Results, prefix: str, source: str) -> list[Cell]:
    names = (f"{prefix}{name}{source}" for name in _BY_SOURCE)
    return [report.metrics.get(name, "") for name in names]


def _difference(one: Cell, other: Cell) -> Cell:
    if isinstance(one, str) or isinstance(other, str):
        return ""
    if math.isnan(one):
        return one  # with its reason
    return other if math.isnan(other) else one - other


def _overall(report: Results) -> Table:
    def row(name: str, text: str, decimals: int) -> tuple[Cell, ...]:
        values = (report.metrics[f"{prefix}{name}"] for prefix in ("", PREFIX))
        return (text, *(with_decimals(value, decimals) for value in values))

    rows = tuple(row(name, *how) for name, how in _OVERALL.items())
    columns = (
        Column("what", "What"),
        Column("without", "Without them", 3),
        Column("with", "With them", 3),
    )
    title = "Agreement with and without exclusions"
    return Table("exclusions_overall", title, "", columns, rows)
