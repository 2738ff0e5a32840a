"""Preview: a researcher walks the study as an annotator would; nothing is stored.

The pages are the annotators' own templates, and what they send comes to addresses of
the preview, which answer and forget.
"""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import SignedInRequest, researcher_required, wants_json
from annotation.errors import MalformedAnswersError
from annotation.forms.judging.answers import posted_answers, posted_choices
from annotation.forms.judging.practice import ComprehensionForm, TrainingForm
from annotation.forms.people.consent import ConsentForm
from annotation.models import (
    COMPREHENSION_ATTEMPTS,
    Batch,
    DocumentKind,
    Study,
    TrainingAnswer,
    TrainingItem,
)
from annotation.rules.judging.answers import Choice
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.wording import filled
from annotation.selectors.judging.preview import (
    preview_ahead,
    preview_batch,
    preview_practice,
    preview_sheet,
    preview_stages,
)
from annotation.selectors.people.access import study_or_404
from annotation.selectors.studies.documents import newest_documents
from annotation.views.studies.language import use_language_of
from pages.responses import see_other


def _study(request: SignedInRequest, study_id: UUID) -> Study:
    study = study_or_404(request.user, study_id)
    use_language_of(study, request)
    return study


def _page(
    request: SignedInRequest,
    study: Study,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    shared = {"study": study, "is_preview": True, "stages": preview_stages(study)}
    return render(
        request, f"annotation/preview/{template}", {**shared, **context}, status=status
    )


def _after(study: Study, stage: str) -> str:
    """The name of the page that follows a stage; without one, the end."""
    stages = [*preview_stages(study), "preview_done"]
    return stages[stages.index(stage) + 1] if stage in stages else stages[0]


@require_safe
@researcher_required
def preview_work(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Begin: the first page that the study has for its annotators."""
    study = _study(request, study_id)
    return see_other(f"annotation:{_after(study, '')}", study.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def preview_consent(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The texts, to be agreed to as annotators do."""
    study = _study(request, study_id)
    documents = newest_documents(study)
    form = ConsentForm(documents, request.POST if request.method == "POST" else None)
    if "decline" in request.POST:
        return see_other("annotation:preview_done", study.public_id)
    if form.is_valid():
        following = _after(study, "preview_consent")
        return see_other(f"annotation:{following}", study.public_id)
    texts = [(doc, _html(study, doc.text)) for doc in documents]
    context = {"form": form, "ahead": preview_ahead(study), "texts": texts}
    status = 422 if form.errors else 200
    return _page(request, study, "consent.html", context, status=status)


def _html(study: Study, text: str) -> str:
    return render_markdown(filled(text, study.instrument))


@require_safe
@researcher_required
def preview_guidelines(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The newest guidelines."""
    study = _study(request, study_id)
    newest = {doc.kind: doc for doc in newest_documents(study)}
    document = newest.get(DocumentKind.GUIDELINES)
    html = _html(study, document.text) if document else ""
    context = {"document": document, "html": html}
    return _page(request, study, "guidelines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def preview_comprehension(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The questions; whatever is answered, the preview goes on."""
    study = _study(request, study_id)
    questions = [*study.comprehension_questions.all()]
    form = ComprehensionForm(
        questions, request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        right = sum(form.answers[q.position] == q.right_choice for q in questions)
        words = _("You answered %(right)d of %(total)d questions correctly.")
        messages.info(request, words % {"right": right, "total": len(questions)})
        following = _after(study, "preview_comprehension")
        return see_other(f"annotation:{following}", study.public_id)
    context = {
        "form": form,
        "attempts_left": COMPREHENSION_ATTEMPTS,
        "attempt_count": COMPREHENSION_ATTEMPTS,
        "ahead": preview_ahead(study),
    }
    status = 422 if form.errors else 200
    return _page(request, study, "comprehension.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def preview_training(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """One practice comment, and with a POST the feedback on the answer sent."""
    study = _study(request, study_id)
    items = [*study.training_items.select_related("video__media")]
    form = TrainingForm(study.instrument, request.POST)
    is_answered = request.method == "POST" and form.is_valid()
    asked = str(
        form.cleaned_data["position"] if is_answered else request.GET.get("item", "")
    )
    item = next((i for i in items if str(i.position) == asked), None)
    item = item or (items[0] if items else None)
    if item is None:
        raise Http404
    if request.method == "POST" and not is_answered:
        messages.warning(request, _("Answer both questions."))
    answer = _unsaved(item, form.cleaned_data["choice"]) if is_answered else None
    sheet = preview_practice(study, item, answer)
    labels = sheet.instrument.labels
    following = items[items.index(item) + 1 :]
    page = resolve_url("annotation:preview_training", study.public_id)
    after = resolve_url(f"annotation:{_after(study, 'preview_training')}", study_id)
    context = {
        "sheet": sheet,
        "item": item,
        "answer": answer,
        "answer_label": labels.get(answer.verdict) if answer else "",
        "origin_label": labels[item.origin],
        "is_last": not following,
        "next_url": f"{page}?item={following[0].position}" if following else after,
        "ahead": preview_ahead(study),
    }
    return _page(request, study, "training.html", context)


def _unsaved(item: TrainingItem, choice: Choice) -> TrainingAnswer:
    return TrainingAnswer(
        item=item,
        verdict=choice.verdict or "",
        realism_score=choice.score or 0,
    )


def _batch_or_404(study: Study) -> Batch:
    batch = preview_batch(study)
    if batch is None:
        raise Http404
    return batch


@require_safe
@researcher_required
def preview_batch_page(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The judge page of one batch."""
    study = _study(request, study_id)
    batch = _batch_or_404(study)
    sheet = preview_sheet(study, batch, login_name=request.user.username)
    return _page(request, study, "batch.html", {"sheet": sheet})


@require_POST
@researcher_required
def preview_answers(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Acknowledge answers as the judge page expects it, and forget them."""
    study = _study(request, study_id)
    try:
        answers = posted_answers(request.POST, study.instrument)
    except MalformedAnswersError as error:
        return JsonResponse({"error": str(error), "state": "refused"}, status=422)
    now = timezone.now()
    if wants_json(request):
        saved = {str(answer.key): f"{localtime(now):%H:%M}" for answer in answers}
        return JsonResponse({"saved": saved, "state": "active"})
    by_position: dict[int, list[UUID]] = {}
    for answer in answers:
        by_position.setdefault(answer.position, []).append(answer.key)
    context = {"saved": by_position, "saved_at": now}
    return render(request, "annotation/judging/_saved.html", context)


@require_POST
@researcher_required
def preview_submit(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The end of the preview; the page again while something is missing."""
    study = _study(request, study_id)
    batch = _batch_or_404(study)
    try:
        choices = posted_choices(request.POST, study.instrument)
    except MalformedAnswersError as error:
        return JsonResponse({"error": str(error), "state": "refused"}, status=422)
    name = request.user.username
    sheet = preview_sheet(study, batch, login_name=name, choices=choices)
    if missing := tuple(c.position for c in sheet.comments if not c.is_full):
        sheet = preview_sheet(
            study,
            batch,
            login_name=name,
            choices=choices,
            missing=missing,
            refusal=_("Some comments have no full answer yet."),
        )
        return _page(request, study, "batch.html", {"sheet": sheet}, status=422)
    response = see_other("annotation:preview_done", study.public_id)
    if request.htmx:
        return HttpResponseClientRedirect(response["Location"])
    return response


@require_POST
@researcher_required
def preview_nothing(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What the judge page reports on its way (playback, the tour): not kept."""
    _study(request, study_id)
    return HttpResponse(status=204)


@require_safe
@researcher_required
def preview_saved(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Nothing is saved."""
    _study(request, study_id)
    return JsonResponse({"answers": {}, "state": "active"})


@require_POST
@researcher_required
def preview_pause(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Leave the preview."""
    return see_other("annotation:study", _study(request, study_id).public_id)


@require_safe
@researcher_required
def preview_done(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What the preview showed is over."""
    return _page(request, _study(request, study_id), "done.html", {})
