"""The page of a study's judge: estimates with it, under people's, and its card."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.judge.guess_files import written_guesses
from analysis.judge.tables import FORMATS
from analysis.models import StudyJudge
from analysis.pages.judge import HalfWidthForm, judge_page, judge_rows
from analysis.selectors.judges import (
    asked_judge,
    chosen_judge,
    done_judges,
    guess_lines,
    judges_with_estimates,
)
from analysis.services.judges import card_in, estimate_in
from analysis.views.figures import named_file, not_yet
from analysis.views.requests import estimate_soon, judge_soon
from annotation.models import Study
from annotation.selectors.people.access import study_or_404
from pages.responses import see_other

_SUFFIXES: Mapping[str, str] = {"latex": "tex"}
_GUESSES = "guesses"


@require_safe
@researcher_required
def judge_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Estimates and card of a judge, the newest if unsaid, or how far it is."""
    shown_study = study_or_404(request.user, study)
    number = request.GET.get("judge", "")
    asked, judge = asked_judge(shown_study), chosen_judge(shown_study, number)
    estimate = estimate_soon(judge) if judge is not None else None
    is_pending = bool(
        (asked and asked.is_pending) or (estimate and not estimate.is_done)
    )
    context: dict[str, object] = {
        "study": shown_study,
        "asked": asked,
        "estimate": estimate,
        "is_pending": is_pending,
    }
    if request.htmx:  # the page asks whether they are there
        if not is_pending:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "analysis/_judge_pending.html", context)
    if judge is not None and estimate is not None and estimate.is_done:
        found = estimate_in(estimate)
        form = HalfWidthForm({"half_width": 5, **request.GET.dict()})
        context |= judge_page(judge, card_in(judge), found, form)
    context["judges"] = judge_rows(done_judges(shown_study), judge)
    return render(request, "analysis/judge.html", context)


@require_POST
@researcher_required
def judge_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Fit a judge on the judgments as they are; also one that failed, once more."""
    shown_study = study_or_404(request.user, study)
    known = {*judges_with_estimates(shown_study)}
    judge = judge_soon(shown_study)
    if judge.is_done:
        estimate_soon(judge, again=True)
    if judge.pk in known:
        words = _("No judgment is newer than this judge. Nothing was changed.")
        messages.info(request, words)
    address = reverse("analysis:judge", args=[study])
    return see_other(f"{address}?judge={judge.pk}")


@require_safe
@download_for_researchers
def judge_download(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """Estimates with a judge (the newest if unsaid) as a file, or its guesses."""
    shown_study = study_or_404(request.user, study)
    if style not in {*FORMATS, _GUESSES}:
        raise Http404
    judge = chosen_judge(shown_study, request.GET.get("judge", ""))
    if judge is None:
        raise Http404
    return _file(request, shown_study, judge, style)


def _file(
    request: SignedInRequest, study: Study, judge: StudyJudge, style: str
) -> HttpResponseBase:
    name = f"{study.key}-judge-{judge.version[:12]}"
    if style == _GUESSES:
        content = written_guesses(guess_lines(judge))
        return named_file(content.encode(), f"{name}-guesses.csv")
    estimate = estimate_soon(judge)
    if not estimate.is_done:
        return not_yet(request, study)
    content = FORMATS[style](estimate_in(estimate))
    return named_file(content.encode(), f"{name}.{_SUFFIXES.get(style, style)}")
