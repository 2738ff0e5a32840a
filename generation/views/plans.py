"""The plan of a round, and its start; the models that there are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, admin_required
from annotation.errors import AnnotationError
from annotation.views.researcher_page import see_other
from generation.errors import GenerationError, RegistryError
from generation.forms import PlanForm
from generation.installation import known_entries
from generation.selectors.models import choices, model_rows
from generation.selectors.plans import plan_round
from generation.selectors.workers import live_workers
from generation.services.rounds import open_round
from generation.tasks import wake_round_on_commit


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def round_new(request: SignedInRequest) -> HttpResponse:
    """Choose, see what would be made, and (with POST) start it."""
    try:
        entries = known_entries()
    except RegistryError as error:
        return _registry_page(request, error)
    is_start = request.method == "POST"
    data = request.POST if is_start else request.GET
    # A link from a study names it, and chooses nothing yet.
    form = PlanForm(
        data if is_start or "models" in data else None,
        entries=[*entries.values()],
        initial={"study": request.GET.get("study")},
    )
    context: dict[str, object] = {
        "form": form,
        "rows": choices(model_rows(entries.values())),
        "workers": live_workers(),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        if is_start:
            return _start(request, form, context)
        context["plan"] = _plan(form)
    return render(request, "generation/new.html", context, status=status)


def _plan(form: PlanForm) -> object:
    return plan_round(
        study=form.cleaned_data["study"], entries=form.chosen, scope=form.chosen_scope
    )


def _start(
    request: SignedInRequest, form: PlanForm, context: dict[str, object]
) -> HttpResponse:
    try:
        generation_round = open_round(
            study=form.cleaned_data["study"],
            entries=form.chosen,
            scope=form.chosen_scope,
            actor=request.user,
        )
    except (GenerationError, AnnotationError) as error:
        context |= {"error": error, "plan": _plan(form)}
        return render(request, "generation/new.html", context, status=409)
    wake_round_on_commit(generation_round)
    messages.success(request, "The round has started.")
    return see_other("generation:round", generation_round.public_id)


@require_safe
@admin_required
def model_list(request: SignedInRequest) -> HttpResponse:
    """The registry, and what runs where."""
    try:
        entries = known_entries()
    except RegistryError as error:
        return _registry_page(request, error)
    context = {"rows": model_rows(entries.values()), "workers": live_workers()}
    return render(request, "generation/models.html", context)


def _registry_page(request: SignedInRequest, error: RegistryError) -> HttpResponse:
    """Say which file of the registry is wrong."""
    return render(
        request, "generation/registry_error.html", {"error": error}, status=500
    )
