"""The selection funnel, and the selections that were saved from it."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest, researcher_required
from corpus.errors import SelectionKeyTakenError
from corpus.forms import SaveSelectionForm, SelectionForm
from corpus.selection import Rule, RuleOutcome
from corpus.selections import run_funnel, save_selection
from corpus.selectors import saved_selections, style_mix
from pages.responses import see_other

OK = 200
UNPROCESSABLE = 422


class FunnelRow(NamedTuple):
    """One rule of the funnel, as a row of one table and a column of two others."""

    words: str
    column: str
    outcome: RuleOutcome


WORDS = {
    Rule.TOP_SHARE: ("Among the most engaging of its platform", "Less engaging"),
    Rule.METADATA: ("Metadata complete", "Metadata"),
    Rule.COMMENTS: ("Usable comments enough", "Comments"),
    Rule.DECODES: ("Clip decodes", "Clip"),
    Rule.DURATION: ("Duration within bounds", "Duration"),
    Rule.CATEGORY_CAP: ("Category not full", "Category full"),
}


@require_GET
@researcher_required
def selection_funnel(request: SignedInRequest) -> HttpResponse:
    """Run the funnel with the settings in the URL, so that it can be shared."""
    settings = SelectionForm(request.GET or _initial())
    return _page(request, settings, SaveSelectionForm())


@require_POST
@researcher_required
def selection_save(request: SignedInRequest) -> HttpResponse:
    """Save what the funnel leaves now, with the settings in the URL."""
    settings = SelectionForm(request.GET or _initial())
    name = SaveSelectionForm(request.POST)
    if not (settings.is_valid() and name.is_valid()):
        return _page(request, settings, name, status=422)
    try:
        saved = save_selection(
            key=name.key,
            title=name.cleaned_data["title"],
            rules=settings.rules,
            selection=run_funnel(settings.rules),
            created_by=request.user,
        )
    except SelectionKeyTakenError as error:
        name.add_error("title", str(error))
        return _page(request, settings, name, status=422)
    messages.success(request, f"Saved {saved.title} ({saved.videos.count()}).")
    return see_other(f"{resolve_url('corpus:videos')}?selection={saved.key}")


def _initial() -> dict[str, object]:
    """The paper's settings, for a URL without any."""
    fields = SelectionForm.base_fields
    return {name: field.initial for name, field in fields.items()}


def _page(
    request: SignedInRequest,
    settings: SelectionForm,
    name: SaveSelectionForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"settings": settings, "name": name, "saved": saved_selections()}
    if settings.is_valid():
        selection = run_funnel(settings.rules)
        context |= {
            "selection": selection,
            "funnel": [
                FunnelRow(*WORDS[outcome.rule], outcome) for outcome in selection.funnel
            ],
            "styles": style_mix(selection.video_ids),
        }
    elif status == OK:
        status = UNPROCESSABLE
    return render(request, "corpus/selection.html", context, status=status)
