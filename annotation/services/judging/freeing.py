"""Places of annotators who no longer count: freed for others, and taken again.

As in `places.py`, batches are locked in the order of their ids.
"""

from typing import Final

from django.db import connection

from annotation.querysets import WITHDRAWN_COMMENTS
from annotation.services.judging.places import hold_place

# Reopened batches whose answers are still whole: what was submitted stays so.
_CLOSE_REOPENED: Final = f"""
UPDATE annotation_assignment a SET state = 'submitted'
WHERE a.membership_id = %s AND a.state = 'active' AND a.reopened_at IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM annotation_presentation p
    LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
    WHERE p.assignment_id = a.id
      AND (j.verdict IS NULL OR j.realism_score IS NULL)
      AND (p.batch_comment_id IS NULL
           OR p.batch_comment_id <> ALL (ARRAY({WITHDRAWN_COMMENTS})))
  )
"""  # noqa: S608
_FREE: Final = """
WITH held AS (
    SELECT a.id, a.batch_id
    FROM annotation_assignment a
    JOIN annotation_batch b ON b.id = a.batch_id
    WHERE a.membership_id = %s AND a.state = 'submitted' AND a.place IS NOT NULL
    ORDER BY b.id
    FOR NO KEY UPDATE OF a, b
), freed AS (
    UPDATE annotation_assignment a SET place = NULL, freed_at = now()
    FROM held WHERE a.id = held.id
), given_back AS (
    UPDATE annotation_batch b SET places_taken = b.places_taken - 1
    FROM held WHERE b.id = held.batch_id
)
SELECT count(*) FROM held
"""
_FREED: Final = """
SELECT a.id, b.id, b.places_taken < b.place_count
FROM annotation_assignment a
JOIN annotation_batch b ON b.id = a.batch_id
WHERE a.membership_id = %s AND a.freed_at IS NOT NULL
ORDER BY b.id
FOR NO KEY UPDATE OF a, b
"""
_TAKE: Final = """
UPDATE annotation_assignment SET place = %s, freed_at = NULL WHERE id = %s
"""


def close_reopened(membership_id: int) -> None:
    """Submit again what was reopened for an annotator who won't go on with it."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_REOPENED, [membership_id])


def free_submitted_places(membership_id: int) -> int:
    """Give the places of submitted batches to others; the answers stay. How many."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [membership_id])
        return int(cursor.fetchone()[0])


def take_freed_places(membership_id: int) -> tuple[int, int]:
    """Take every freed place again, or none.

    Returns:
        How many were taken again, and how many are not to be had: others have them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FREED, [membership_id])
        freed = cursor.fetchall()
        lost = sum(not is_free for _, _, is_free in freed)
        if lost:
            return 0, lost
        for assignment_id, batch_id, _ in freed:
            cursor.execute(_TAKE, [hold_place(batch_id), assignment_id])
    return len(freed), 0
