"""The AI sources that a study can test: those whose comments it may take."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.models import PooledComment, Study
from corpus.models import Origin, Source


def offered_sources(study: Study | None = None) -> QuerySet[Source]:
    """AI sources with comments in the study's pool or shared, and those it tests.

    Sources of other studies alone are not among them. Without a study: the shared ones.
    """
    may_take = Q(study__isnull=True) | Q(study=study) if study else Q(study=None)
    comments = PooledComment.objects.filter(may_take, comment__source=OuterRef("pk"))
    offered = Q(Exists(comments))
    if study is not None:
        offered |= Q(pk__in=study.sources.values("pk"))
    return Source.objects.filter(offered, origin=Origin.AI)


def sources_of(studies: QuerySet[Study]) -> QuerySet[Source]:
    """The human pool, and the AI sources of these studies or shared with all."""
    comments = PooledComment.objects.filter(
        Q(study__isnull=True) | Q(study__in=studies), comment__source=OuterRef("pk")
    )
    return Source.objects.filter(
        Q(origin=Origin.HUMAN)
        | Q(Exists(comments))
        | Q(pk__in=studies.order_by().values("sources"))
    )
