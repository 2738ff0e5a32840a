"""The outlook of a design, and what a search tried, as tables for people."""

from collections.abc import Sequence
from dataclasses import asdict

from analysis.metrics.undefined import Undefined
from analysis.planning.plan import Plan
from analysis.planning.search import Question, Try
from analysis.reporting.tables import Column, Table
from pages.phrases import phrase as _

_TRIED = {
    "videos": (_("Videos"), _("Numbers of videos tried")),
    "annotators": (_("Annotators"), _("Numbers of annotators tried")),
}
_NONE = Undefined(_("too few for an interval"))


def plan_tables(made: Plan) -> tuple[Table, Table]:
    """What to expect of each source, and of each pair."""
    sources = Table(
        "sources",
        _("Expected half-width of the 95 % CI"),
        "",
        (
            Column("source", _("Source")),
            Column("rate_pct", _("True rate, %")),
            Column("half_width", _("Half-width, points"), 2),
            Column("error", _("± simulation error"), 2),
            Column("covered_pct", _("Coverage, %")),
        ),
        tuple(tuple(asdict(source).values()) for source in made.sources),
    )
    pairs = Table(
        "pairs",
        _("Power to detect a difference (p < 0.05, uncorrected)"),
        "",
        (
            Column("first", _("Source")),
            Column("second", _("Compared with")),
            Column("difference", _("True difference, points")),
            Column("power_pct", _("Power, %")),
            Column("error", _("± simulation error")),
        ),
        tuple(tuple(asdict(pair).values()) for pair in made.pairs),
    )
    return sources, pairs


def tries_table(question: Question, tries: Sequence[Try]) -> Table:
    """Every size that was tried, from the smallest."""
    heading, title = _TRIED[question.vary]
    columns = (
        Column("size", heading, 0),
        Column("half_width", _("Widest half-width, points"), 2),
        Column("simulations", _("Simulations"), 0),
    )
    rows = tuple(
        (one.size, _NONE if one.half_width is None else one.half_width, one.simulations)
        for one in sorted(tries, key=lambda one: (one.size, one.simulations))
    )
    return Table("tries", title, "", columns, rows)
