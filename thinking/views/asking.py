"""Admins let a model answer a build, end a run, and try again what failed."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest, admin_required
from generation.errors import GenerationError
from generation.installation import known_registry
from generation.selectors.workers import live_workers
from pages.responses import see_other
from thinking.access import build_or_404, run_or_404
from thinking.errors import RunError, ThinkingError
from thinking.forms import AskForm
from thinking.models import AnswerRun, Build
from thinking.selectors.previews import preview_run
from thinking.services.runs import cancel_run, retry_run, start_run
from thinking.tasks import wake_run_on_commit


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def run_ask(request: SignedInRequest, name: str) -> HttpResponse:
    """Choose a model and how it is asked; see what that means; (POST) start it."""
    build = build_or_404(name)
    is_start = request.method == "POST"
    data = request.POST if is_start else request.GET or None
    entries = [*known_registry().entries.values()]
    form = AskForm(data, entries=entries, build=build)
    context: dict[str, object] = {
        "build": build,
        "form": form,
        "workers": live_workers(),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        if is_start:
            return _start(request, build, form, context)
        context["preview"] = preview_run(
            build=build, entry=form.chosen, manner=form.manner
        )
    return render(request, "thinking/ask.html", context, status=status)


def _start(
    request: SignedInRequest, build: Build, form: AskForm, context: dict[str, object]
) -> HttpResponse:
    try:
        run = start_run(
            build=build, entry=form.chosen, manner=form.manner, actor=request.user
        )
    except (ThinkingError, GenerationError) as error:
        form.add_error(None, str(error))
        return render(request, "thinking/ask.html", context, status=422)
    wake_run_on_commit(run)
    messages.success(request, _("The run has started."))
    return see_other("thinking:run", run.public_id)


@require_POST
@admin_required
def run_cancel(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Ask nothing more."""
    return _act(request, run_id, _cancelled)


@require_POST
@admin_required
def run_retry(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Ask again what failed."""
    return _act(request, run_id, _retried)


def _cancelled(run: AnswerRun) -> str:
    cancel_run(run=run)
    return _("Run cancelled. Its replies are kept.")


def _retried(run: AnswerRun) -> str:
    count = retry_run(run=run)
    words = ngettext(
        "%(n)s failed question is queued again.",
        "%(n)s failed questions are queued again.",
        count,
    )
    return words % {"n": count}


def _act(
    request: SignedInRequest, run_id: UUID, action: Callable[[AnswerRun], str]
) -> HttpResponse:
    """Do it, wake the workers, and go back to the run."""
    run = run_or_404(run_id)
    try:
        messages.success(request, action(run))
    except RunError as error:
        messages.error(request, str(error))
    else:
        wake_run_on_commit(run)
    return see_other("thinking:run", run.public_id)
