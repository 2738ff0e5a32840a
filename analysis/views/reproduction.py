"""A study against a published table: the page, and its files."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.errors import AnalysisError
from analysis.models import StoredReport
from analysis.pages.localising import error_text
from analysis.pages.reproduction import (
    REPRODUCTION_STYLES,
    PublishedTableForm,
    paper_query,
    reproduction_views,
)
from analysis.reporting.published_table import AgainstTable, against_table
from analysis.reporting.reproduction_tables import FORMATS
from analysis.views.figures import named_file, not_yet
from analysis.views.requests import report_now
from annotation.models import Study
from annotation.selectors.people.access import study_or_404

_SUFFIXES = {"latex": "tex"}


@require_safe
@researcher_required
def published_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Paste a published table; how far the study reproduces it."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    form = PublishedTableForm(request.GET.dict() or None)
    context: dict[str, object] = {
        "study": shown_study,
        "current": current,
        "form": form,
        "paper_query": urlencode(paper_query()),
        "query": request.GET.urlencode(),
        "table_styles": REPRODUCTION_STYLES,
    }
    if form.is_bound and form.is_valid() and current.is_done:
        found = _found(shown_study, current, form)
        if found is not None:
            context |= {
                "found": found,
                "tables": reproduction_views(found.reproduction),
            }
    status = 200 if form.is_valid() or not form.is_bound else 422
    return render(request, "analysis/published.html", context, status=status)


def _found(
    study: Study, current: StoredReport, form: PublishedTableForm
) -> AgainstTable | None:
    """None where the table doesn't fit the study; the form says why."""
    try:
        return against_table(
            current.report,
            form.cleaned_data["table"],
            lowest=study.instrument.scale.lowest,
        )
    except AnalysisError as error:
        form.add_error("table", error_text(error))
        return None


@require_safe
@download_for_researchers
def published_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The same as a file."""
    shown_study = study_or_404(request.user, study)
    form = PublishedTableForm(request.GET.dict())
    if style not in FORMATS or not form.is_valid():
        raise Http404
    current = report_now(shown_study)
    if not current.is_done:
        return not_yet(request, shown_study)
    found = _found(shown_study, current, form)
    if found is None:
        raise Http404
    name = f"{shown_study.key}-reproduction.{_SUFFIXES.get(style, style)}"
    return named_file(FORMATS[style](found.reproduction).encode(), name)
