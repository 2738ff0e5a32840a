"""Downloads of a report and its judgments, for the researchers of the study."""

from mimetypes import guess_type
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest
from analysis.errors import AnalysisError
from analysis.export.figure_file import figure_file
from analysis.figures.charts import FIGURES, FORMATS
from analysis.views.files import (
    JUDGMENT_FILES,
    REPORT_FILES,
    judgments_file,
    report_file,
)
from analysis.views.requests import report_now
from annotation.selectors.people.access import study_or_404


@require_safe
@download_for_researchers
def report_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The report as a file; 503 while it is being computed."""
    if style not in REPORT_FILES:
        raise Http404
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    if not current.is_done:
        return _not_yet()
    return report_file(shown_study, current, style)


@require_safe
@download_for_researchers
def figure_download(
    request: SignedInRequest, study: UUID, name: str, style: str
) -> HttpResponseBase:
    """A figure of the report, drawn as for a paper; 503 while it is being computed."""
    if name not in FIGURES or style not in FORMATS:
        raise Http404
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    if not current.is_done:
        return _not_yet()
    try:
        picture = figure_file(current.done_content, name, style)
    except AnalysisError:
        return _unavailable(
            _(
                "This figure couldn't be drawn. Try again in a moment, or create the "
                "reproduction bundle, which holds every figure."
            )
        )
    if picture is None:
        raise Http404
    return HttpResponse(
        picture,
        content_type=guess_type(f"{name}.{style}")[0],
        headers={
            "Content-Disposition": f'attachment; filename="{shown_study.key}-{name}'
            f'.{style}"'
        },
    )


def _not_yet() -> HttpResponse:
    return _unavailable(_("The report is being computed. Try again in a few seconds."))


def _unavailable(why: str) -> HttpResponse:
    return HttpResponse(
        why,
        status=503,
        headers={"Retry-After": "5"},
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@download_for_researchers
def judgments_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The judgments that the report counts, as a file."""
    if style not in JUDGMENT_FILES:
        raise Http404
    return judgments_file(study_or_404(request.user, study), style)
