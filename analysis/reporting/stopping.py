"""Whether the intervals of a report are as narrow as its stop rule asks."""

import math

from analysis.metrics.undefined import Undefined
from analysis.reporting.results import Results
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.tables import Cell, Column, Table


def stop_rule_sentence(report: Results) -> str:
    """The rule, and whether it is met; empty without a rule or intervals."""
    rule = report.provenance.stop_rule
    if rule is None or "inference" not in report.provenance.levels:
        return ""
    day = rule.set_at[:16].replace("T", " ")
    opening = f"Every source within ±{rule.half_width:g} points, set {day} UTC: "
    widths = {one.name: one.half_width for one in report.found.sources}
    unknown = [source for source in widths if math.isnan(widths[source])]
    if unknown or not widths:
        return opening + f"not met, no interval for {', '.join(unknown) or 'any'}."
    widest = max(widths, key=lambda source: widths[source])
    is_met = widths[widest] <= rule.half_width
    state = "met" if is_met else "not met"
    return f"{opening}{state}, the widest is {widest} with ±{widths[widest]:.2f}."


def width_table(report: Results) -> Table:
    """Half-widths by source, the widest first, and whether each is within the rule."""
    rule = report.provenance.stop_rule
    widths = {one.name: one.half_width for one in report.found.sources}

    def place(source: str) -> tuple[bool, float, str]:
        is_unknown = math.isnan(widths[source])
        return (not is_unknown, 0 if is_unknown else -widths[source], source)

    columns = [Column("source", "Source"), Column("half_width", "± points", 2)]
    if rule is not None:
        columns.append(Column("within", f"Within ±{rule.half_width:g}"))
    rows = tuple(
        (source, widths[source], *_within(widths[source], rule))
        for source in sorted(widths, key=place)
    )
    title = "Half-width of the 95 % interval of Judged-as-Human"
    note = stop_rule_sentence(report)
    return Table("half_widths", title, note, tuple(columns), rows)


def _within(width: float, rule: StopRule | None) -> tuple[Cell, ...]:
    if rule is None:
        return ()
    if isinstance(width, Undefined):
        return ("no interval",)
    return ("yes" if width <= rule.half_width else "no",)
