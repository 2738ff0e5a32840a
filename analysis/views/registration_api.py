"""The REST API: the preregistration of a study."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from analysis.models import Preregistration
from analysis.pages.registration import RegistrationForm
from analysis.selectors.registrations import preregistration_of
from analysis.services.registrations import register
from annotation.selectors.people.access import study_or_404


class GivenPlan(serializers.Serializer[Any]):
    """What only the researcher can say of a plan; the study's design is added."""

    hypotheses = serializers.CharField(help_text=gettext_lazy("One per line"))
    exclusion_rules = serializers.CharField(required=False)
    checks_to_pass = serializers.FloatField(
        required=False,
        help_text=gettext_lazy("Annotators below this share, in %, are excluded"),
    )
    annotators = serializers.IntegerField(
        required=False, help_text=gettext_lazy("How many are planned")
    )
    rates = serializers.CharField(
        required=False,
        help_text=gettext_lazy("For the planner, such as human=87, middling=40"),
    )
    analysis_notes = serializers.CharField(required=False)


class PreregistrationSerializer(serializers.ModelSerializer[Preregistration]):
    """A plan that was registered; it never changes."""

    class Meta:
        model = Preregistration
        fields = ["registered_at", "sha256", "text"]
        read_only_fields = fields
        extra_kwargs = {
            "text": {"help_text": gettext_lazy("Markdown; its UTF-8 is what is hashed")}
        }


class PreregistrationView(APIView):
    """The preregistration of a study."""

    @extend_schema(
        summary="Read the preregistration",
        responses={
            200: PreregistrationSerializer,
            404: OpenApiResponse(description="Nothing is registered: POST does"),
        },
        tags=["reading"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """The document, its digest and its time; files of it are in `downloads/`."""
        stored = preregistration_of(study_or_404(person(request), study))
        if stored is None:
            raise NotFound(_("This study has no preregistration."))
        return Response(PreregistrationSerializer(stored).data)

    @extend_schema(
        summary="Preregister the plan",
        request=GivenPlan,
        responses={201: PreregistrationSerializer, 400: UNUSABLE, 409: REFUSED},
        tags=["studies"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Fix the plan for good, any time before the study opens."""
        chosen = study_or_404(person(request), study)
        form = checked(RegistrationForm(dict(given(request, GivenPlan))))
        stored = register(study=chosen, words=form.words, actor=person(request))
        shown = PreregistrationSerializer(stored)
        return Response(shown.data, status=status.HTTP_201_CREATED)
