"""Who answers item studies, and how far they are."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from accounts.models import User
from annotation.models import Membership
from annotation.rules.studies.kinds import WorkDone
from thinking.models import ItemAssignment

# Batches that could be given to the membership `m`: a place is free, counting leases
# that have run out, and the person was asked about none of its videos.
IS_FREE: Final = """(
    SELECT count(*) FROM thinking_itemassignment a
    WHERE a.batch_id = b.id AND a.place IS NOT NULL
      AND NOT (a.state = 'active' AND a.leased_until < now())
) < s.redundancy"""
IS_NEW: Final = """NOT EXISTS (
    SELECT FROM thinking_itemassignment mine
    WHERE mine.batch_id = b.id AND mine.membership_id = m.id
) AND NOT EXISTS (
    SELECT FROM thinking_batchitem one
    JOIN thinking_item asked ON asked.id = one.item_id
    JOIN thinking_item seen ON seen.video_id = asked.video_id
    JOIN thinking_personanswer answer ON answer.item_id = seen.id
    JOIN thinking_itemassignment mine ON mine.id = answer.assignment_id
    WHERE one.batch_id = b.id AND mine.membership_id = m.id
)"""
_DONE: Final = f"""
SELECT m.id,
    count(a.id) FILTER (WHERE a.state = 'submitted'),
    count(a.id) FILTER (WHERE a.state <> 'lapsed'),
    (array_agg(a.public_id) FILTER (WHERE a.state = 'active'))[1],
    coalesce(bool_or(a.state = 'lapsed'), false),
    count(a.id) FILTER (WHERE a.freed_at IS NOT NULL),
    (SELECT count(*) FROM thinking_itembatch b WHERE b.item_study_id = i.id),
    EXISTS (
        SELECT FROM thinking_itembatch b
        WHERE b.item_study_id = i.id AND {IS_FREE} AND (
            {IS_NEW} OR EXISTS (
                SELECT FROM thinking_itemassignment mine
                WHERE mine.batch_id = b.id AND mine.membership_id = m.id
                  AND mine.state = 'lapsed'
            )
        )
    ),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY a.submitted_at - a.started_at)
        FILTER (WHERE a.state = 'submitted'),
    max(a.submitted_at)
FROM annotation_membership m
JOIN annotation_study s ON s.id = m.study_id
JOIN thinking_itemstudy i ON i.study_id = s.id
LEFT JOIN thinking_itemassignment a ON a.membership_id = m.id
WHERE m.id = ANY(%s)
GROUP BY m.id, s.id, i.id
"""  # noqa: S608
_PLACE_LEFT: Final = f"""
SELECT EXISTS (
    SELECT FROM thinking_itembatch b
    JOIN thinking_itemstudy i ON i.id = b.item_study_id
    JOIN annotation_study s ON s.id = i.study_id
    WHERE s.id = %s AND {IS_FREE}
)
"""  # noqa: S608


def work_done(memberships: Sequence[Membership]) -> dict[int, WorkDone]:
    """How far each is, by membership (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [[each.pk for each in memberships]])
        return {row[0]: WorkDone(*row[1:]) for row in cursor.fetchall()}


def is_place_left(study_id: int) -> bool:
    """Whether a batch could be given to somebody new now."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE_LEFT, [study_id])
        return bool(cursor.fetchone()[0])


def may_watch_item_video(user: User, video_id: int) -> bool:
    """Media rule: people may watch the videos that they are asked about."""
    return ItemAssignment.objects.filter(
        membership__user=user,
        membership__left_at__isnull=True,
        answers__item__video_id=video_id,
    ).exists()
