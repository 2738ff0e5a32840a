"""Judged-as-Human by source and category of the videos, as a table."""

from analysis.reporting.results import Results
from analysis.reporting.tables import Column, Table
from pages.phrases import phrase as _


def category_table(report: Results) -> Table:
    """One row a category and source that has verdicts in it."""
    columns = (
        Column("category", _("Category")),
        Column("source", _("Source")),
        Column("judged_human_pct", _("Judged-as-Human, %")),
        Column("judged_human_ci_lo_pct", _("95 % CI from")),
        Column("judged_human_ci_hi_pct", _("to")),
        Column("n_verdicts", _("Verdicts"), 0),
    )
    rows = tuple(
        (one.category, report.title(one.source), one.pct, one.lo, one.hi, one.n)
        for one in report.found.categories
    )
    note = _(
        "What a report of each category's videos alone would say. Rates of fewer than "
        "30 verdicts are left out. The intervals aren't corrected for multiple "
        "comparisons: some differences will be due to chance."
    )
    title = _("Judged-as-Human by source and category")
    return Table("categories", title, note, columns, rows)
