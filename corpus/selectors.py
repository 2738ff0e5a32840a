"""Reads over videos, comments and media for the pages and the funnel."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from corpus.comment_style import Style, comment_style
from corpus.engagement import PAPER_WEIGHTS, EngagementWeights, engagement
from corpus.models import Comment, MediaState, Origin, Video, VideoSelection
from corpus.selection import METADATA_FIELDS, MIN_USABLE_COMMENTS, Candidate

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_HAS_COMMENTS = Q(usable_comment_count__gte=MIN_USABLE_COMMENTS)
_EMPTY: dict[str, Any] = {"title": "", "description": "", "tags": [], "topic": ""}

_COUNTS = ("like_count", "favorite_count", "share_count", "comment_count")


def candidates(weights: EngagementWeights = PAPER_WEIGHTS) -> Iterator[Candidate]:
    """Every video, as the funnel sees it; read in chunks."""
    missing = {
        f"misses_{name}": ExpressionWrapper(
            Q(**{name: _EMPTY[name]}), output_field=BooleanField()
        )
        for name in METADATA_FIELDS
    }
    rows = Video.objects.annotate(**missing).values_list(
        "pk",
        "platform",
        "external_id",
        "category",
        "engagement",
        *_COUNTS,
        "usable_comment_count",
        "media__state",
        "media__duration_s",
        *missing,
    )
    for (
        video_id,
        platform,
        external_id,
        category,
        score,
        likes,
        favorites,
        shares,
        comments,
        usable,
        *rest,
    ) in rows.iterator():
        # Stored with the paper's weights.
        if weights != PAPER_WEIGHTS:
            score = engagement(  # noqa: PLW2901
                like_count=likes,
                favorite_count=favorites,
                share_count=shares,
                comment_count=comments,
                weights=weights,
            )
        state, duration_s, *misses = rest
        yield Candidate(
            video_id=video_id,
            platform=platform,
            external_id=external_id,
            category=category,
            engagement=score,
            missing_fields=frozenset(
                name
                for name, is_missing in zip(METADATA_FIELDS, misses, strict=True)
                if is_missing
            ),
            usable_comment_count=usable,
            decodes=state == MediaState.READY,
            duration_s=duration_s,
        )


# Ties go by the text's fingerprint, which does not depend on the order of import.
_BEST_FIRST = (F("like_count").desc(nulls_last=True), "fingerprint")


class WithSlot(TypedDict):
    slot: int


def best_comments(
    video_ids: Sequence[int] | QuerySet[Any, Any],
    count: int,
    *,
    without: QuerySet[Any, Any] | None = None,
) -> "QuerySet[WithAnnotations[Comment, WithSlot]]":
    """The `count` most-liked usable human comments of each video, the best first.

    This is what stands in batches: `slot`, from 1. The comments `without` (ids) are
    passed over.
    """
    comments = Comment.objects.filter(
        video__in=video_ids, source__origin=Origin.HUMAN, unusable_reason=""
    )
    if without is not None:
        comments = comments.exclude(pk__in=without)
    return (
        comments.annotate(
            slot=Window(
                RowNumber(),
                partition_by="video_id",
                order_by=_BEST_FIRST,
            )
        )
        .filter(slot__lte=count)
        .order_by("video_id", "slot")
    )


def style_mix(video_ids: Sequence[int]) -> dict[Style, int]:
    """How many of the videos' five best comments have which style."""
    texts = best_comments(video_ids, MIN_USABLE_COMMENTS).values_list("text", flat=True)
    counts = Counter(comment_style(text) for text in texts.iterator())
    return {style: counts[style] for style in Style}


def corpus_totals() -> dict[str, int]:
    """Counts of videos, usable comments, ready clips and eligible videos."""
    ready = Q(media__state=MediaState.READY)
    return Video.objects.aggregate(
        videos=Count("pk"),
        usable_comments=Sum("usable_comment_count", default=0),
        ready_clips=Count("pk", filter=ready),
        eligible=Count("pk", filter=ready & _HAS_COMMENTS),
    )


def eligible_videos() -> QuerySet[Video]:
    """Videos that can stand in a batch: a clip that plays, and comments enough."""
    return Video.objects.filter(_HAS_COMMENTS, media__state=MediaState.READY)


def platforms() -> list[str]:
    """The platforms that occur, by name."""
    return list(
        Video.objects.order_by("platform").values_list("platform", flat=True).distinct()
    )


def categories() -> list[str]:
    """The categories that occur, by name; without the empty one."""
    return list(
        Video.objects.exclude(category="")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct()
    )


def listed_videos() -> QuerySet[Video]:
    """Videos for a list: those that can be judged first, the most engaging first.

    Without their long texts.
    """
    can_be_judged = Case(
        When(_HAS_COMMENTS & Q(media__state=MediaState.READY), then=True), default=False
    )
    return (
        Video.objects.select_related("media")
        .defer("description", "extra", "tags")
        .order_by(can_be_judged.desc(), "-engagement", "pk")
    )


def comments_of(video: Video) -> QuerySet[Comment]:
    """A video's human comments, as a batch would choose them: the usable ones first."""
    return (
        Comment.objects.filter(video=video, source__origin=Origin.HUMAN)
        .annotate(is_unusable=~Q(unusable_reason=""))
        .order_by("is_unusable", *_BEST_FIRST)
    )


def unusable_counts(video: Video) -> dict[str, int]:
    """How many of a video's human comments cannot be used, by reason."""
    return dict(
        Comment.objects.filter(video=video, source__origin=Origin.HUMAN)
        .exclude(unusable_reason="")
        .values_list("unusable_reason")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )


def saved_selections() -> QuerySet[VideoSelection]:
    """Every saved selection, the latest first, with its number of videos."""
    return VideoSelection.objects.select_related("created_by").annotate(
        video_count=Count("videos")
    )
