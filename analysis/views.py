"""Pages and files of the report, for the researchers of its study."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.bundles import current_bundle
from analysis.downloads import (
    JUDGMENT_FILES,
    REPORT_FILES,
    judgments_file,
    report_file,
)
from analysis.evidence import COMMENTS_A_PAGE, judged_lines
from analysis.filters import CommentFilter
from analysis.pages import report_page
from analysis.requests import report_now
from analysis.selectors import newest_report
from annotation.access import study_or_404
from annotation.views.researcher_page import TABS


@require_safe
@researcher_required
def report_view(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """The report; while it is computed, the one before it, and word of the new one."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    context = {"study": shown_study, "current": current, "tabs": TABS}
    if request.htmx:  # the page asks whether the new report is there
        if current.is_done:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "analysis/_pending.html", context)
    shown = current if current.is_done else newest_report(shown_study)
    if shown is not None:
        context |= report_page(shown_study, shown)
        context |= {"report_files": REPORT_FILES, "judgment_files": JUDGMENT_FILES}
        context["bundle"] = current_bundle(shown_study, current.stamp)
    return render(request, "analysis/report.html", context)


@require_safe
@researcher_required
def comments_view(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """The judged comments, filtered; a filter that changes swaps the list alone."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    shown = current if current.is_done else newest_report(shown_study)
    context: dict[str, object] = {
        "study": shown_study,
        "current": current,
        "tabs": TABS,
    }
    if shown is not None:
        chosen = CommentFilter(request.GET.dict(), shown)
        rows = chosen.rows().select_related("comment__video", "source")
        page = Paginator(rows, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "filter": chosen,
            "page": page,
            "lines": judged_lines(shown_study, page.object_list),
        }
    fragment = request.htmx and shown is not None
    template = "_judged_comments.html" if fragment else "comments.html"
    return render(request, f"analysis/{template}", context)


@require_POST
@researcher_required
def report_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Compute a report that failed once more."""
    shown_study = study_or_404(request.user, study)
    report_now(shown_study, again=True)
    return redirect("analysis:report", study=study)


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
