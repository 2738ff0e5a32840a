"""What the page of the artefact audit shows: the audit, laid out for its templates."""

from analysis.artefacts.audit import SHARES, Audit
from analysis.figures.boxes import box_of
from pages.localising import known_text


def audit_page(audit: Audit) -> dict[str, object]:
    """Template context of an audit that is done."""
    found = audit.giveaway
    return {
        "audit": audit,
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
