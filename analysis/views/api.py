"""The REST API: the report of a study, its files, and its reproduction bundle."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import person
from analysis.figures.charts import FIGURES
from analysis.models import ReportState, StoredBundle
from analysis.reporting.rendering import as_json
from analysis.selectors.registrations import preregistration_of
from analysis.services.bundles import current_bundle, request_bundle
from analysis.tasks import make_bundle_task
from analysis.views.files import DATASHEET_FILES, JUDGMENT_FILES, REPORT_FILES
from analysis.views.registration import REGISTRATION_FILES
from analysis.views.requests import report_now
from annotation.selectors.people.access import study_or_404
from pages.localising import known_text


class ReportView(APIView):
    """Every figure of a study by name, as the report page and its files show them."""

    @extend_schema(
        summary="Read the report of a study",
        tags=["reading"],
        responses={
            200: OpenApiTypes.OBJECT,
            202: OpenApiResponse(description="Still computing: ask again"),
        },
    )
    def get(self, request: Request, study: UUID) -> Response:
        """The report of the judgments as they are now; 202 while it is computed."""
        stored = report_now(study_or_404(person(request), study))
        if not stored.is_done:
            return Response(
                {"state": stored.state, "error": stored.error},
                status=status.HTTP_202_ACCEPTED,
                headers={"Retry-After": "5"},
            )
        content: dict[str, Any] = json.loads(as_json(stored.report))
        return Response(content)


class DownloadSerializer(serializers.Serializer[Any]):
    """A file of a study; the token that lists it downloads it as well."""

    name = serializers.CharField()
    use = serializers.CharField()
    address = serializers.CharField()


class DownloadsView(APIView):
    """Everything of a study that can be taken away."""

    @extend_schema(
        summary="List the files of a study",
        responses=DownloadSerializer(many=True),
        tags=["reading"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Judgments, reports, figures and everything collected, with addresses.

        A file that is still being made answers 503 with `Retry-After`.
        """
        chosen = study_or_404(person(request), study)
        files = [*_files(study)]
        if preregistration_of(chosen) is not None:
            files += _registration_files(study)
        rows = [
            {"name": name, "use": use, "address": request.build_absolute_uri(address)}
            for name, use, address in files
        ]
        return Response(DownloadSerializer(rows, many=True).data)


def _files(study: UUID) -> Iterator[tuple[str, str, str]]:
    """Name, use and address of each file."""
    for style, kind in JUDGMENT_FILES.items():
        address = reverse("analysis:judgments_file", args=[study, style])
        yield f"judgments.{kind.suffix}", str(kind.use), address
    for style, kind in REPORT_FILES.items():
        address = reverse("analysis:report_file", args=[study, style])
        yield f"report.{kind.suffix}", str(kind.use), address
    for name in FIGURES:
        address = reverse("analysis:figure", args=[study, name, "pdf"])
        yield f"{name}.pdf", _("a figure of the report"), address
    for style, kind in DATASHEET_FILES.items():
        address = reverse("analysis:datasheet_file", args=[study, style])
        yield f"heds.{kind.suffix}", str(kind.use), address
    address = reverse("analysis:everything", args=[study])
    yield "everything.zip", _("every table of what the study collected"), address


def _registration_files(study: UUID) -> Iterator[tuple[str, str, str]]:
    for style, (suffix, _type, _made) in REGISTRATION_FILES.items():
        address = reverse("analysis:registration_file", args=[study, style])
        yield f"preregistration{suffix}", _("the registered plan"), address


class BundleSerializer(serializers.Serializer[StoredBundle]):
    """How far the reproduction bundle of the judgments as they are is."""

    state = serializers.ChoiceField(choices=ReportState.choices)
    phase = serializers.SerializerMethodField(
        help_text=gettext_lazy("What is being done")
    )
    error = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField(
        help_text=gettext_lazy("Where to download it; empty until it is made")
    )

    def get_phase(self, bundle: StoredBundle) -> str:
        return known_text(bundle.phase)

    def get_error(self, bundle: StoredBundle) -> str:
        return known_text(bundle.error)

    def get_address(self, bundle: StoredBundle) -> str:
        if not bundle.is_done:
            return ""
        address = reverse("analysis:bundle", args=[bundle.study.public_id])
        made: str = self.context["request"].build_absolute_uri(address)
        return made


class BundleView(APIView):
    """The reproduction bundle of a study."""

    @extend_schema(
        summary="Watch the reproduction bundle",
        responses={
            200: BundleSerializer,
            404: OpenApiResponse(description="Nobody asked for it: POST does"),
        },
        tags=["reading"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """How far it is; where to download it once it is made."""
        bundle = current_bundle(study_or_404(person(request), study))
        if bundle is None:
            raise NotFound(_("Nobody asked for the bundle of these judgments yet."))
        return self._answer(bundle, status.HTTP_200_OK)

    @extend_schema(
        summary="Ask for the reproduction bundle",
        request=None,
        responses={202: BundleSerializer},
        tags=["reading"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Let a worker make it; one that is made, or being made, is not made again."""
        bundle, must_make = request_bundle(study_or_404(person(request), study))
        if must_make:
            make_bundle_task.delay_on_commit(bundle.pk)
        return self._answer(bundle, status.HTTP_202_ACCEPTED)

    def _answer(self, bundle: StoredBundle, code: int) -> Response:
        shown = BundleSerializer(bundle, context={"request": self.request})
        return Response(shown.data, status=code)
