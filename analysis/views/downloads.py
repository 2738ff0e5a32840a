"""What can be taken away of a study: the page, and the files."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.downloads import download_for_researchers
from accounts.freshness import fresh_download
from accounts.http import SignedInRequest, researcher_required
from analysis.export.heds.making import datasheet
from analysis.pages.figures import figure_views, page_pictures
from analysis.pages.report import bundle_context
from analysis.selectors.studies import newest_report
from analysis.services.bundles import current_bundle
from analysis.views.figures import not_yet
from analysis.views.files import (
    DATASHEET_FILES,
    JUDGMENT_FILES,
    REPORT_FILES,
    datasheet_file,
    everything_file,
    judgments_file,
    page_file,
    report_file,
)
from analysis.views.requests import figures_soon, report_now
from annotation.selectors.people.access import any_study_or_404, study_or_404


@require_safe
@researcher_required
def downloads_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Everything of the study that can be taken away."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    context: dict[str, object] = {"study": shown_study, "current": current}
    shown = current if current.is_done else newest_report(shown_study)
    if shown is not None and shown.report.found.counts.judgments:
        context |= {"stored": shown, "has_judgments": True}
        context |= {"report_files": REPORT_FILES, "judgment_files": JUDGMENT_FILES}
        context |= bundle_context(current_bundle(shown_study, current.stamp))
        context["datasheet"] = datasheet(shown_study, shown.report)
    return render(request, "analysis/downloads.html", context)


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
        return not_yet(request, shown_study)
    if style == "html":
        stored = figures_soon(current, page_pictures())
        if any(figure.is_pending for figure in stored.values()):
            return not_yet(request, shown_study)
        return page_file(shown_study, current, figure_views(stored, is_file=True))
    return report_file(shown_study, current, style)


@require_safe
@download_for_researchers
def datasheet_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The human evaluation datasheet, or what it leaves to people."""
    if style not in DATASHEET_FILES:
        raise Http404
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    if not current.is_done:
        return not_yet(request, shown_study)
    return datasheet_file(shown_study, datasheet(shown_study, current.report), style)


@require_safe
@download_for_researchers
def judgments_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The judgments that the report counts, as a file."""
    if style not in JUDGMENT_FILES:
        raise Http404
    return judgments_file(study_or_404(request.user, study), style)


@require_safe
@download_for_researchers
@fresh_download("annotation:study")
def everything_download(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Every table of what the study collected, with a codebook, as a zip."""
    return everything_file(any_study_or_404(request.user, study))
