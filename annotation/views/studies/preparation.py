"""Researchers' page: training, comprehension questions and attention checks."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.studies.preparation import Part, PreparationForm, parts_of
from annotation.models import Study
from annotation.selectors.people.access import any_study_or_404
from annotation.services.studies.preparation import (
    replace_attention_checks,
    replace_questions,
    replace_training_items,
)
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_preparation(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The three lists, each saved by itself (`part` says which)."""
    study = any_study_or_404(request.user, study_id)
    parts = parts_of(study)
    sent = _sent_part(request, parts)
    forms = {
        part: PreparationForm(study, part, request.POST if part == sent else None)
        for part in parts
    }
    if sent is not None and forms[sent].is_valid():
        try:
            _save(request, study, forms[sent])
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, _("%(part)s saved.") % {"part": sent.label})
        return see_other("annotation:study_preparation", study.public_id)
    return study_page(
        request,
        study,
        "studies/preparation.html",
        {"forms": [*forms.values()]},
        status=422 if sent else 200,
    )


def _sent_part(request: SignedInRequest, parts: Collection[Part]) -> Part | None:
    sent = request.POST.get("part", "")
    return Part(sent) if sent in parts else None


def _save(request: SignedInRequest, study: Study, form: PreparationForm) -> None:
    match form.part:
        case Part.TRAINING:
            replace_training_items(study=study, items=form.rows, actor=request.user)
        case Part.QUESTIONS:
            replace_questions(study=study, questions=form.rows, actor=request.user)
        case Part.CHECKS:
            replace_attention_checks(study=study, checks=form.rows, actor=request.user)
