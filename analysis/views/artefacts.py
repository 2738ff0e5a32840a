"""The page of the artefact audit: the audit drawn, for the study's researchers."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.pages.audit import audit_page
from analysis.services.audits import audit_in
from analysis.views.requests import audit_now
from annotation.selectors.people.access import study_or_404
from pages.responses import see_other


@require_safe
@researcher_required
def artefacts_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """What could give sources away apart from content."""
    shown_study = study_or_404(request.user, study)
    current = audit_now(shown_study)
    context: dict[str, object] = {"study": shown_study, "current": current}
    if request.htmx:  # the page asks whether the audit is there
        if current.is_done:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "analysis/_audit_pending.html", context)
    if current.is_done:
        context |= audit_page(audit_in(current))
    return render(request, "analysis/artefacts.html", context)


@require_POST
@researcher_required
def artefacts_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Compute an audit that failed once more."""
    shown_study = study_or_404(request.user, study)
    audit_now(shown_study, again=True)
    return see_other("analysis:artefacts", study)
