"""Preference data of a study: what may be trained on, and its files."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, admin_required, researcher_required
from analysis.errors import AnalysisError
from analysis.models import LearningRound
from analysis.pages.preferences import (
    KindForm,
    LearningRoundForm,
    TrainingUseForm,
    preferences_page,
)
from analysis.preferences.kinds import Kind
from analysis.selectors.learning_rounds import follow_ups_of
from analysis.selectors.preferences import newest_export, refusal_of
from analysis.services.learning_rounds import make_follow_up, record_run
from analysis.services.training_use import (
    record_training_consent,
    set_evaluation_only,
    take_back_training_consent,
)
from analysis.views.figures import named_file
from analysis.views.requests import preferences_soon, report_now
from annotation.selectors.people.access import study_or_404
from pages.localising import localised
from pages.responses import see_other


@require_safe
@researcher_required
def preferences_view(request: SignedInRequest, study: UUID) -> HttpResponse:
    """What may be trained on, and the files that were made."""
    shown_study = study_or_404(request.user, study)
    for judged in follow_ups_of(shown_study):
        report_now(judged)
    context = preferences_page(shown_study)
    context["is_admin"] = request.user.is_admin
    if request.htmx and not context["is_pending"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "analysis/preferences.html", context)


@require_POST
@researcher_required
def preferences_again(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Make files of the judgments as they are."""
    shown_study = study_or_404(request.user, study)
    form = KindForm(request.POST)
    if form.is_valid() and not refusal_of(shown_study):
        preferences_soon(shown_study, Kind(form.cleaned_data["kind"]))
    return see_other("analysis:preferences", study)


@require_POST
@researcher_required
def training_use(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Record what annotators agreed to, or that the study is for evaluation only."""
    shown_study = study_or_404(request.user, study)
    form = TrainingUseForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["consent"]:
                record_training_consent(
                    study=shown_study, version=given["consent"], actor=request.user
                )
        except AnalysisError as error:
            messages.error(request, localised(str(error)))
        if given["not_consent"]:
            take_back_training_consent(
                study=shown_study, version=given["not_consent"], actor=request.user
            )
        if given["evaluation_only"] is not None:
            set_evaluation_only(
                study=shown_study,
                is_evaluation_only=given["evaluation_only"],
                actor=request.user,
            )
    return see_other("analysis:preferences", study)


@require_safe
@download_for_researchers
def preferences_file(
    request: SignedInRequest, study: UUID, kind: str
) -> HttpResponseBase:
    """The newest files of a kind, as a zip; none where the study now refuses."""
    shown_study = study_or_404(request.user, study)
    if kind not in [*Kind] or refusal_of(shown_study):
        raise Http404
    export = newest_export(shown_study, Kind(kind))
    if export is None or not export.is_done:
        raise Http404
    name = f"{shown_study.key}-{kind}-{export.preferences_hash[:12]}.zip"
    return named_file(bytes(export.pack or b""), name)


@require_POST
@admin_required
def learning_round_record(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """Record a model that was trained on the study's judgments."""
    shown_study = study_or_404(request.user, study)
    form = LearningRoundForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            record_run(
                study=shown_study,
                start=given["start"],
                trained_key=given["trained_key"],
                title=given["title"],
                checkpoint_hash=given["checkpoint_hash"],
                result_text=given["result"],
                actor=request.user,
            )
        except AnalysisError as error:
            form.add_error(None, localised(str(error)))
        else:
            messages.success(request, gettext("The trained version is recorded."))
            return see_other("analysis:preferences", study)
    context = preferences_page(shown_study, form) | {"is_admin": True}
    return render(request, "analysis/preferences.html", context, status=422)


@require_POST
@admin_required
def follow_up(
    request: SignedInRequest, study: UUID, learning_round: int
) -> HttpResponseBase:
    """A draft in which people judge both versions of a round."""
    shown_study = study_or_404(request.user, study)
    chosen = get_object_or_404(
        LearningRound, pk=learning_round, export__study=shown_study
    )
    try:
        made = make_follow_up(learning_round=chosen, videos=(), actor=request.user)
    except AnalysisError as error:
        messages.error(request, localised(str(error)))
        return see_other("analysis:preferences", study)
    return see_other("annotation:study", made.public_id)
