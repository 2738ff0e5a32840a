"""The REST API: read access to studies, batches, comments, sources and judgments."""

from typing import cast

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.models import User
from annotation.api.filters import (
    BatchCommentFilter,
    BatchFilter,
    JudgmentFilter,
    StudyFilter,
)
from annotation.api.serializers import (
    BatchCommentSerializer,
    BatchSerializer,
    JudgmentSerializer,
    ProgressSerializer,
    SourceSerializer,
    StudySerializer,
)
from annotation.models import (
    AssignmentState,
    Batch,
    BatchComment,
    Judgment,
    Study,
)
from annotation.selectors.judging.long_table import rows_of
from annotation.selectors.people.access import studies_visible_to
from annotation.selectors.studies.sources import sources_of
from annotation.selectors.studies.study_progress import study_progress
from corpus.models import Source

UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _visible_studies(request: Request) -> QuerySet[Study]:
    return studies_visible_to(cast("User", request.user))


class StudyViewSet(ReadOnlyModelViewSet[Study]):
    """The studies that you can read: your own, or all of them for an admin."""

    shows_progress = True
    queryset = Study.objects.none()
    serializer_class = StudySerializer
    filterset_class = StudyFilter
    lookup_field = "public_id"
    lookup_value_regex = UUID

    def get_queryset(self) -> QuerySet[Study]:
        return (
            _visible_studies(self.request)
            .prefetch_related("sources")
            .annotate(batch_count=Count("batches", distinct=True))
        )

    @extend_schema(responses=ProgressSerializer)
    @action(detail=True)
    def progress(self, request: Request, public_id: str) -> Response:
        """How far the study is, in counts."""
        study = get_object_or_404(_visible_studies(request), public_id=public_id)
        return Response(ProgressSerializer(study_progress(study)).data)


class SourceViewSet(ReadOnlyModelViewSet[Source]):
    """Who wrote the comments of your studies: the human pool and the AI systems."""

    queryset = Source.objects.none()
    serializer_class = SourceSerializer
    lookup_field = "key"

    def get_queryset(self) -> QuerySet[Source]:
        return sources_of(_visible_studies(self.request))


class BatchViewSet(ReadOnlyModelViewSet[Batch]):
    """The batches of your studies, one per video."""

    queryset = Batch.objects.none()
    serializer_class = BatchSerializer
    filterset_class = BatchFilter
    lookup_field = "public_id"
    lookup_value_regex = UUID

    def get_queryset(self) -> QuerySet[Batch]:
        is_submitted = Q(
            assignments__state=AssignmentState.SUBMITTED,
            assignments__repeat_of__isnull=True,
        )
        return (
            Batch.objects.filter(study__in=_visible_studies(self.request))
            .select_related("study", "video")
            .annotate(submitted_count=Count("assignments", filter=is_submitted))
        )


class BatchCommentViewSet(ReadOnlyModelViewSet[BatchComment]):
    """The comments in the batches of your studies, with their sources."""

    queryset = BatchComment.objects.none()
    serializer_class = BatchCommentSerializer
    filterset_class = BatchCommentFilter

    def get_queryset(self) -> QuerySet[BatchComment]:
        return BatchComment.objects.filter(
            batch__study__in=_visible_studies(self.request)
        ).select_related("batch__video", "comment", "source")


class JudgmentViewSet(GenericViewSet[Judgment]):
    """The long table: judgments of submitted assignments, one per row.

    It leaves out what no result counts: attention checks, planned repeats, and
    annotators whom a researcher excluded.
    """

    queryset = Judgment.objects.none()
    serializer_class = JudgmentSerializer
    filterset_class = JudgmentFilter

    def get_queryset(self) -> QuerySet[Judgment]:
        visible = _visible_studies(self.request)
        return Judgment.objects.counted().filter(
            presentation__assignment__batch__study__in=visible
        )

    def list(self, request: Request) -> Response:  # noqa: ARG002
        """A page of the long table."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = rows_of([judgment.pk for judgment in page or ()])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
