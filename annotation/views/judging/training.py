"""Practice: the row of the judge page, one comment at a time, with feedback."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, annotator_required
from annotation.forms.judging.practice import TrainingForm
from annotation.models import Membership, TrainingItem
from annotation.selectors.judging.ahead import ahead_of
from annotation.selectors.judging.sheets import practice_sheet
from annotation.services.judging.training import answer_training_item
from annotation.views.judging.own import own_membership
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def training(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """One practice comment at a time; the feedback after each."""
    membership = own_membership(request, study_id)
    if request.method == "POST":
        return _train(request, membership)
    items = membership.study.training_items.select_related("video__media")
    answered = {a.item_id: a for a in membership.training_answers.all()}
    shown = request.GET.get("answered", "")
    item = next((i for i in items if str(i.position) == shown), None)
    if item is None or item.pk not in answered:
        item = next((i for i in items if i.pk not in answered), None)
    if item is None:
        return redirect("annotation:work", study_id)
    answer = answered.get(item.pk)
    sheet = practice_sheet(membership, item, answer)
    is_last = len(answered) == len(items)
    following = "annotation:work" if is_last else "annotation:training"
    context = {
        "study": membership.study,
        "sheet": sheet,
        "item": item,
        "answer": answer,
        "answer_label": sheet.instrument.labels.get(answer.verdict) if answer else "",
        "origin_label": sheet.instrument.labels[item.origin],
        "is_last": is_last,
        "next_url": resolve_url(following, study_id),
        "ahead": ahead_of(membership),
    }
    return render(request, "annotation/judging/training.html", context)


def _train(request: SignedInRequest, membership: Membership) -> HttpResponse:
    form = TrainingForm(membership.study.instrument, request.POST)
    study_id = membership.study.public_id
    if not form.is_valid():
        messages.warning(request, _("Answer both questions."))
        return see_other("annotation:training", study_id)
    item = get_object_or_404(
        TrainingItem, study=membership.study, position=form.cleaned_data["position"]
    )
    choice = form.cleaned_data["choice"]
    answer_training_item(
        membership=membership, item=item, verdict=choice.verdict, score=choice.score
    )
    response = see_other("annotation:training", study_id)
    response["Location"] += f"?answered={item.position}"
    return response
