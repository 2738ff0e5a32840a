"""The report with and without the annotators who were left out."""

import math

from analysis.reporting.results import Compared, ComparedSource, Findings, Results
from analysis.reporting.tables import Cell, Column, Table, cell_of, with_decimals
from pages.phrases import phrase as _


def compared(found: Findings) -> Compared:
    """The figures that are shown both ways."""
    agreement = found.agreement.all
    return Compared(
        sources=tuple(
            ComparedSource(
                source=one.name,
                judged_human_pct=one.judged_human_pct,
                lo_pct=one.rate.lo,
                hi_pct=one.rate.hi,
                mean_score=one.figures.mean_score,
            )
            for one in found.sources
        ),
        annotators=found.counts.annotators,
        judgments=found.counts.judgments,
        pairwise_pct=agreement.pairwise_pct.value,
        alpha_nominal_verdict=agreement.alpha_nominal_verdict.value,
        alpha_ordinal_score=agreement.alpha_ordinal_score.value,
        dprime_pooled=found.detection.dprime,
    )


def tables(report: Results) -> tuple[Table, ...]:
    """By source and overall; none where nobody was left out."""
    if "definitions" not in report.provenance.levels or report.with_excluded is None:
        return ()
    without = compared(report.found)
    return (
        _sources(report, without, report.with_excluded),
        _overall(without, report.with_excluded),
    )


_COLUMNS = (
    Column("source", _("Source")),
    Column("without_pct", _("Without excluded, %")),
    Column("without_lo_pct", _("95 % CI from")),
    Column("without_hi_pct", _("to")),
    Column("with_pct", _("With excluded, %")),
    Column("with_lo_pct", _("95 % CI from")),
    Column("with_hi_pct", _("to")),
    Column("change_pct", _("Change, points")),
    Column("without_score", _("Mean score, without excluded"), 2),
    Column("with_score", _("Mean score, with excluded"), 2),
)


def _sources(report: Results, without: Compared, with_them: Compared) -> Table:
    others = {one.source: one for one in with_them.sources}
    rows = tuple(
        (report.title(one.source), *_figures(one, others[one.source]))
        for one in without.sources
    )
    note = _(
        "The report doesn't count the judgments of excluded annotators; the columns "
        "“with excluded” show the results if it did. The change is without minus with."
    )
    return Table(
        "exclusions",
        _("Results with and without excluded annotators"),
        note,
        _COLUMNS,
        rows,
    )


def _figures(without: ComparedSource, with_them: ComparedSource) -> tuple[Cell, ...]:
    figures = (
        *(without.judged_human_pct, without.lo_pct, without.hi_pct),
        *(with_them.judged_human_pct, with_them.lo_pct, with_them.hi_pct),
        _difference(without.judged_human_pct, with_them.judged_human_pct),
        without.mean_score,
        with_them.mean_score,
    )
    return tuple(map(cell_of, figures))


def _difference(one: float, other: float) -> float:
    if math.isnan(one):
        return one  # with its reason
    return other if math.isnan(other) else one - other


def _overall(without: Compared, with_them: Compared) -> Table:
    def row(text: str, decimals: int, one: float, other: float) -> tuple[Cell, ...]:
        return (text, with_decimals(one, decimals), with_decimals(other, decimals))

    rows = (
        row(_("Annotators"), 0, without.annotators, with_them.annotators),
        row(_("Judgments"), 0, without.judgments, with_them.judgments),
        row(
            _("Pairwise agreement, mean over comments, %"),
            1,
            without.pairwise_pct,
            with_them.pairwise_pct,
        ),
        row(
            _("Krippendorff's α, verdicts"),
            3,
            without.alpha_nominal_verdict,
            with_them.alpha_nominal_verdict,
        ),
        row(
            _("Krippendorff's α, scores, ordinal"),
            3,
            without.alpha_ordinal_score,
            with_them.alpha_ordinal_score,
        ),
        row(
            _("d′, human against AI comments"),
            2,
            without.dprime_pooled,
            with_them.dprime_pooled,
        ),
    )
    columns = (
        Column("what", _("Quantity")),
        Column("without", _("Without excluded"), 3),
        Column("with", _("With excluded"), 3),
    )
    title = _("Agreement with and without excluded annotators")
    return Table("exclusions_overall", title, "", columns, rows)
