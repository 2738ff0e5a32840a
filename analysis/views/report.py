"""The report page, for the researchers of its study."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.pages.figures import download_choices, figure_views, page_pictures
from analysis.pages.report import nothing_yet, report_page
from analysis.selectors.studies import newest_report
from analysis.views.requests import figures_soon, report_now
from annotation.selectors.people.access import study_or_404
from pages.responses import see_other


@require_safe
@researcher_required
def report_view(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """The report; while it is computed, the one before it, and word of the new one."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    context: dict[str, object] = {"study": shown_study, "current": current}
    if request.htmx:  # the page asks whether the new report is there
        if current.is_done:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "analysis/_pending.html", context)
    shown = current if current.is_done else newest_report(shown_study)
    if shown is not None:
        context |= report_page(shown_study, shown)
    if shown is not None and not shown.report.found.counts.judgments:
        context |= nothing_yet(shown_study)
    elif shown is not None:
        drawn = figures_soon(shown, page_pictures())
        context |= {"figures": figure_views(drawn), **download_choices()}
    return render(request, "analysis/report.html", context)


@require_POST
@researcher_required
def report_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Compute a report that failed once more."""
    shown_study = study_or_404(request.user, study)
    report_now(shown_study, again=True)
    return see_other("analysis:report", study)
