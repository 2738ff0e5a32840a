"""The models of the registry, and what runs where."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, admin_required
from generation.installation import known_registry
from generation.machine import this_machine
from generation.selectors.models import Availability, ModelRow, model_rows
from generation.selectors.workers import live_workers
from generation.views.choices import Choice, counted_choice

_PANEL, _UNREADY = "panel", "not-ready"


@require_safe
@admin_required
def model_list(request: SignedInRequest) -> HttpResponse:
    """All of them, or those in one state, of one family or with some words."""
    registry = known_registry()
    every = model_rows(registry.entries.values())
    family, words = request.GET.get("family", ""), request.GET.get("q", "").strip()
    rows = [row for row in every if _matches(row, family, words)]
    chosen = request.GET.get("show", "")
    panel = [row.entry.key for row in every if row.is_of_panel]
    context = {
        "rows": [row for row in rows if _is_shown(row, chosen)],
        "choices": _choices(rows, chosen, request.GET),
        "families": sorted({row.entry.family for row in every}),
        "family": family,
        "words": words,
        "show": chosen,
        "workers": live_workers(),
        "machine": this_machine(),
        "unserved": _unserved(every),
        "flaws": registry.flaws,
        "panel_address": f"{reverse('generation:new')}?"
        f"{urlencode({'scope': 'missing', 'models': panel}, doseq=True)}",
    }
    return render(request, "generation/models.html", context)


def _matches(row: ModelRow, family: str, words: str) -> bool:
    entry = row.entry
    texts = f"{entry.title} {entry.key} {entry.licence} {entry.named_in}".lower()
    return family in ("", entry.family) and words.lower() in texts


def _is_shown(row: ModelRow, show: str) -> bool:
    if show == _PANEL:
        return row.is_of_panel
    if show == _UNREADY:
        return not row.can_run
    return show in ("", row.availability)


def _unserved(rows: list[ModelRow]) -> list[tuple[str, int]]:
    """Queues that no worker serves, with the models that need one."""
    queues = [row.entry.queue for row in rows if not row.workers]
    return [(queue, queues.count(queue)) for queue in sorted({*queues})]


def _choices(rows: list[ModelRow], chosen: str, given: QueryDict) -> list[Choice]:
    views = [
        ("", _("All")),
        (_PANEL, _("All 24")),
        (Availability.READY.value, str(Availability.READY.label)),
        (_UNREADY, _("Not ready")),
    ]
    views += [
        (state.value, str(state.label))
        for state in Availability
        if state != Availability.READY
    ]
    shown = []
    for view, label in views:
        address = given.copy()
        address["show"] = view
        count = sum(_is_shown(row, view) for row in rows)
        if count or view in ("", chosen):
            link = f"?{address.urlencode()}"
            is_chosen = chosen == view
            shown.append(
                # Its label is its number.
                Choice(link, label, is_chosen)
                if view == _PANEL
                else counted_choice(link, label, count, is_chosen)
            )
    return shown
