"""The annotator's own finished work, to look at and not to change."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, annotator_required
from annotation.selectors.judging.annotator_progress import progress_of
from annotation.selectors.judging.own_work import (
    own_batch_or_404,
    own_result,
    submitted_batches,
)
from annotation.views.judging.own import own_membership


@require_safe
@annotator_required
def submitted(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The batches that the annotator submitted, with the time that each took."""
    membership = own_membership(request, study_id)
    if not membership.study.is_of_comments:
        raise Http404
    batches = submitted_batches(membership)
    context = {
        "study": membership.study,
        "progress": progress_of(membership),
        "result": own_result(membership),
        "batches": batches,
        "total_duration": sum((each.duration for each in batches), timedelta()),
    }
    return render(request, "annotation/judging/submitted.html", context)


@require_safe
@annotator_required
def submitted_batch(
    request: SignedInRequest, study_id: UUID, number: int
) -> HttpResponse:
    """One of them: its video, its comments, and what the annotator answered."""
    membership = own_membership(request, study_id)
    batch = own_batch_or_404(membership, number)
    context = {"study": membership.study, "batch": batch}
    return render(request, "annotation/judging/submitted_batch.html", context)
