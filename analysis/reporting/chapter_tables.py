"""The curves of a report as tables: the numbers beside their figures."""

from collections.abc import Sequence

from analysis.reporting.chapters import Chapters, Curve
from analysis.reporting.tables import Column, Table, with_decimals
from pages.phrases import phrase as _

_NOTE = _(
    "The bands around the curves are Wilson intervals, which ignore clustering: use "
    "them as a visual guide only."
)


def position_table(chapters: Chapters | None) -> Table:
    """Judged-as-Human along a batch."""
    return _curve_table(
        "position",
        _("Judged-as-Human by position in the batch"),
        _("Position in the batch"),
        chapters.position if chapters else (),
    )


def drift_table(chapters: Chapters | None) -> Table:
    """Judged-as-Human along the batches of an annotator."""
    return _curve_table(
        "drift",
        _("Judged-as-Human by batch number"),
        _("Batch number of the annotator"),
        chapters.drift if chapters else (),
    )


def _curve_table(key: str, title: str, along: str, curves: Sequence[Curve]) -> Table:
    words = {"human": _("human"), "ai": _("AI")}
    columns = (
        Column(key, along, 0),
        Column("origin", _("Comments")),
        Column("judged_human_pct", _("Judged-as-Human, %")),
        Column("wilson_lo_pct", _("Wilson from")),
        Column("wilson_hi_pct", _("to")),
        Column("n_verdicts", _("Verdicts"), 0),
    )
    rows = tuple(
        (_whole(point.x), words[curve.origin], point.pct, point.lo, point.hi, point.n)
        for curve in curves
        for point in curve.points
    )
    return Table(key, title, _NOTE, columns, rows)


def _whole(x: float) -> float:
    """A bin of several numbers stands at its middle, which may be a half."""
    return with_decimals(x, 0 if x.is_integer() else 1)
