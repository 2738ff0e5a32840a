"""Which sources pass as people do, as a table."""

from analysis.metrics.equivalence import MARGIN_PCT
from analysis.reporting.results import Results, SourceResult
from analysis.reporting.tables import Cell, Column, Table, cell_of
from pages.phrases import phrase as _

_SIGNIFICANT = 0.05
_MARGIN = f"{MARGIN_PCT:g}"


def people_table(report: Results) -> Table:
    """By AI source: the difference from people, both tests, and what they show."""
    columns = (
        Column("source", _("Source")),
        Column("diff_pct", _("Difference, points")),
        Column("ci90_lo_pct", _("90 % CI from")),
        Column("ci90_hi_pct", _("to")),
        Column("p_noninferiority", _("p, not inferior"), 4),
        Column("p_noninferiority_holm", _("p, not inferior, Holm"), 4),
        Column("p_equivalence", _("p, equivalent"), 4),
        Column("p_equivalence_holm", _("p, equivalent, Holm"), 4),
        Column("shown", _("Shown")),
    )
    rows = tuple(
        (report.title(source.name), *_cells(source))
        for source in report.found.sources
        if not source.is_human
    )
    note = _(
        "Judged-as-Human of each AI source minus that of human comments. Not inferior: "
        "less than %(margin)s points below people. Equivalent: less than %(margin)s "
        "points below or above them, by two one-sided tests. Read p after Holm's "
        "correction. “Not shown” doesn't mean that a source differs from people: the "
        "study may be too small to tell.",
        margin=_MARGIN,
    )
    title = _("Do AI sources pass as often as people?")
    return Table("people", title, note, columns, rows)


def _cells(source: SourceResult) -> tuple[Cell, ...]:
    found = source.to_people
    figures = (
        *(found.diff_pct, found.ci90_lo_pct, found.ci90_hi_pct),
        *(found.noninferiority_p, found.noninferiority_p_holm),
        *(found.equivalence_p, found.equivalence_p_holm),
    )
    return (*map(cell_of, figures), _shown(source))


def _shown(source: SourceResult) -> str:
    """What the corrected tests show, in words; a p without a value shows nothing."""
    if source.to_people.equivalence_p_holm < _SIGNIFICANT:
        return _("Within %(margin)s points of people", margin=_MARGIN)
    if source.to_people.noninferiority_p_holm < _SIGNIFICANT:
        return _("Less than %(margin)s points below people", margin=_MARGIN)
    return _("Not shown")
