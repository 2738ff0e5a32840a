"""The outlook of a design as tables for people."""

from dataclasses import asdict

from analysis.planning.plan import Plan
from analysis.reporting.tables import Column, Table


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
        "Power to find a difference (p < 0.05)",
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
