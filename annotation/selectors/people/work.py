"""What one annotator was given in a study, and how far each batch is."""

from django.db.models import Count, Q, QuerySet

from annotation.models import Assignment, Membership

_IS_FULL = Q(
    presentations__judgment__verdict__isnull=False,
    presentations__judgment__realism_score__isnull=False,
)


def assignments_of(membership: Membership) -> QuerySet[Assignment]:
    """The annotator's assignments in the order given, with their video.

    Each carries `comment_count` and `answered_count`, the comments answered in full.
    """
    return (
        Assignment.objects.filter(membership=membership)
        .select_related("batch__video", "repeat_of")
        .annotate(
            comment_count=Count("presentations"),
            answered_count=Count("presentations", filter=_IS_FULL),
        )
        .order_by("number")
    )
