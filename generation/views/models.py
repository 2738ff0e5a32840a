"""The models of the registry, and what runs where."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, admin_required
from generation.installation import known_registry
from generation.selectors.models import Availability, ModelRow, model_rows
from generation.selectors.workers import live_workers
from generation.views.choices import Choice, counted_choice


@require_safe
@admin_required
def model_list(request: SignedInRequest) -> HttpResponse:
    """All of them, or those in one state."""
    registry = known_registry()
    rows = model_rows(registry.entries.values())
    chosen = request.GET.get("show", "")
    context = {
        "rows": [row for row in rows if chosen in ("", row.availability)],
        "choices": _choices(rows, chosen),
        "workers": live_workers(),
        "flaws": registry.flaws,
    }
    return render(request, "generation/models.html", context)


def _choices(rows: list[ModelRow], chosen: str) -> list[Choice]:
    every = counted_choice("?", _("All"), len(rows), not chosen)
    counts = [
        (state, sum(row.availability == state for row in rows))
        for state in Availability
    ]
    return [every] + [
        counted_choice(f"?show={state}", str(state.label), count, chosen == state)
        for state, count in counts
        if count
    ]
