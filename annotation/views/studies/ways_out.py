"""Researchers' page: what people read, and take away, where their way ends."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, researcher_required
from annotation.forms.studies.ways_out import WaysOutForms
from annotation.selectors.people.access import any_study_or_404
from annotation.services.studies.ways_out import set_ways_out
from annotation.views.studies.page import study_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_ways_out(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The endings with their codes, return links and texts; saved together."""
    study = any_study_or_404(request.user, study_id)
    forms = WaysOutForms(study, request.POST if request.method == "POST" else None)
    if forms.is_valid():
        set_ways_out(study=study, ways=forms.ways, actor=request.user)
        messages.success(request, _("Endings saved."))
        return see_other("annotation:study_ways_out", study.public_id)
    return study_page(
        request,
        study,
        "studies/ways_out.html",
        {"forms": forms.forms},
        status=422 if forms.has_errors else 200,
    )
