"""Admins let a model guess about a study; a run's page says how far it is."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, admin_required, researcher_required
from annotation.models import Study
from annotation.selectors.people.access import study_or_404
from generation.installation import known_registry
from generation.selectors.workers import live_workers
from judges.errors import JudgeError
from judges.forms import AskForm
from judges.models import JudgeRun
from judges.selectors.previews import preview_run
from judges.selectors.runs import run_progress
from judges.services.runs import cancel_run, fit_again, retry_run, start_run
from judges.tasks import fit_on_commit, wake_run_on_commit
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def judge_ask(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Choose a model and how it is asked; see what that means; (POST) start it."""
    shown_study = study_or_404(request.user, study)
    is_start = request.method == "POST"
    data = request.POST if is_start else request.GET or None
    form = AskForm(data, entries=[*known_registry().entries.values()])
    context: dict[str, object] = {
        "study": shown_study,
        "form": form,
        "workers": live_workers(),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        if is_start:
            return _start(request, shown_study, form, context)
        context["preview"] = preview_run(
            study=shown_study, entry=form.chosen, manner=form.manner
        )
    return render(request, "judges/ask.html", context, status=status)


def _start(
    request: SignedInRequest, study: Study, form: AskForm, context: dict[str, object]
) -> HttpResponse:
    try:
        run = start_run(
            study=study, entry=form.chosen, manner=form.manner, actor=request.user
        )
    except JudgeError as error:
        form.add_error(None, str(error))
        return render(request, "judges/ask.html", context, status=422)
    wake_run_on_commit(run)
    messages.success(request, _("The run has started."))
    return see_other("judges:run", study.public_id, run.public_id)


@require_safe
@researcher_required
def judge_run(request: SignedInRequest, study: UUID, run: UUID) -> HttpResponse:
    """One run: how the model was asked, how far it is, which judge came of it.

    While it goes on, the page asks for its progress again and again.
    """
    shown_study = study_or_404(request.user, study)
    shown = _run_or_404(shown_study, run)
    context = {"study": shown_study, "run": shown, "progress": run_progress(shown)}
    if request.htmx:
        return render(request, "judges/_progress.html", context)
    return render(request, "judges/run.html", context)


@require_POST
@admin_required
def judge_run_cancel(request: SignedInRequest, study: UUID, run: UUID) -> HttpResponse:
    """Ask nothing more."""
    return _act(request, study, run, _cancelled)


@require_POST
@admin_required
def judge_run_retry(request: SignedInRequest, study: UUID, run: UUID) -> HttpResponse:
    """Ask again what failed."""
    return _act(request, study, run, _retried)


@require_POST
@admin_required
def judge_run_fit(request: SignedInRequest, study: UUID, run: UUID) -> HttpResponse:
    """Fit the judge to the judgments of now; nothing is asked again."""
    return _act(request, study, run, _fitted)


def _cancelled(run: JudgeRun) -> str:
    cancel_run(run=run)
    return _("Run cancelled. There is no judge from it.")


def _retried(run: JudgeRun) -> str:
    count = retry_run(run=run)
    wake_run_on_commit(run)
    words = ngettext(
        "%(n)s failed batch is queued again.",
        "%(n)s failed batches are queued again.",
        count,
    )
    return words % {"n": count}


def _fitted(run: JudgeRun) -> str:
    if not fit_again(run=run):
        return _("No judgment is newer than this judge. Nothing was changed.")
    fit_on_commit(run)
    return _("The judge is being fitted to the newer judgments.")


def _act(
    request: SignedInRequest, study: UUID, run: UUID, action: Callable[[JudgeRun], str]
) -> HttpResponse:
    """Do it and go back to the run."""
    shown = _run_or_404(study_or_404(request.user, study), run)
    try:
        messages.success(request, action(shown))
    except JudgeError as error:
        messages.error(request, str(error))
    return see_other("judges:run", study, run)


def _run_or_404(study: Study, run: UUID) -> JudgeRun:
    runs = JudgeRun.objects.select_related("study", "judge", "created_by")
    return get_object_or_404(runs, study=study, public_id=run)
