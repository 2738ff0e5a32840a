"""The outlook of a design, and what a search tried, as tables for people."""

from collections.abc import Sequence
from dataclasses import asdict

from analysis.metrics.undefined import Undefined
from analysis.planning.plan import Plan
from analysis.planning.search import Question, Try
from analysis.reporting.tables import Column, Table

_NONE = Undefined("too few for an interval")


def plan_tables(made: Plan) -> tuple[Table, Table]:
    """What to expect of each source, and of each pair."""
    sources = Table(
        "sources",
        "Expected half-width of the 95 % interval",
        "",
        (
            Column("source", "Source"),
            Column("rate_pct", "True rate, %"),
            Column("half_width", "Half-width, points", 2),
            Column("error", "± simulation error", 2),
            Column("covered_pct", "Interval holds the truth, %"),
        ),
        tuple(tuple(asdict(source).values()) for source in made.sources),
    )
    pairs = Table(
        "pairs",
        "Power to find a difference (p < 0.05, not corrected for many pairs)",
        "",
        (
            Column("first", "Source"),
            Column("second", "and source"),
            Column("difference", "True difference, points"),
            Column("power_pct", "Found in, %"),
            Column("error", "± simulation error"),
        ),
        tuple(tuple(asdict(pair).values()) for pair in made.pairs),
    )
    return sources, pairs


def tries_table(question: Question, tries: Sequence[Try]) -> Table:
    """Every size that was tried, from the smallest."""
    what = question.vary.capitalize()
    columns = (
        Column("size", what, 0),
        Column("half_width", "Widest half-width, points", 2),
        Column("simulations", "Simulations", 0),
    )
    rows = tuple(
        (one.size, _NONE if one.half_width is None else one.half_width, one.simulations)
        for one in sorted(tries, key=lambda one: (one.size, one.simulations))
    )
    return Table("tries", f"{what} that were tried", "", columns, rows)
