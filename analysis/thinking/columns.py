"""Names and columns that the tables of answers to items share."""

from analysis.metrics.answered import Gap
from analysis.reporting.tables import Cell, Column
from pages.phrases import phrase as _
from tasks.answering import Mode, View

MODE_NAMES = {
    Mode.LETTER: _("letter"),
    Mode.LIKELIHOOD: _("likelihood of letters"),
    Mode.TEXTS: _("likelihood of texts, summed"),
    Mode.TEXTS_PER_TOKEN: _("likelihood of texts, per token"),
    Mode.TEXTS_INFORMATION: _("likelihood of texts, less that without the question"),
}
VIEW_NAMES = {
    View.VIDEO: _("the video"),
    View.NONE: _("no video"),
    View.BLACK: _("black frames"),
    View.OTHER: _("another video"),
}
MACRO, MICRO = _("macro"), _("micro")
BOUNDS = (
    Column("lo_pct", _("95 % CI from")),
    Column("hi_pct", _("to")),
)


def gap_columns(heading: str) -> tuple[Column, ...]:
    """A difference in points, and its interval."""
    return (
        Column("points", heading),
        Column("lo_points", _("95 % CI from")),
        Column("hi_points", _("to")),
    )


def gap_cells(gap: Gap) -> tuple[Cell, ...]:
    """What stands in `gap_columns`."""
    return (gap.points, gap.lo, gap.hi)
