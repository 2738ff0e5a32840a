"""Annotators mark the messages of a study's researchers as read."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest, annotator_required
from annotation.models import StudyMessage
from annotation.services.people.messages import read_messages
from annotation.views.judging.own import own_membership
from pages.responses import see_other


@require_POST
@annotator_required
def message_read(
    request: SignedInRequest, study_id: UUID, message_id: UUID
) -> HttpResponse:
    """An annotator has read a message; back to where they were."""
    membership = own_membership(request, study_id)
    message = get_object_or_404(
        StudyMessage, study=membership.study, public_id=message_id
    )
    read_messages(membership=membership, message=message)
    if "work" in request.POST:
        return see_other("annotation:work", membership.study.public_id)
    return see_other("annotation:home")
