"""A new round: chosen, previewed, started."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, admin_required
from annotation.errors import AnnotationError
from generation.errors import GenerationError
from generation.forms import RoundForm
from generation.installation import known_registry
from generation.registry import PANEL, Registry
from generation.selectors.models import ModelRow, model_rows
from generation.selectors.previews import RoundPreview, preview_round
from generation.selectors.workers import live_workers
from generation.services.rounds import RoundLimits, open_round
from generation.tasks import wake_round_on_commit
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def round_new(request: SignedInRequest) -> HttpResponse:
    """Choose, see what would be made, and (with POST) start it."""
    registry = known_registry()
    is_start = request.method == "POST"
    data = request.POST if is_start else request.GET
    # A link from a study names it, and chooses nothing yet.
    form = RoundForm(
        data if is_start or "models" in data else None,
        entries=[*registry.entries.values()],
        initial={"study": request.GET.get("study")},
    )
    context: dict[str, Any] = {
        "form": form,
        "workers": live_workers(),
        "flaws": registry.flaws,
        "panel_address": _panel_address(data, registry),
        **_choices(form, model_rows(registry.entries.values())),
    }
    status = 422 if form.errors else 200
    if form.is_valid():
        if is_start:
            return _start(request, form, context)
        context["preview"] = _preview(form)
    return render(request, "generation/new.html", context, status=status)


def _panel_address(data: QueryDict, registry: Registry) -> str:
    """The same page with every model of the panel chosen."""
    chosen = data.copy()
    panel = [e.key for e in registry.entries.values() if e.group == PANEL]
    chosen.setlist("models", panel)
    chosen.setdefault("scope", "missing")
    chosen.pop("csrfmiddlewaretoken", None)
    return f"?{chosen.urlencode()}"


def _choices(form: RoundForm, rows: list[ModelRow]) -> dict[str, object]:
    """What can run now, which is offered first, and the others."""
    chosen = form["models"].value() or []
    unready = [row for row in rows if not row.can_run]
    return {
        "chosen": chosen,
        "ready": [row for row in rows if row.can_run],
        "unready": unready,
        "is_unready_chosen": any(row.entry.key in chosen for row in unready),
    }


def _preview(form: RoundForm) -> RoundPreview:
    return preview_round(
        study=form.cleaned_data["study"], entries=form.chosen, scope=form.chosen_scope
    )


def _start(
    request: SignedInRequest, form: RoundForm, context: dict[str, Any]
) -> HttpResponse:
    try:
        generation_round = open_round(
            study=form.cleaned_data["study"],
            entries=form.chosen,
            scope=form.chosen_scope,
            seed=form.cleaned_data["seed"],
            actor=request.user,
            limits=RoundLimits(max_usd=form.cleaned_data["max_usd"]),
        )
    except (GenerationError, AnnotationError) as error:
        context |= {"error": error, "preview": _preview(form)}
        return render(request, "generation/new.html", context, status=409)
    wake_round_on_commit(generation_round)
    messages.success(request, _("The round has started."))
    return see_other("generation:round", generation_round.public_id)
