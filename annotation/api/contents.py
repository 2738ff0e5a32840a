"""The REST API: the videos, sources, texts and fillings of a study."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.api.answers import (
    FilledSerializer,
    OfferedSourceSerializer,
    TakenSerializer,
    TextSerializer,
)
from annotation.api.asked import study_asked, visible_studies
from annotation.api.examples import SOURCES, TEXT, VIDEOS
from annotation.api.given import (
    GivenChoice,
    GivenOtherStudy,
    GivenSources,
    GivenText,
    GivenVideos,
)
from annotation.forms.studies.documents import DocumentForm
from annotation.forms.studies.settings import SourcesForm
from annotation.forms.studies.taking import TakeCommentsForm
from annotation.forms.studies.videos import VideosForm
from annotation.models import DocumentKind, Study
from annotation.selectors.studies.documents import newest_documents
from annotation.selectors.studies.sources import offered_sources
from annotation.selectors.studies.videos import coverage_of
from annotation.services.studies.batches import (
    FillReport,
    choose_sources,
    choose_videos,
    fill_batches,
)
from annotation.services.studies.documents import add_document
from annotation.services.studies.pools import take_comments

_CHANGED = {200: FilledSerializer, 400: UNUSABLE, 409: REFUSED}


def _filled(study: Study, report: FillReport) -> Response:
    """What a change did to the batches."""
    context = {"videos": study.batches.count(), "sources": study.sources.count()}
    return Response(FilledSerializer(report, context=context).data)


class VideosView(APIView):
    """The videos of a study; its batches (`/api/batches/?study=ID`) list them."""

    @extend_schema(
        summary="Add videos to a draft",
        request=GivenChoice,
        responses=_CHANGED,
        examples=VIDEOS,
        tags=["contents"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Add a selection, a list, or both. Videos that it has already stay."""
        chosen = study_asked(request, study)
        sent = given(request, GivenChoice)
        video_ids = _named(sent.get("videos", []), sent.get("selection", ""))
        report = choose_videos(study=chosen, add=video_ids, actor=person(request))
        return _filled(chosen, report)


class VideosRemoveView(APIView):
    @extend_schema(
        summary="Remove videos from a draft",
        request=GivenVideos,
        responses=_CHANGED,
        tags=["contents"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Take videos out. Those that it doesn't have are left alone."""
        chosen = study_asked(request, study)
        video_ids = _named(given(request, GivenVideos)["videos"])
        report = choose_videos(study=chosen, remove=video_ids, actor=person(request))
        return _filled(chosen, report)


def _named(videos: list[str], selection: str = "") -> list[int]:
    """The ids of videos as programs name them."""
    data = {"video_list": "\n".join(videos), "selection": selection}
    return checked(VideosForm(data)).video_ids


class SourcesView(APIView):
    """The AI sources that a study tests."""

    @extend_schema(
        summary="List the sources that a study can test",
        responses=OfferedSourceSerializer(many=True),
        tags=["contents"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Each AI source with comments for the study, and whether it is tested."""
        chosen = study_asked(request, study)
        tested = {source.pk for source in chosen.sources.all()}
        covered = coverage_of(chosen)
        rows = [
            {
                "key": source.key,
                "title": source.title,
                "is_tested": source.pk in tested,
                "videos_covered": covered.get(source.pk, 0),
            }
            for source in offered_sources(chosen)
        ]
        return Response(OfferedSourceSerializer(rows, many=True).data)

    @extend_schema(
        summary="Set the sources that a draft tests",
        request=GivenSources,
        responses=_CHANGED,
        examples=SOURCES,
        tags=["contents"],
    )
    def put(self, request: Request, study: UUID) -> Response:
        """Test these AI sources and no others; the batches are filled."""
        chosen = study_asked(request, study)
        form = checked(
            SourcesForm(given(request, GivenSources), offered=offered_sources(chosen))
        )
        report = choose_sources(
            study=chosen, sources=form.chosen, actor=person(request)
        )
        return _filled(chosen, report)


class TakeView(APIView):
    @extend_schema(
        summary="Take the comments of another study",
        request=GivenOtherStudy,
        responses={200: TakenSerializer, 400: UNUSABLE, 409: REFUSED},
        tags=["contents"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Let a draft use the AI comments of another study of yours."""
        chosen = study_asked(request, study)
        others = visible_studies(request).exclude(pk=chosen.pk)
        form = checked(
            TakeCommentsForm(given(request, GivenOtherStudy), studies=others)
        )
        added = take_comments(
            study=chosen, origin=form.cleaned_data["study"], actor=person(request)
        )
        return Response(TakenSerializer({"added": added}).data)


class FillView(APIView):
    @extend_schema(
        summary="Fill the batches with the newest comments",
        request=None,
        responses={200: FilledSerializer, 409: REFUSED},
        tags=["contents"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Put the newest usable comments into a draft's batches.

        A newer comment of an AI source takes the place of the older one. Adding videos
        or sources, imports and rounds fill what is missing by themselves.
        """
        chosen = study_asked(request, study)
        return _filled(chosen, fill_batches(study=chosen, actor=person(request)))


class TextsView(APIView):
    @extend_schema(
        summary="Get guidelines and consent",
        responses=TextSerializer(many=True),
        tags=["contents"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """The newest version of each text."""
        documents = newest_documents(study_asked(request, study))
        return Response(TextSerializer(documents, many=True).data)


class TextView(APIView):
    @extend_schema(
        summary="Write guidelines or consent",
        request=GivenText,
        responses={200: TextSerializer, 400: UNUSABLE, 409: REFUSED},
        parameters=[
            OpenApiParameter("kind", enum=DocumentKind.values, location="path")
        ],
        examples=TEXT,
        tags=["contents"],
    )
    def put(self, request: Request, study: UUID, kind: str) -> Response:
        """Write a new version; the same text again is no new one."""
        chosen = study_asked(request, study)
        if kind not in DocumentKind.values:
            raise NotFound(_("The texts are called guidelines and consent."))
        form = checked(DocumentForm(given(request, GivenText)))
        document = add_document(
            study=chosen,
            kind=DocumentKind(kind),
            text=form.cleaned_data["text"],
            actor=person(request),
        )
        return Response(TextSerializer(document).data)
