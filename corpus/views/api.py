"""The REST API of the corpus: videos, selections, and imports of records."""

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_permissions import IsAdminToChange
from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from corpus.drawing import Draw
from corpus.filters import VideoFilter
from corpus.forms import ImportForm, SaveSelectionForm, SelectionForm
from corpus.importing.record_imports import create_import
from corpus.importing.uploads import cancel_import, start_again
from corpus.models import CorpusImport, Video, VideoSelection
from corpus.selections import run_funnel, save_selection
from corpus.selectors import saved_selections
from corpus.tasks import run_import


class VideoSerializer(serializers.ModelSerializer[Video]):
    """A video of the corpus; `video` is how everything else names it."""

    video = serializers.CharField(source="label", read_only=True)
    clip = serializers.SerializerMethodField(
        help_text=_("pending, ready or failed; empty without a clip")
    )
    duration_s = serializers.SerializerMethodField(help_text=_("Of the clip"))

    class Meta:
        model = Video
        fields = [
            "video",
            "title",
            "platform",
            "category",
            "language",
            "usable_comment_count",
            "clip",
            "duration_s",
        ]

    def get_clip(self, video: Video) -> str:
        media = getattr(video, "media", None)
        return str(media.state) if media else ""

    def get_duration_s(self, video: Video) -> float | None:
        media = getattr(video, "media", None)
        return media.duration_s if media else None


class VideosView(ListAPIView[Video]):
    """The videos of the corpus, with the filters of its page."""

    queryset = Video.objects.select_related("media")
    serializer_class = VideoSerializer
    filterset_class = VideoFilter

    @extend_schema(summary="List the videos of the corpus", tags=["corpus"])
    def get(self, request: Request) -> Response:
        """What can be in a study, and whether its clip can be played."""
        return super().get(request)


# --- Selections ---------------------------------------------------------------------


class SelectionSerializer(serializers.ModelSerializer[VideoSelection]):
    video_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = VideoSelection
        fields = ["key", "title", "video_count", "rules", "funnel", "created_at"]


class GivenSelection(serializers.Serializer[Any]):
    """A name, and the funnel's settings that differ from the paper's."""

    title = serializers.CharField(max_length=80)
    tiktok_percent = serializers.FloatField(required=False)
    youtube_percent = serializers.FloatField(required=False)
    other_percent = serializers.FloatField(required=False)
    required_fields = serializers.ListField(
        child=serializers.CharField(), required=False
    )
    min_usable_comments = serializers.IntegerField(required=False)
    require_clip = serializers.BooleanField(required=False)
    min_duration_s = serializers.FloatField(required=False)
    max_duration_s = serializers.FloatField(required=False)
    category_cap = serializers.IntegerField(required=False)
    size = serializers.IntegerField(required=False)
    draw = serializers.ChoiceField(choices=[*Draw], required=False)
    seed = serializers.IntegerField(required=False)
    like_weight = serializers.FloatField(required=False)
    favorite_weight = serializers.FloatField(required=False)
    share_weight = serializers.FloatField(required=False)
    comment_weight = serializers.FloatField(required=False)


def _with_count() -> QuerySet[VideoSelection]:
    return VideoSelection.objects.annotate(video_count=Count("videos"))


