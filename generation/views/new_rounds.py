"""The preview of a round, and its start; the models that there are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, admin_required
from annotation.errors import AnnotationError
from annotation.views.studies.page import see_other
from generation.errors import GenerationError
from generation.forms import NewRoundForm
from generation.installation import known_registry
from generation.selectors.models import ModelRow, model_rows
from generation.selectors.previews import preview_round
from generation.selectors.workers import live_workers
from generation.services.rounds import open_round
from generation.tasks import wake_round_on_commit


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def round_new(request: SignedInRequest) -> HttpResponse:
    """Choose, see what would be made, and (with POST) start it."""
    registry = known_registry()
    entries = registry.entries
    is_start = request.method == "POST"
    data = request.POST if is_start else request.GET
    # A link from a study names it, and chooses nothing yet.
    form = NewRoundForm(
        data if is_start or "models" in data else None,
        entries=[*entries.values()],
        initial={"study": request.GET.get("study")},
    )
    context: dict[str, object] = {
        "form": form,
        "workers": live_workers(),
        "flaws": registry.flaws,
        **_choices(form, model_rows(entries.values())),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        if is_start:
            return _start(request, form, context)
        context["preview"] = _preview(form)
    return render(request, "generation/new.html", context, status=status)


def _choices(form: NewRoundForm, rows: list[ModelRow]) -> dict[str, object]:
    """What can run now, which is offered first, and the others."""
    chosen = form["models"].value() or []
    unready = [row for row in rows if not row.can_run]
    return {
        "chosen": chosen,
        "ready": [row for row in rows if row.can_run],
        "unready": unready,
        "is_unready_chosen": any(row.entry.key in chosen for row in unready),
    }


def _preview(form: NewRoundForm) -> object:
    return preview_round(
        study=form.cleaned_data["study"], entries=form.chosen, scope=form.chosen_scope
    )


def _start(
    request: SignedInRequest, form: NewRoundForm, context: dict[str, object]
) -> HttpResponse:
    try:
        generation_round = open_round(
            study=form.cleaned_data["study"],
            entries=form.chosen,
            scope=form.chosen_scope,
            actor=request.user,
        )
    except (GenerationError, AnnotationError) as error:
        context |= {"error": error, "preview": _preview(form)}
        return render(request, "generation/new.html", context, status=409)
    wake_round_on_commit(generation_round)
    messages.success(request, "The round has started.")
    return see_other("generation:round", generation_round.public_id)


@require_safe
@admin_required
def model_list(request: SignedInRequest) -> HttpResponse:
    """The registry, and what runs where."""
    registry = known_registry()
    rows = model_rows(registry.entries.values())
    context = {
        "rows": rows,
        "ready": [row for row in rows if row.can_run],
        "workers": live_workers(),
        "flaws": registry.flaws,
    }
    return render(request, "generation/models.html", context)
