"""Rounds: the list, one at a glance, and what may be done with it."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, admin_required
from annotation.selectors.people.access import study_or_404
from generation.access import job_or_404, round_or_404
from generation.errors import GenerationError
from generation.forms import ResumeForm
from generation.models import GenerationRound
from generation.selectors.comparison import (
    compare_rounds,
    rounds_to_compare_with,
    shared_jobs,
)
from generation.selectors.costs import is_at_cost_limit, round_cost
from generation.selectors.recipes import recipe_of
from generation.selectors.round_progress import (
    attempts_of,
    failed_jobs,
    failures_of,
    flags_in,
    recent_jobs,
    round_progress,
    written_jobs,
)
from generation.selectors.rounds import round_rows
from generation.selectors.workers import live_workers, queues_without_worker
from generation.services.claims import lease, unheard_of
from generation.services.rounds import (
    cancel_round,
    flagged_again,
    jobs_of,
    pause_round,
    regenerate_flagged,
    resume_round,
    retry_failures,
)
from generation.tasks import wake_round_on_commit
from generation.templatetags.generation import flag_label
from generation.views.choices import Choice, counted_choice
from pages.errors import ErrorPage, again, error_page
from pages.responses import see_other

_PAGE_SIZE = 50
# In place of a flag: those with any.
_ANY = "any"


@require_safe
@admin_required
def round_list(request: SignedInRequest) -> HttpResponse:
    """Every round, newest first."""
    page = Paginator(round_rows(), _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "workers": live_workers()}
    return render(request, "generation/rounds.html", context)


@require_safe
@admin_required
def study_rounds(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The rounds of one study, among its pages."""
    study = study_or_404(request.user, study_id)
    rounds = round_rows().filter(study=study)
    page = Paginator(rounds, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"study": study, "page": page}
    return render(request, "generation/study_rounds.html", context)


