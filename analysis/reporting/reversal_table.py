"""The table of how few removals reverse the order of two sources."""

import math

from analysis.reporting.results import Results, Reversal
from analysis.reporting.tables import Column, Table, cell_of
from pages.phrases import phrase as _


def reversal_table(report: Results) -> Table:
    """One row a pair, the one that hangs on the fewest judgments first."""
    columns = (
        Column("pair", _("Sources")),
        Column("annotators", _("Annotators, at most"), 0),
        Column("videos", _("Videos, at most"), 0),
        Column("judgments", _("Judgments"), 0),
    )
    rows = tuple(
        (
            f"{report.title(one.first)} \u2212 {report.title(one.second)}",
            *map(cell_of, (one.annotators, one.videos, one.judgments)),
        )
        for one in sorted(report.found.reversals, key=_fragility)
    )
    counts = report.found.counts
    note = _(
        "The smallest number of annotators, of videos or of judgments whose removal "
        "reverses which of the two sources is judged human more often. Judgments: the "
        "exact minimum. Annotators and videos: removing that many does reverse the "
        "order, and fewer may do. In all there are %(annotators)s annotators, "
        "%(videos)s videos and %(judgments)s judgments.",
        annotators=f"{counts.annotators:,}",
        videos=f"{counts.videos:,}",
        judgments=f"{counts.judgments:,}",
    )
    title = _("How few removals reverse a pair?")
    return Table("reversals", title, note, columns, rows)


def _fragility(one: Reversal) -> tuple[bool, float, str, str]:
    is_unknown = math.isnan(one.judgments)
    return is_unknown, 0 if is_unknown else one.judgments, one.first, one.second
