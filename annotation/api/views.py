"""The REST API: read access to batches, comments, sources and judgments."""

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from annotation.api.asked import UUID_PATTERN, visible_studies
from annotation.api.filters import (
    BatchCommentFilter,
    BatchFilter,
    JudgmentFilter,
)
from annotation.api.serializers import (
    BatchCommentSerializer,
    BatchSerializer,
    JudgmentSerializer,
    SourceSerializer,
)
from annotation.models import (
    AssignmentState,
    Batch,
    BatchComment,
    Judgment,
)
from annotation.selectors.judging.long_table import rows_of
from annotation.selectors.studies.sources import sources_of
from corpus.models import Source


@extend_schema_view(
    list=extend_schema(summary="List the sources of your studies", tags=["reading"]),
    retrieve=extend_schema(summary="Get one source", tags=["reading"]),
)
class SourceViewSet(ReadOnlyModelViewSet[Source]):
    """Who wrote the comments of your studies: the human pool and the AI systems."""

    queryset = Source.objects.none()
    serializer_class = SourceSerializer
    lookup_field = "key"

    def get_queryset(self) -> QuerySet[Source]:
        return sources_of(visible_studies(self.request))


@extend_schema_view(
    list=extend_schema(summary="List the batches of your studies", tags=["reading"]),
    retrieve=extend_schema(summary="Get one batch", tags=["reading"]),
)
class BatchViewSet(ReadOnlyModelViewSet[Batch]):
    """The batches of your studies, one per video."""

    queryset = Batch.objects.none()
    serializer_class = BatchSerializer
    filterset_class = BatchFilter
    lookup_field = "public_id"
    lookup_value_regex = UUID_PATTERN

    def get_queryset(self) -> QuerySet[Batch]:
        is_submitted = Q(
            assignments__state=AssignmentState.SUBMITTED,
            assignments__repeat_of__isnull=True,
        )
        return (
            Batch.objects.filter(study__in=visible_studies(self.request))
            .select_related("study", "video")
            .annotate(submitted_count=Count("assignments", filter=is_submitted))
        )


@extend_schema_view(
    list=extend_schema(summary="List the comments of your studies", tags=["reading"]),
    retrieve=extend_schema(summary="Get one comment", tags=["reading"]),
)
class BatchCommentViewSet(ReadOnlyModelViewSet[BatchComment]):
    """The comments in the batches of your studies, with their sources."""

    queryset = BatchComment.objects.none()
    serializer_class = BatchCommentSerializer
    filterset_class = BatchCommentFilter

    def get_queryset(self) -> QuerySet[BatchComment]:
        return BatchComment.objects.filter(
            batch__study__in=visible_studies(self.request)
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
        visible = visible_studies(self.request)
        return Judgment.objects.counted().filter(
            presentation__assignment__batch__study__in=visible
        )

    @extend_schema(summary="Read the long table of judgments", tags=["reading"])
    def list(self, request: Request) -> Response:  # noqa: ARG002
        """A page of the long table."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = rows_of([judgment.pk for judgment in page or ()])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
