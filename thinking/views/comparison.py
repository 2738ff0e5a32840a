"""Accuracy on a build beside Judged-as-Human in a study."""

import math
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest, researcher_required
from analysis.metrics.association import FEWEST_SOURCES
from analysis.thinking.comparing import Comparison
from analysis.thinking.labels.comparing import Measure
from annotation.models import Study
from annotation.selectors.people.access import studies_visible_to
from thinking.access import build_or_404
from thinking.forms import LabelComparisonForm, StudyForm
from thinking.models import Build
from thinking.pages.comparison import comparison_rows
from thinking.selectors.results import (
    current_comparison,
    current_label_comparison,
    newest_label_builds,
)


@require_GET
@researcher_required
def build_comparison(request: SignedInRequest, name: str) -> HttpResponse:
    """Choose a study, and see whether who understands videos also passes as human."""
    build = build_or_404(name)
    if build.labels:
        return _label_page(request, [build], {"build": build})
    form = StudyForm(request.GET or None, studies=studies_visible_to(request.user))
    context: dict[str, object] = {"build": build, "form": form}
    if form.is_valid():
        found = current_comparison(build, form.cleaned_data["study"])
        score = _("Accuracy, macro, %")
        context |= _found(found, form.cleaned_data["study"], score)
    return render(request, "thinking/comparison.html", context)


@require_GET
@researcher_required
def mmla_comparison(request: SignedInRequest) -> HttpResponse:
    """The same over all sets of MMLA, each counting alike."""
    return _label_page(request, newest_label_builds(), {})


def _label_page(
    request: SignedInRequest, builds: Sequence[Build], context: dict[str, object]
) -> HttpResponse:
    visible = studies_visible_to(request.user)
    form = LabelComparisonForm(request.GET or None, studies=visible)
    shown = {"form": form, "is_mmla": True, **context}
    if form.is_valid():
        study, measure = (
            form.cleaned_data["study"],
            Measure(form.cleaned_data["measure"]),
        )
        found = current_label_comparison(builds, study, measure)
        score = _("Accuracy, %") if measure is Measure.ACCURACY else _("Macro F1, %")
        shown |= _found(found, study, score)
    return render(request, "thinking/comparison.html", shown)


def _found(found: Comparison, study: Study, score_title: str) -> dict[str, object]:
    return {
        "study": study,
        "rows": comparison_rows(found),
        "score_title": score_title,
        "baseline": found.baseline_pct,
        "association": found.association,
        "has_coefficient": not math.isnan(found.association.rho),
        "fewest": FEWEST_SOURCES,
    }
