"""Figures of a report: on the page, and as files."""

from mimetypes import guess_type
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download_for_researchers, is_browser
from accounts.http import SignedInRequest, researcher_required
from analysis.figures.charts import FIGURES
from analysis.figures.picture import FORMATS, Picture
from analysis.figures.style import PAGE_WIDTH, WIDTHS
from analysis.models import ReportState, StoredFigure, StoredReport
from analysis.pages.figures import download_choices, figure_views, page_pictures
from analysis.reporting.rendering import csv_table
from analysis.views.requests import figures_soon, report_now
from annotation.models import Study
from annotation.selectors.people.access import study_or_404
from pages.localising import known_text
from pages.responses import see_other

_ASK_AGAIN_S = "3"


@require_safe
@download_for_researchers
def figure_download(
    request: SignedInRequest, study: UUID, name: str, style: str
) -> HttpResponseBase:
    """A figure as a file, or its numbers; while it is drawn, word of that."""
    shown_study = study_or_404(request.user, study)
    width = request.GET.get("width", PAGE_WIDTH)
    if name not in FIGURES or style not in (*FORMATS, "csv") or width not in WIDTHS:
        raise Http404
    report = _report(request, shown_study)
    if not report.is_done:
        return not_yet(request, shown_study)
    if style == "csv":
        table = FIGURES[name].table(report.report, report.chapters)
        return named_file(csv_table(table).encode(), f"{shown_study.key}-{name}.csv")
    picture = Picture(name, style, width)
    figure = figures_soon(report, [picture])[picture]
    if figure.state == ReportState.FAILED:
        return _failed(request, shown_study, figure)
    if not figure.is_done:
        return not_yet(request, shown_study)
    if not figure.content:
        raise Http404
    return named_file(bytes(figure.content), f"{shown_study.key}-{picture.file}")


def _report(request: HttpRequest, study: Study) -> StoredReport:
    """The one that a page shows, which may be older than the newest judgments."""
    if stamp := request.GET.get("of"):
        done = StoredReport.objects.filter(study=study, state=ReportState.DONE)
        return get_object_or_404(done, stamp=stamp)
    return report_now(study)


def named_file(content: bytes, name: str) -> HttpResponse:
    """A file to be kept under that name."""
    return HttpResponse(
        content,
        content_type=guess_type(name)[0],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def not_yet(request: HttpRequest, study: Study) -> HttpResponse:
    """Word that a file is being made: a page that asks again by itself, or 503."""
    if is_browser(request):
        response = render(
            request, "analysis/file_pending.html", {"study": study}, status=202
        )
        response["Refresh"] = _ASK_AGAIN_S
        return response
    return _text(_("The file is being created. Try again in a few seconds."))


def _failed(request: HttpRequest, study: Study, figure: StoredFigure) -> HttpResponse:
    why = known_text(figure.error)
    if is_browser(request):
        context = {"study": study, "error": why}
        return render(request, "analysis/file_pending.html", context, status=503)
    return _text(_("This figure couldn't be drawn: %(why)s") % {"why": why})


def _text(words: str) -> HttpResponse:
    return HttpResponse(
        words,
        status=503,
        headers={"Retry-After": _ASK_AGAIN_S},
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@researcher_required
def figure_state(request: SignedInRequest, study: UUID, name: str) -> HttpResponseBase:
    """A figure of the page: the picture, or how far it is."""
    shown_study = study_or_404(request.user, study)
    if name not in FIGURES:
        raise Http404
    if not request.htmx:
        page = reverse("analysis:report", args=[study])
        return see_other(f"{page}#figure-{name}")
    report = _report(request, shown_study)
    if not report.is_done:
        raise Http404
    views = figure_views(figures_soon(report, page_pictures([name])))
    context = {
        "study": shown_study,
        "stored": report,
        "figure": next(iter(views.values())),
    }
    return render(request, "analysis/_figure.html", context | download_choices())


@require_POST
@researcher_required
def figures_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Draw what failed once more."""
    shown_study = study_or_404(request.user, study)
    report = report_now(shown_study)
    if report.is_done:
        failed = report.figures.filter(state=ReportState.FAILED)
        figures_soon(report, [one.picture for one in failed], again=True)
    return see_other("analysis:report", study)
