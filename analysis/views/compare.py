"""Two studies side by side: the page, and its files."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.figures.comparison_chart import NAME
from analysis.figures.picture import FORMATS as PICTURE_FORMATS
from analysis.figures.picture import Picture
from analysis.figures.style import PAGE_WIDTH, WIDTHS
from analysis.pages.compare import ComparisonForm, comparison_page, picture_in
from analysis.pages.figures import download_choices
from analysis.reporting import reproduction_tables
from analysis.reporting.two_studies import FORMATS, StudyComparison
from analysis.services.comparisons import comparison_in
from analysis.views.figures import named_file, not_yet
from analysis.views.requests import comparison_soon
from annotation.models import Study
from annotation.selectors.people.access import studies_visible_to, study_or_404
from pages.responses import see_other

_SUFFIXES = {"latex": "tex"}


@require_safe
@researcher_required
def compare_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Choose the other study; the comparison, or how far it is."""
    shown_study = study_or_404(request.user, study)
    form = _form(request, shown_study)
    context: dict[str, object] = {"study": shown_study, "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "analysis/compare.html", context)
    current = comparison_soon(shown_study, form.cleaned_data["other"], form.pairs)
    context |= {"current": current, "query": request.GET.urlencode()}
    if request.htmx:  # the page asks whether the comparison is there
        if current.is_done:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "analysis/_comparison_pending.html", context)
    context |= {"choices": form.source_choices(), **download_choices()}
    if current.is_done:
        context |= comparison_page(current, comparison_in(current))
    return render(request, "analysis/compare.html", context)


def _form(request: SignedInRequest, study: Study) -> ComparisonForm:
    visible = studies_visible_to(request.user)
    return ComparisonForm(request.GET.dict(), study, visible)


def _asked(request: SignedInRequest, study: Study) -> ComparisonForm:
    """A question that names another study."""
    form = _form(request, study)
    if not form.is_bound or not form.is_valid():
        raise Http404
    return form


@require_POST
@researcher_required
def compare_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Compute a comparison that failed once more."""
    shown_study = study_or_404(request.user, study)
    form = _asked(request, shown_study)
    comparison_soon(shown_study, form.cleaned_data["other"], form.pairs, again=True)
    page = reverse("analysis:compare", args=[study])
    return see_other(f"{page}?{request.GET.urlencode()}")


@require_safe
@download_for_researchers
def compare_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The comparison as a file, or its figure; while it is computed, word of that."""
    shown_study = study_or_404(request.user, study)
    width = request.GET.get("width", PAGE_WIDTH)
    if style not in {*FORMATS, *PICTURE_FORMATS} or width not in WIDTHS:
        raise Http404
    form = _asked(request, shown_study)
    other = form.cleaned_data["other"]
    current = comparison_soon(shown_study, other, form.pairs)
    if not current.is_done:
        return not_yet(request, shown_study)
    name = f"{shown_study.key}-{other.key}"
    if style in FORMATS:
        return _table_file(request, comparison_in(current), name, style)
    picture = Picture(NAME, style, width)
    content = picture_in(current, picture)
    if content is None:
        raise Http404
    return named_file(content, f"{name}-{picture.file}")


def _table_file(
    request: SignedInRequest, found: StudyComparison, name: str, style: str
) -> HttpResponse:
    """The comparison, or how far the second study reproduces the first."""
    suffix = _SUFFIXES.get(style, style)
    if request.GET.get("of") == "reproduction":
        text = reproduction_tables.FORMATS[style](found.reproduction)
        return named_file(text.encode(), f"{name}-reproduction.{suffix}")
    return named_file(FORMATS[style](found).encode(), f"{name}.{suffix}")