class SelectionsView(APIView):
    @extend_schema(
        summary="List the saved selections of videos",
        responses=SelectionSerializer(many=True),
        tags=["corpus"],
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Every selection, with the rules that made it."""
        return Response(SelectionSerializer(saved_selections(), many=True).data)

    @extend_schema(
        summary="Save a selection of videos",
        request=GivenSelection,
        responses={201: SelectionSerializer, 400: UNUSABLE, 409: REFUSED},
        examples=[
            OpenApiExample(
                "Everything with a clip and five usable comments",
                value={
                    "title": "All that can be judged",
                    "tiktok_percent": 100,
                    "youtube_percent": 100,
                    "other_percent": 100,
                    "required_fields": [],
                },
                request_only=True,
            )
        ],
        tags=["corpus"],
    )
    def post(self, request: Request) -> Response:
        """Run the funnel and keep what it leaves; a saved selection never changes."""
        sent = given(request, GivenSelection)
        name = checked(SaveSelectionForm(sent))
        start = {key: one.initial for key, one in SelectionForm.base_fields.items()}
        rules = checked(SelectionForm({**start, **sent})).rules
        saved = save_selection(
            key=name.key,
            title=name.cleaned_data["title"],
            rules=rules,
            selection=run_funnel(rules),
            created_by=person(request),
        )
        shown = SelectionSerializer(_with_count().get(pk=saved.pk))
        return Response(shown.data, status=status.HTTP_201_CREATED)


# --- Imports ------------------------------------------------------------------------


class CorpusImportSerializer(serializers.ModelSerializer[CorpusImport]):
    """An import of records, with their clips."""

    percent = serializers.IntegerField(read_only=True)
    counts = serializers.JSONField(
        help_text=_("Lines by outcome: created, updated, unchanged, rejected, ...")
    )
    refused = serializers.JSONField(
        source="errors",
        help_text=_("The first refused lines: line, field, code, reason"),
    )

    class Meta:
        model = CorpusImport
        fields = [
            *("public_id", "file_name", "state", "percent", "counts", "refused"),
            *("error", "created_at", "finished_at"),
        ]


class GivenRecords(serializers.Serializer[Any]):
    records = serializers.FileField(
        help_text=_("JSON Lines, one video per line; plain or gzip")
    )
    clips = serializers.FileField(
        required=False, help_text=_("A zip file with the clips")
    )
    clips_folder = serializers.CharField(
        required=False, help_text=_("Or the folder with the clips on the server")
    )


class ImportsView(APIView):
    permission_classes = [IsAdminToChange]
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="List the imports into the corpus",
        responses=CorpusImportSerializer(many=True),
        tags=["corpus"],
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The latest imports, newest first."""
        imports = CorpusImport.objects.all()[:100]
        return Response(CorpusImportSerializer(imports, many=True).data)

    @extend_schema(
        summary="Import videos and their comments",
        request={"multipart/form-data": GivenRecords},
        responses={202: CorpusImportSerializer, 400: UNUSABLE},
        tags=["corpus"],
    )
    def post(self, request: Request) -> Response:
        """Keep a records file and its clips, and queue their import; admins only.

        Importing the same file again changes nothing.
        """
        sent = given(request, GivenRecords)
        files = {name: [sent[name]] for name in ("records", "clips") if name in sent}
        form = checked(ImportForm(sent, MultiValueDict(files)))
        one = create_import(
            records=form.cleaned_data["records"],
            clips=form.cleaned_data["clips"],
            clips_folder=form.cleaned_data.get("clips_folder", ""),
            created_by=person(request),
        )
        run_import.delay_on_commit(one.pk)
        shown = CorpusImportSerializer(one)
        return Response(shown.data, status=status.HTTP_202_ACCEPTED)


class ImportView(APIView):
    @extend_schema(
        summary="Watch an import into the corpus",
        responses=CorpusImportSerializer,
        tags=["corpus"],
    )
    def get(self, request: Request, public_id: UUID) -> Response:  # noqa: ARG002
        """How far it is, and which lines were refused."""
        one = get_object_or_404(CorpusImport, public_id=public_id)
        return Response(CorpusImportSerializer(one).data)


class ImportRestartView(APIView):
    permission_classes = [IsAdminToChange]

    @extend_schema(
        summary="Start a failed import into the corpus again",
        request=None,
        responses=CorpusImportSerializer,
        tags=["corpus"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:  # noqa: ARG002
        """Queue it again; one that is over is left alone."""
        one = get_object_or_404(CorpusImport, public_id=public_id)
        if one.can_start_again:
            start_again(one)
            run_import.delay_on_commit(one.pk)
            one.refresh_from_db()
        return Response(CorpusImportSerializer(one).data)


class ImportCancelView(APIView):
    permission_classes = [IsAdminToChange]

    @extend_schema(
        summary="Cancel an import into the corpus",
        request=None,
        responses=CorpusImportSerializer,
        tags=["corpus"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:  # noqa: ARG002
        """End it if it isn't over; what is imported by then stays."""
        one = get_object_or_404(CorpusImport, public_id=public_id)
        cancel_import(file_import=one)
        return Response(CorpusImportSerializer(one).data)