@require_safe
@admin_required
def round_detail(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    """One round; while it runs, the page asks for the fragment again and again."""
    generation_round = round_or_404(round_id)
    context = {
        "round": generation_round,
        "progress": round_progress(generation_round),
        "recent": recent_jobs(generation_round),
        "failures": failures_of(generation_round),
        "flagged_count": flagged_again(generation_round).count(),
        "unheard_of_count": unheard_of(jobs_of(generation_round)).count(),
        "lease": lease(),
        "lonely_queues": queues_without_worker(generation_round),
        "earlier": rounds_to_compare_with(generation_round)[:1],
        "cost": round_cost(generation_round),
        # A limit that is being typed must not be swapped away.
        "is_live": not (
            generation_round.is_over
            or (generation_round.is_paused and generation_round.max_usd)
        ),
        "is_at_cost_limit": is_at_cost_limit(generation_round),
    }
    template = "generation/_round.html" if request.htmx else "generation/round.html"
    return render(request, template, context)


@require_safe
@admin_required
def round_comments(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    """Each comment that is written; or the flagged ones, or those of one flag."""
    generation_round = round_or_404(round_id)
    jobs = written_jobs(generation_round)
    flagged = jobs.filter(flags__len__gt=0)
    flag = request.GET.get("flag", "")
    of_flag = jobs.filter(flags__contains=[flag])
    shown = {"": jobs, _ANY: flagged}.get(flag, of_flag)
    context = {
        "round": generation_round,
        "flag": flag,
        "choices": _flag_choices(generation_round, flag),
        "page": Paginator(shown, _PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "generation/comments.html", context)


def _flag_choices(generation_round: GenerationRound, chosen: str) -> list[Choice]:
    """All comments, those with any flag, and those of each flag."""
    jobs = written_jobs(generation_round)
    flagged_count = jobs.filter(flags__len__gt=0).count()
    counted = [("", _("All"), jobs.count())]
    if flagged_count:
        counted.append((_ANY, _("Flagged"), flagged_count))
    counted += [
        (name, str(flag_label(name)), count)
        for name, count in flags_in(generation_round)
    ]
    return [
        counted_choice(
            f"?{urlencode({'flag': name})}" if name else "?",
            label,
            count,
            name == chosen,
        )
        for name, label, count in counted
    ]


@require_safe
@admin_required
def round_errors(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    """Each failed job with its reason."""
    generation_round = round_or_404(round_id)
    jobs = failed_jobs(generation_round)
    if reason := request.GET.get("reason"):
        jobs = jobs.filter(error_reason=reason)
    context = {
        "round": generation_round,
        "choices": _reason_choices(generation_round, reason or ""),
        "page": Paginator(jobs, _PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "generation/errors.html", context)


def _reason_choices(generation_round: GenerationRound, chosen: str) -> list[Choice]:
    return [Choice("?", _("All"), not chosen)] + [
        counted_choice(
            f"?reason={failure.reason}",
            str(failure.label),
            failure.count,
            failure.reason == chosen,
        )
        for failure in failures_of(generation_round)
    ]


@require_safe
@admin_required
def round_job(request: SignedInRequest, round_id: UUID, job_id: int) -> HttpResponse:
    """One job: every attempt, down to its seed."""
    job = job_or_404(round_id, job_id)
    context = {
        "job": job,
        "round": job.round_source.round,
        "attempts": attempts_of(job),
    }
    return render(request, "generation/job.html", context)


@require_safe
@admin_required
def round_compare(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    """A round beside an earlier one of the same models."""
    generation_round = round_or_404(round_id)
    choices = rounds_to_compare_with(generation_round)
    context: dict[str, object] = {"round": generation_round, "choices": choices[:50]}
    chosen = request.GET.get("with", "")
    earlier = next((one for one in choices if str(one.public_id) == chosen), None)
    if earlier is None:
        earlier = choices.first()
    if earlier is not None:
        jobs = shared_jobs(generation_round, earlier)
        context |= {
            "earlier": earlier,
            "models": compare_rounds(generation_round, earlier),
            "page": Paginator(jobs, _PAGE_SIZE).get_page(request.GET.get("page")),
        }
    return render(request, "generation/compare.html", context)


@require_safe
@admin_required
def round_recipe(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    """The file by which another installation asks the same; 409 where none can."""
    generation_round = round_or_404(round_id)
    try:
        text = recipe_of(generation_round).as_json()
    except GenerationError as error:
        address = resolve_url("generation:round", round_id)
        told = ErrorPage(_NOT_DONE, str(error))
        return error_page(409, request, error=told, way=again(address))
    name = f"round-{generation_round.pk}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json", headers=headers)


# --- Actions ------------------------------------------------------------------------

_NOT_DONE = gettext_lazy("That didn't work")


@require_POST
@admin_required
def round_pause(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    return _act(request, round_id, _pause)


@require_POST
@admin_required
def round_resume(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    def resume(generation_round: GenerationRound) -> str:
        form = ResumeForm(request.POST)
        if not form.is_valid():
            raise GenerationError(" ".join(map(str, form.errors["max_usd"])))
        limit = form.cleaned_data["max_usd"]
        resume_round(generation_round=generation_round, max_usd=limit)
        return _("Round resumed.")

    return _act(request, round_id, resume)


@require_POST
@admin_required
def round_cancel(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    def cancel(generation_round: GenerationRound) -> str:
        cancel_round(generation_round=generation_round, actor=request.user)
        return _("Round cancelled. Comments that have been written are kept.")

    return _act(request, round_id, cancel)


@require_POST
@admin_required
def round_retry(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    return _act(request, round_id, _retry)


@require_POST
@admin_required
def round_regenerate(request: SignedInRequest, round_id: UUID) -> HttpResponse:
    return _act(request, round_id, _regenerate)


def _pause(generation_round: GenerationRound) -> str:
    pause_round(generation_round=generation_round)
    return _("Round paused. Jobs in progress are finished first.")


def _retry(generation_round: GenerationRound) -> str:
    count = retry_failures(generation_round=generation_round)
    words = ngettext(
        "%(n)s failed job is queued again.",
        "%(n)s failed jobs are queued again.",
        count,
    )
    return words % {"n": count}


def _regenerate(generation_round: GenerationRound) -> str:
    count = regenerate_flagged(generation_round=generation_round)
    words = ngettext(
        "%(n)s flagged comment will be regenerated.",
        "%(n)s flagged comments will be regenerated.",
        count,
    )
    return words % {"n": count}


def _act(
    request: SignedInRequest, round_id: UUID, action: Callable[[GenerationRound], str]
) -> HttpResponse:
    """Do it, wake the workers, and go back to the round; 409 if it is refused."""
    generation_round = round_or_404(round_id)
    try:
        messages.success(request, action(generation_round))
    except GenerationError as error:
        address = resolve_url("generation:round", round_id)
        told = ErrorPage(_NOT_DONE, str(error))
        return error_page(409, request, error=told, way=again(address))
    wake_round_on_commit(generation_round)
    return see_other("generation:round", round_id)
