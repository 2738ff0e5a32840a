"""What the pages behind an invitation link share."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from annotation.errors import InvitationUnusableError
from annotation.models import Invitation
from annotation.selectors.studies.readiness import batch_size
from annotation.services.people.invitations import problem_with

BACKEND: Final = "accounts.backends.PasswordBackend"


def require_usable(invitation: Invitation) -> None:
    """Refuse a link that lets nobody new in.

    Raises:
        InvitationUnusableError: with the reason.
    """
    if problem := problem_with(invitation, now=timezone.now()):
        raise InvitationUnusableError(problem)


def join_page(
    request: HttpRequest,
    invitation: Invitation,
    template: str,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """A page with what the study is and how much work it may be."""
    study = invitation.study
    facts = {
        "study": study,
        "batch_count": study.batches_per_annotator or study.batches.count(),
        "batch_size": batch_size(study) + study.attention_checks_per_batch,
    }
    return render(request, f"annotation/{template}", facts | context, status=status)
