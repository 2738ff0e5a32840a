"""The selection funnel, and the selections that were saved from it."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.http import SignedInRequest, researcher_required
from corpus.engagement import PAPER_WEIGHTS
from corpus.errors import SelectionKeyTakenError
from corpus.forms import SaveSelectionForm, SelectionForm
from corpus.selection import Rule, RuleOutcome
from corpus.selection_words import methods_sentences
from corpus.selections import run_funnel, save_selection, shared_with_paper_weights
from corpus.selectors import saved_selections, style_mix
from pages.responses import see_other

OK = 200
UNPROCESSABLE = 422


class FunnelRow(NamedTuple):
    """One rule of the funnel, as a row of one table and a column of two others."""

    words: Promise
    column: Promise
    outcome: RuleOutcome


WORDS = {
    Rule.TOP_SHARE: (_("Among the most engaging of its platform"), _("Less engaging")),
    Rule.METADATA: (_("Metadata complete"), _("Metadata")),
    Rule.COMMENTS: (_("Enough usable comments"), _("Comments")),
    Rule.DECODES: (_("Clip decodes"), _("Clip")),
    Rule.DURATION: (_("Duration within limits"), _("Duration")),
    Rule.CATEGORY_CAP: (_("Category not full"), _("Category full")),
    Rule.SAMPLE: (_("Taken for the number of videos"), _("Not taken")),
}


@require_GET
@researcher_required
def selection_funnel(request: SignedInRequest) -> HttpResponse:
    """Run the funnel with the settings in the URL, so that the URL can be shared."""
    settings = SelectionForm(request.GET or _initial())
    return _page(request, settings, SaveSelectionForm())


@require_POST
@researcher_required
def selection_save(request: SignedInRequest) -> HttpResponse:
    """Save what the funnel selects now, with the settings in the URL."""
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
    count = saved.videos.count()
    words = ngettext(
        "Selection %(title)s saved with %(count)d video.",
        "Selection %(title)s saved with %(count)d videos.",
        count,
    )
    messages.success(request, words % {"title": saved.title, "count": count})
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
        rules = settings.rules
        selection = run_funnel(rules)
        if rules.engagement_weights != PAPER_WEIGHTS:
            context["shared_count"] = shared_with_paper_weights(rules, selection)
        context |= {
            "selection": selection,
            "methods": methods_sentences(rules, selection),
            "funnel": [
                FunnelRow(*WORDS[outcome.rule], outcome) for outcome in selection.funnel
            ],
            "styles": style_mix(selection.video_ids),
        }
    elif status == OK:
        status = UNPROCESSABLE
    return render(request, "corpus/selection.html", context, status=status)
