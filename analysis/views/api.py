"""The REST API's report of a study."""

import json
from typing import Any, cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from analysis.reporting.rendering import as_json
from analysis.views.requests import report_now
from annotation.selectors.people.access import studies_visible_to


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
        visible = studies_visible_to(cast("User", request.user))
        stored = report_now(get_object_or_404(visible, public_id=study))
        if not stored.is_done:
            return Response(
                {"state": stored.state, "error": stored.error},
                status=status.HTTP_202_ACCEPTED,
                headers={"Retry-After": "5"},
            )
        content: dict[str, Any] = json.loads(as_json(stored.report))
        return Response(content)
