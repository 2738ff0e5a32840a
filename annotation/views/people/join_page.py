"""What the pages behind an invitation link share."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotation.errors import InvitationUnusableError
from annotation.models import Invitation, InvitationKind
from annotation.rules.studies.ways_out import EndReason
from annotation.selectors.studies.readiness import batch_size
from annotation.selectors.studies.ways_out import shown_way_out

BACKEND: Final = "accounts.backends.PasswordBackend"


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


def closed_page(
    request: HttpRequest,
    invitation: Invitation,
    error: InvitationUnusableError,
    **context: object,
) -> HttpResponse:
    """Why nobody new comes in, with what they can take back to the platform."""
    way_out = shown_way_out(invitation.study, EndReason(error.reason))
    # An id in the address must not get onto the page.
    shown = {
        "study": invitation.study,
        "way_out": way_out,
        "current_page": "",
        "is_crowd": invitation.kind == InvitationKind.CROWD,
    }
    template = "annotation/people/join_closed.html"
    return render(request, template, shown | context, status=410)
