"""The REST API: links into a study."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.api.answers import InvitationSerializer
from annotation.api.asked import study_asked
from annotation.api.examples import INVITATION
from annotation.api.given import GivenInvitation
from annotation.forms.people.invitations import InvitationForm
from annotation.models import Invitation
from annotation.services.people.invitations import create_invitation, revoke_invitation


def _shown(request: Request, invitation: Invitation) -> InvitationSerializer:
    return InvitationSerializer(
        invitation, context={"request": request, "now": timezone.now()}
    )


class InvitationsView(APIView):
    @extend_schema(
        summary="List a study's invitation links",
        responses=InvitationSerializer(many=True),
        tags=["people"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Every link, with its address and whether it still lets people in."""
        invitations = study_asked(request, study).invitations.select_related("study")
        return Response([_shown(request, row).data for row in invitations])

    @extend_schema(
        summary="Create an invitation link",
        request=GivenInvitation,
        responses={201: InvitationSerializer, 400: UNUSABLE, 409: REFUSED},
        examples=INVITATION,
        tags=["people"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Create a link for people who sign in, or for a crowd platform."""
        start = Invitation(study=study_asked(request, study))
        sent = {
            "kind": start.kind,
            "participant_parameter": start.participant_parameter,
            **given(request, GivenInvitation),
        }
        form = checked(InvitationForm(sent, instance=start))
        invitation = create_invitation(
            invitation=form.save(commit=False), actor=person(request)
        )
        return Response(
            _shown(request, invitation).data, status=status.HTTP_201_CREATED
        )


class InvitationRevokeView(APIView):
    @extend_schema(
        summary="Revoke an invitation link",
        request=None,
        responses=InvitationSerializer,
        tags=["people"],
    )
    def post(self, request: Request, study: UUID, invitation: UUID) -> Response:
        """Let nobody in by it any more; who came by it stays in the study."""
        links = study_asked(request, study).invitations
        found = get_object_or_404(links, public_id=invitation)
        revoked = revoke_invitation(invitation=found, actor=person(request))
        return Response(_shown(request, revoked).data)
