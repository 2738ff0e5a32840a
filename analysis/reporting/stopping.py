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
    """Half-widths by source, and whether each is within the rule."""
    rule = report.provenance.stop_rule
    columns = [Column("source", "Source"), Column("half_width", "± points", 2)]
    if rule is not None:
        columns.append(Column("within", f"Within ±{rule.half_width:g}"))
    rows = tuple(
        (source.name, source.half_width, *_within(source.half_width, rule))
        for source in report.found.sources
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
