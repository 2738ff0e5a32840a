"""The REST API: files of AI comments into a draft."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.api.answers import StudyImportSerializer
from annotation.api.asked import study_asked
from annotation.api.given import GivenCommentFile
from annotation.forms.imports import CommentUploadForm
from annotation.models import StudyImport
from annotation.services.imports.study_imports import create_study_import
from annotation.tasks import run_study_import
from corpus.importing.uploads import cancel_import, start_again


def _import_asked(request: Request, study: UUID, import_id: UUID) -> StudyImport:
    imports = study_asked(request, study).imports.select_related("study")
    return get_object_or_404(imports, public_id=import_id)


def _shown(one: StudyImport, code: int = status.HTTP_200_OK) -> Response:
    return Response(StudyImportSerializer(one).data, status=code)


class StudyImportsView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="List the imports of a study",
        responses=StudyImportSerializer(many=True),
        tags=["imports"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """The imports of AI comments into the study, newest first."""
        imports = study_asked(request, study).imports.all()
        return Response(StudyImportSerializer(imports, many=True).data)

    @extend_schema(
        summary="Import AI comments from a file",
        request={"multipart/form-data": GivenCommentFile},
        responses={202: StudyImportSerializer, 400: UNUSABLE, 409: REFUSED},
        tags=["imports"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Keep a file and queue its import; ask for the import until it is over.

        All good rows are stored, or none. Importing a file again changes nothing.
        """
        chosen = study_asked(request, study)
        sent = given(request, GivenCommentFile)
        form = checked(
            CommentUploadForm(sent, MultiValueDict({"file": [sent["file"]]}))
        )
        one = create_study_import(
            study=chosen,
            file=form.cleaned_data["file"],
            options=form.options(),
            created_by=person(request),
        )
        run_study_import.delay_on_commit(one.pk)
        return _shown(one, status.HTTP_202_ACCEPTED)


class StudyImportView(APIView):
    @extend_schema(
        summary="Watch an import of AI comments",
        responses=StudyImportSerializer,
        tags=["imports"],
    )
    def get(self, request: Request, study: UUID, import_id: UUID) -> Response:
        """How far it is; at the end, what was stored and which rows were refused."""
        return _shown(_import_asked(request, study, import_id))


class StudyImportRestartView(APIView):
    @extend_schema(
        summary="Start a failed import again",
        request=None,
        responses=StudyImportSerializer,
        tags=["imports"],
    )
    def post(self, request: Request, study: UUID, import_id: UUID) -> Response:
        """Queue it again; one that is at work or done is left alone."""
        one = _import_asked(request, study, import_id)
        start_again(one)
        run_study_import.delay_on_commit(one.pk)
        one.refresh_from_db()
        return _shown(one)


class StudyImportCancelView(APIView):
    @extend_schema(
        summary="Cancel an import of AI comments",
        request=None,
        responses=StudyImportSerializer,
        tags=["imports"],
    )
    def post(self, request: Request, study: UUID, import_id: UUID) -> Response:
        """End it if it isn't over; nothing of it is stored."""
        one = _import_asked(request, study, import_id)
        cancel_import(file_import=one)
        return _shown(one)
