"""Researchers withdraw a video or a comment from a study that people judge."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.people.withdrawals import WithdrawalForm
from annotation.models import Batch, Withdrawal
from annotation.selectors.people.access import study_or_404
from annotation.services.judging.withdrawals import withdraw_comment, withdraw_video
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_withdraw(
    request: SignedInRequest, study_id: UUID, batch_id: UUID
) -> HttpResponse:
    """What annotators still see of a video, and a form that takes it from them."""
    study = study_or_404(request.user, study_id)
    batch = get_object_or_404(
        Batch.objects.select_related("study", "video"), study=study, public_id=batch_id
    )
    left = batch.batch_comments.filter(withdrawal=None).select_related("comment")
    form = WithdrawalForm(
        [] if batch.withdrawn_at else [*left.order_by("pk")],
        request.POST if request.method == "POST" else None,
        comment=request.GET.get("comment", ""),
    )
    if form.is_valid():
        try:
            _withdraw(request, batch, form)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, _("Withdrawn. Annotators no longer see it."))
        return see_other("annotation:study_withdraw", study.public_id, batch.public_id)
    context = {
        "batch": batch,
        "form": form,
        "withdrawals": Withdrawal.objects.filter(batch=batch)
        | Withdrawal.objects.filter(batch_comment__batch=batch),
    }
    status = 422 if form.errors else 200
    return study_page(request, study, "people/withdraw.html", context, status=status)


def _withdraw(request: SignedInRequest, batch: Batch, form: WithdrawalForm) -> None:
    reason, counts = form.cleaned_data["reason"], form.cleaned_data["counts"]
    comment = form.batch_comment
    if comment is None:
        withdraw_video(batch=batch, actor=request.user, reason=reason, counts=counts)
        return
    comment.batch = batch
    withdraw_comment(
        batch_comment=comment, actor=request.user, reason=reason, counts=counts
    )
