"""Researchers' pages: a draft's human comments on one video, and what is held back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.models import Batch
from annotation.selectors.people.access import study_or_404
from annotation.selectors.studies.human_comments import human_comments_of
from annotation.services.studies.held_back import hold_back, take_back
from annotation.views.studies.page import refused, study_page
from corpus.models import Comment
from pages.responses import see_other


@require_safe
@researcher_required
def study_human_comments(
    request: SignedInRequest, study_id: UUID, batch_id: UUID
) -> HttpResponse:
    """The batch's human comments, those that come next, and those held back."""
    study = study_or_404(request.user, study_id)
    batch = _batch_or_404(study.pk, batch_id)
    context = {"batch": batch, "comments": human_comments_of(batch)}
    return study_page(request, study, "studies/human_comments.html", context)


@require_POST
@researcher_required
def study_hold_back(
    request: SignedInRequest, study_id: UUID, batch_id: UUID
) -> HttpResponse:
    """Hold one comment back, or (with `undo`) take that back."""
    study = study_or_404(request.user, study_id)
    batch = _batch_or_404(study.pk, batch_id)
    number = request.POST.get("comment", "")
    comment = get_object_or_404(
        Comment.objects.select_related("source").filter(video=batch.video_id),
        pk=int(number) if number.isdecimal() and len(number) < 19 else 0,  # noqa: PLR2004 (bigint)
    )
    try:
        if "undo" in request.POST:
            take_back(batch=batch, comment=comment, actor=request.user)
            messages.success(request, _("The comment can stand in the batch again."))
        else:
            reason = request.POST.get("reason", "")[:2000]
            hold_back(batch=batch, comment=comment, reason=reason, actor=request.user)
            text = _(
                "The comment is held back. The next most-liked one takes its place."
            )
            messages.success(request, text)
    except AnnotationError as error:
        return refused(request, study, error)
    return see_other(
        "annotation:study_human_comments", study.public_id, batch.public_id
    )


def _batch_or_404(study_id: int, batch_id: UUID) -> Batch:
    batches = Batch.objects.select_related("study", "video")
    return get_object_or_404(batches, study=study_id, public_id=batch_id)
