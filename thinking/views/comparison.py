"""Accuracy on a build beside Judged-as-Human in a study."""

import math

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest, researcher_required
from analysis.metrics.association import FEWEST_SOURCES
from annotation.selectors.people.access import studies_visible_to
from thinking.access import build_or_404
from thinking.forms import StudyForm
from thinking.pages.comparison import comparison_rows
from thinking.selectors.results import current_comparison


@require_GET
@researcher_required
def build_comparison(request: SignedInRequest, name: str) -> HttpResponse:
    """Choose a study, and see whether who understands videos also passes as human."""
    build = build_or_404(name)
    if build.labels:
        raise Http404
    form = StudyForm(request.GET or None, studies=studies_visible_to(request.user))
    context: dict[str, object] = {"build": build, "form": form}
    if form.is_valid():
        found = current_comparison(build, form.cleaned_data["study"])
        context |= {
            "study": form.cleaned_data["study"],
            "rows": comparison_rows(found),
            "association": found.association,
            "has_coefficient": not math.isnan(found.association.rho),
            "fewest": FEWEST_SOURCES,
        }
    return render(request, "thinking/comparison.html", context)
