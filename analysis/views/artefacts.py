"""The page of the artefact audit: the audit drawn, for the study's researchers."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.artefacts.audit import SHARES, audit_of
from analysis.figures.boxes import box_of
from annotation.selectors.people.access import study_or_404
from pages.localising import known_text


@require_safe
@researcher_required
def artefacts_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """What could give sources away apart from content."""
    shown_study = study_or_404(request.user, study)
    audit = audit_of(shown_study)
    context = {
        "study": shown_study,
        "audit": audit,
        "headings": [*SHARES.values()],
        "features": [(known_text(name), weight) for name, weight in found.features]
        if (found := audit.giveaway)
        else [],
        "boxes": [
            (source, box_of(source.quartiles, audit.longest))
            for source in audit.sources
        ],
    }
    return render(request, "analysis/artefacts.html", context)
