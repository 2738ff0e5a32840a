"""The REST API: the annotators of a study; invitations have a module of their own."""

from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.api.answers import AnnotatorSerializer
from annotation.api.asked import study_asked
from annotation.api.given import GivenExclusion, GivenPeople
from annotation.forms.people.memberships import ExclusionForm, UsernamesForm
from annotation.models import Membership, MembershipRole, Study
from annotation.selectors.people.memberships import annotators_of
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.memberships import add_annotator


class AnnotatorsView(APIView):
    """Who judges in a study."""

    @extend_schema(
        summary="List a study's annotators",
        responses=AnnotatorSerializer(many=True),
        tags=["people"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Each by code, with work, checks and exclusion; nothing that names them."""
        rows = annotators_of(study_asked(request, study))
        return Response(AnnotatorSerializer(rows, many=True).data)

    @extend_schema(
        summary="Add annotators who have an account",
        request=GivenPeople,
        responses={
            201: AnnotatorSerializer(many=True),
            400: UNUSABLE,
            409: REFUSED,
        },
        tags=["people"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Let people judge, by username: all of them, or none.

        Others come by an invitation link.
        """
        chosen = study_asked(request, study)
        names = "\n".join(given(request, GivenPeople)["usernames"])
        form = checked(UsernamesForm({"usernames": names}))
        with transaction.atomic():
            added = {
                add_annotator(study=chosen, user=user, actor=person(request)).pk
                for user in form.cleaned_data["usernames"]
            }
        rows = [row for row in annotators_of(chosen) if row.membership.pk in added]
        shown = AnnotatorSerializer(rows, many=True)
        return Response(shown.data, status=status.HTTP_201_CREATED)


class AnnotatorExcludeView(APIView):
    @extend_schema(
        summary="Leave an annotator out of the results",
        request=GivenExclusion,
        responses={200: AnnotatorSerializer, 400: UNUSABLE, 409: REFUSED},
        tags=["people"],
    )
    def post(self, request: Request, study: UUID, code: str) -> Response:
        """Record the decision and its reason; the judgments stay stored."""
        chosen, membership = _annotator(request, study, code)
        form = checked(ExclusionForm(dict(given(request, GivenExclusion))))
        exclude_annotator(
            membership=membership,
            actor=person(request),
            reason=form.cleaned_data["reason"],
            frees_places=form.cleaned_data["frees_places"],
        )
        return _shown(chosen, code)


class AnnotatorRestoreView(APIView):
    @extend_schema(
        summary="Count an annotator in the results again",
        request=None,
        responses={200: AnnotatorSerializer, 409: REFUSED},
        tags=["people"],
    )
    def post(self, request: Request, study: UUID, code: str) -> Response:
        """Take an exclusion back; the log keeps both decisions."""
        chosen, membership = _annotator(request, study, code)
        include_annotator(membership=membership, actor=person(request))
        return _shown(chosen, code)


def _annotator(request: Request, study: UUID, code: str) -> tuple[Study, Membership]:
    chosen = study_asked(request, study)
    annotators = chosen.memberships.filter(role=MembershipRole.ANNOTATOR)
    return chosen, get_object_or_404(annotators, code=code)


def _shown(study: Study, code: str) -> Response:
    rows = annotators_of(study)
    row = next(row for row in rows if row.membership.code == code)
    return Response(AnnotatorSerializer(row).data)
