"""Researchers' pages: links into a study."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.people.invitations import InvitationForm
from annotation.models import Invitation
from annotation.selectors.people.access import any_study_or_404
from annotation.selectors.people.invitation_links import invitation_address
from annotation.services.people.invitations import (
    create_invitation,
    problem_with,
    revoke_invitation,
)
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_invitations(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The links, whether they let anybody in, and a form for a new one."""
    study = any_study_or_404(request.user, study_id)
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        instance=Invitation(study=study),
    )
    if form.is_valid():
        try:
            create_invitation(invitation=form.save(commit=False), actor=request.user)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(
            request, _("Link created. Copy it and send it to your annotators.")
        )
        return see_other("annotation:study_invitations", study.public_id)
    now, root = timezone.now(), request.build_absolute_uri("/")
    invitations = study.invitations.select_related("study", "created_by")
    context = {
        "form": form,
        "invitations": [
            (
                invitation,
                invitation_address(invitation, root),
                problem_with(invitation, now=now),
            )
            for invitation in invitations
        ],
    }
    return study_page(
        request,
        study,
        "people/invitations.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@researcher_required
def study_revoke(
    request: SignedInRequest, study_id: UUID, invitation_id: UUID
) -> HttpResponse:
    """Let nobody in by a link any more."""
    study = any_study_or_404(request.user, study_id)
    invitation = get_object_or_404(study.invitations, public_id=invitation_id)
    revoke_invitation(invitation=invitation, actor=request.user)
    messages.success(request, _("Link revoked. Nobody can join with it any more."))
    return see_other("annotation:study_invitations", study.public_id)
