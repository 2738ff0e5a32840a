"""Downloads of a report and its judgments, for the researchers of the study."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.views.files import (
    JUDGMENT_FILES,
    REPORT_FILES,
    judgments_file,
    report_file,
)
from analysis.views.requests import report_now
from annotation.access import study_or_404


@require_safe
@researcher_required
def report_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The report as a file; 503 while it is being computed."""
    if style not in REPORT_FILES:
        raise Http404
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    if not current.is_done:
        return HttpResponse(
            "The report is being computed. Try again in a few seconds.",
            status=503,
            headers={"Retry-After": "5"},
            content_type="text/plain; charset=utf-8",
        )
    return report_file(shown_study, current, style)


@require_safe
@researcher_required
def judgments_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The judgments that the report counts, as a file."""
    if style not in JUDGMENT_FILES:
        raise Http404
    return judgments_file(study_or_404(request.user, study), style)
