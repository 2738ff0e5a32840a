"""The page of the artefact audit: the audit drawn, for the study's researchers."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.artefacts.audit import SHARES, Audit, SourceSurface, audit_of
from annotation.access import study_or_404
from annotation.views.researcher_page import TABS

_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Box:
    """The quartiles of a length as percentages of the picture's width."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float

    @property
    def width(self) -> float:
        return self.upper - self.lower


@require_safe
@researcher_required
def artefacts_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """What could give sources away apart from content."""
    shown_study = study_or_404(request.user, study)
    audit = audit_of(shown_study)
    context = {
        "study": shown_study,
        "tabs": TABS,
        "audit": audit,
        "headings": [*SHARES],
        "boxes": [(source, _box(source, audit)) for source in audit.sources],
    }
    return render(request, "analysis/artefacts.html", context)


def _box(source: SourceSurface, audit: Audit) -> Box:
    return Box(*(_PERCENT * value / audit.longest for value in source.quartiles))
