"""What the page of the artefact audit shows: the audit, laid out for its templates."""

from analysis.artefacts.audit import SHARES, Audit
from analysis.artefacts.one_source import Sources
from analysis.figures.boxes import box_of
from analysis.pages.table_view import table_view
from analysis.reporting.tables import Column, Table
from pages.localising import known_text
from pages.phrases import phrase as _


def audit_page(audit: Audit) -> dict[str, object]:
    """Template context of an audit that is done."""
    found = audit.giveaway
    return {
        "audit": audit,
        "one_by_one": table_view(one_by_one_table(audit.one_by_one)),
        "headings": [*SHARES.values()],
        "features": [
            (known_text(name), weight)
            for name, weight in (found.features if found else ())
        ],
        "boxes": [
            (source, box_of(source.quartiles, audit.longest))
            for source in audit.sources
        ],
    }


def one_by_one_table(found: Sources) -> Table:
    """How well the surface tells each AI source from people."""
    columns = (
        Column("source", _("Source")),
        Column("comments", _("Comments"), 0),
        Column("auc", _("AUC"), 2),
        Column("interval", _("95 % CI")),
        Column("p_holm", _("p, Holm"), 3),
    )
    rows = tuple(
        (one.title, one.count, one.area, one.interval, one.p) for one in found.measured
    )
    title = _("Each AI source against human comments")
    return Table("one-by-one", title, "", columns, rows)
