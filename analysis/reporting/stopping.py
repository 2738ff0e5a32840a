"""Whether the intervals of a report are as narrow as its stop rule asks."""

import math

from analysis.metrics.undefined import Undefined
from analysis.reporting.results import Results
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.tables import Cell, Column, Table
from pages.phrases import Phrase, sentences
from pages.phrases import phrase as _


def stop_rule_sentence(report: Results) -> str:
    """The rule, and whether it is met; empty without a rule or intervals."""
    rule = report.provenance.stop_rule
    if rule is None or "inference" not in report.provenance.levels:
        return ""
    width = f"{rule.half_width:g}"
    opening = _(
        "Every source within ±%(width)s points, set %(time)s UTC.",
        width=width,
        time=rule.set_at[:16].replace("T", " "),
    )
    return sentences(opening, _verdict(report, rule))


def rule_is_met(report: Results) -> bool | None:
    """Whether every interval is within the rule; None without a rule or intervals."""
    rule = report.provenance.stop_rule
    if rule is None or "inference" not in report.provenance.levels:
        return None
    widths = [one.half_width for one in report.found.sources]
    return bool(widths) and all(width <= rule.half_width for width in widths)


def _verdict(report: Results, rule: StopRule) -> Phrase:
    widths = {one.name: one.half_width for one in report.found.sources}
    unknown = [source for source in widths if math.isnan(widths[source])]
    if not widths:
        return _("Not met: no source has an interval yet.")
    if unknown:
        names = ", ".join(report.title(source) for source in unknown)
        return _("Not met: no interval yet for %(sources)s.", sources=names)
    widest = max(widths, key=lambda source: widths[source])
    told = {
        "source": report.title(widest),
        "width": f"{widths[widest]:.2f}",
    }
    if widths[widest] <= rule.half_width:
        return _("Met: the widest is %(source)s with ±%(width)s.", **told)
    return _("Not met: the widest is %(source)s with ±%(width)s.", **told)


def width_table(report: Results) -> Table:
    """Half-widths by source, and whether each is within the rule."""
    rule = report.provenance.stop_rule
    columns = [
        Column("source", _("Source")),
        Column("half_width", _("Half-width, points"), 2),
    ]
    if rule is not None:
        width = f"{rule.half_width:g}"
        columns.append(Column("within", _("Within ±%(width)s", width=width)))
    rows = tuple(
        (
            report.title(source.name),
            source.half_width,
            *_within(source.half_width, rule),
        )
        for source in report.found.sources
    )
    title = _("Half-width of the 95 % CI of Judged-as-Human")
    note = stop_rule_sentence(report)
    return Table("half_widths", title, note, tuple(columns), rows)


def _within(width: float, rule: StopRule | None) -> tuple[Cell, ...]:
    if rule is None:
        return ()
    if isinstance(width, Undefined):
        return (_("no interval"),)
    return (_("yes") if width <= rule.half_width else _("no"),)
