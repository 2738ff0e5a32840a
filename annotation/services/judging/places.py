"""The places of batches: taken, leased, given back. Every lock on a batch is here.

Locks are taken in the order membership, assignment, batch, and a batch's lock is held
for the few milliseconds that it takes to count a place. Nobody waits for a batch while
holding the lock of another one, and collecting leases that have run out never waits at
all: so nobody ever stands in a circle.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from annotation.counters import LEASES_EXPIRED
from annotation.models import Assignment, AssignmentState

# At most this many at a time: whoever asks for work does a share of the collecting.
_LAPSED_AT_ONCE = 100
_COLLECTING_SECONDS = 1.0

_LAPSE = """
WITH expired AS (
    SELECT a.id, a.batch_id, a.place
    FROM annotation_assignment a
    JOIN annotation_batch b ON b.id = a.batch_id
    WHERE a.state = 'active' AND a.reopened_at IS NULL AND a.leased_until < %(now)s
    ORDER BY a.leased_until
    LIMIT %(limit)s
    FOR NO KEY UPDATE OF a, b SKIP LOCKED
), lapsed AS (
    UPDATE annotation_assignment a SET state = 'lapsed', place = NULL
    FROM expired WHERE a.id = expired.id
), given_back AS (
    UPDATE annotation_batch b SET places_taken = b.places_taken - given.places
    FROM (
        SELECT batch_id, count(place) AS places FROM expired GROUP BY batch_id
    ) given
    WHERE b.id = given.batch_id AND given.places > 0
)
SELECT count(*) FROM expired
"""

# Batches that may be given to an annotator: a place is free, and it was never theirs.
_CANDIDATES = """
FROM annotation_batch b
WHERE b.study_id = %(study)s AND b.places_taken < b.place_count
  AND NOT EXISTS (
    SELECT FROM annotation_assignment mine
    WHERE mine.batch_id = b.id AND mine.membership_id = %(membership)s
      AND mine.repeat_of_id IS NULL
  )
"""
# What a batch may present: its comments, and the study's attention checks.
_CONTENT = """
    ARRAY(SELECT c.id FROM annotation_batchcomment c
          WHERE c.batch_id = b.id ORDER BY c.id),
    CASE WHEN s.attention_checks_per_batch > 0 THEN
        ARRAY(SELECT k.id FROM annotation_attentioncheck k
              WHERE k.study_id = s.id ORDER BY k.id)
    ELSE '{}' END,
    s.attention_checks_per_batch
"""
_LOWEST_FREE = """
    SELECT min(number.n) FROM generate_series(1, b.place_count) AS number (n)
    WHERE NOT EXISTS (
        SELECT FROM annotation_assignment a
        WHERE a.batch_id = b.id AND a.place = number.n
    )
"""
# Chance decides here who judges what when, and shapes no record: nothing to store.
# A candidate whose row has another version by the time that it is locked is passed
# over: somebody took or gave back a place of it, so that it may no longer be among the
# fewest. What is left has the places that the statement sees, since whoever changes a
# place changes the batch's count as well: the lowest free one can be told at once.
_TAKE_NEXT = f"""
WITH candidate AS MATERIALIZED (
    SELECT b.id, b.xmin AS version, b.places_taken, random() AS luck {_CANDIDATES}
    ORDER BY b.places_taken, luck
    LIMIT %(limit)s
), chosen AS (
    SELECT b.id
    FROM candidate c
    JOIN annotation_batch b ON b.id = c.id AND b.xmin = c.version
    ORDER BY c.places_taken, c.luck
    LIMIT 1
    FOR NO KEY UPDATE OF b SKIP LOCKED
)
UPDATE annotation_batch b SET places_taken = b.places_taken + 1
FROM chosen, annotation_study s
WHERE b.id = chosen.id AND s.id = b.study_id
RETURNING b.id, ({_LOWEST_FREE}), {_CONTENT}
"""  # noqa: S608
# More than there are requests that can lock a batch at the same moment.
_CANDIDATES_AT_ONCE = 100

_ANY_CANDIDATE = f"""
SELECT b.id {_CANDIDATES} ORDER BY b.places_taken, random() LIMIT 1
"""

# The lock on the batch is held already: the statement sees every place that is taken.
_HOLD = f"""
UPDATE annotation_batch b SET places_taken = b.places_taken + 1
WHERE b.id = %s AND b.places_taken < b.place_count
RETURNING ({_LOWEST_FREE})
"""  # noqa: S608

# Batches in the order of their ids: two people who leave at once do not stand in a
# circle.
_END_WORK = """
WITH held AS (
    SELECT a.id, a.batch_id, a.place
    FROM annotation_assignment a
    JOIN annotation_batch b ON b.id = a.batch_id
    WHERE a.membership_id = %(membership)s AND a.state = ANY(%(states)s)
    ORDER BY b.id
    FOR NO KEY UPDATE OF a, b
), lapsed AS (
    UPDATE annotation_assignment a SET state = 'lapsed', place = NULL
    FROM held WHERE a.id = held.id
)
UPDATE annotation_batch b SET places_taken = b.places_taken - 1
FROM held WHERE b.id = held.batch_id AND held.place IS NOT NULL
"""

_CONTENT_OF = f"""
SELECT {_CONTENT}
FROM annotation_batch b JOIN annotation_study s ON s.id = b.study_id
WHERE b.id = %s
"""  # noqa: S608

# One statement for the assignment and all that it presents.
_GIVE = """
WITH given AS (
    INSERT INTO annotation_assignment (
        public_id, batch_id, membership_id, state, place, repeat_of_id, number, seed,
        started_at, leased_until, played_seconds, played_percent
    ) VALUES (
        %(public_id)s, %(batch)s, %(membership)s, 'active', %(place)s, %(repeat_of)s,
        %(number)s, %(seed)s, %(started_at)s, %(leased_until)s, 0, 0
    )
    RETURNING id
), shown AS (
    INSERT INTO annotation_presentation
        (assignment_id, position, batch_comment_id, attention_check_id)
    SELECT given.id, thing.position, thing.batch_comment_id, thing.attention_check_id
    FROM given, unnest(%(comments)s::bigint[], %(checks)s::bigint[])
        WITH ORDINALITY AS thing (batch_comment_id, attention_check_id, position)
)
SELECT id FROM given
"""


def lapse_expired_leases(now: datetime) -> int:
    """Give back the places whose lease has run out; how many assignments lapsed.

    Answers stay with their assignment. Reopened assignments keep their place: their
    batch was judged in full, and nobody else should be asked for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAPSE, {"now": now, "limit": _LAPSED_AT_ONCE})
        count = int(cursor.fetchone()[0])
    transaction.on_commit(lambda: LEASES_EXPIRED.inc(count))
    return count


# When this process collected last, on its own clock.
_collected_at = -_COLLECTING_SECONDS


def collect_expired_leases() -> None:
    """`lapse_expired_leases`, unless this process has just done so.

    Who finds no place free has to ask `lapse_expired_leases` itself.
    """
    global _collected_at  # noqa: PLW0603 (a race collects twice, which does no harm)
    if time.monotonic() - _collected_at >= _COLLECTING_SECONDS:
        _collected_at = time.monotonic()
        lapse_expired_leases(timezone.now())


class EveryBatchBusyError(Exception):
    """Places are left, but others are taking places of those very batches right now.

    Roll back, which lets go of every batch, and wait in line for `batch_id`.
    """

    def __init__(self, batch_id: int) -> None:
        super().__init__(f"batch {batch_id} is busy")
        self.batch_id = batch_id


@dataclass(frozen=True, slots=True)
class BatchContent:
    """What a batch may present, by database ids."""

    comments: list[int]
    # The study's attention checks, and how many of them an assignment presents.
    checks: list[int]
    check_count: int


@dataclass(frozen=True, slots=True)
class TakenPlace:
    """A place that was just taken, by the batch's database id and its number."""

    batch_id: int
    place: int
    content: BatchContent


def take_next_place(*, study_id: int, membership_id: int) -> TakenPlace | None:
    """Take a place for an annotator; None if there is none.

    In one of the batches with the fewest places taken, at random among equals, passing
    over batches that somebody else is taking at this very moment. The batch stays
    locked until the transaction ends.

    Raises:
        EveryBatchBusyError: only those are left. Nothing is locked.
    """
    parameters = {
        "study": study_id,
        "membership": membership_id,
        "limit": _CANDIDATES_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NEXT, parameters)
        if row := cursor.fetchone():
            batch_id, place, *content = row
            return TakenPlace(batch_id, place, BatchContent(*content))
        cursor.execute(_ANY_CANDIDATE, parameters)
        if row := cursor.fetchone():
            raise EveryBatchBusyError(row[0])
    return None


def lock_batch(batch_id: int) -> None:
    """Lock one batch, in line behind whoever is counting its places now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM annotation_batch WHERE id = %s FOR NO KEY UPDATE", [batch_id]
        )


def hold_place(batch_id: int) -> int | None:
    """Take the lowest free place of a batch whose row is locked; None if it is full."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [batch_id])
        row = cursor.fetchone()
    return row[0] if row else None


def end_work(membership_id: int, states: Collection[AssignmentState]) -> None:
    """Give back every place that an annotator holds in one of these states."""
    parameters: dict[str, Any] = {"membership": membership_id, "states": list(states)}
    with connection.cursor() as cursor:
        cursor.execute(_END_WORK, parameters)


def batch_content(batch_id: int) -> BatchContent:
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT_OF, [batch_id])
        return BatchContent(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class Presented:
    """What stands at one position, by database id: a comment or a check."""

    batch_comment_id: int | None = None
    attention_check_id: int | None = None


def write_assignment(assignment: Assignment, presented: Sequence[Presented]) -> None:
    """Insert a new assignment with what it presents, in order."""
    parameters: dict[str, Any] = {
        "public_id": assignment.public_id,
        "batch": assignment.batch_id,
        "membership": assignment.membership_id,
        "place": assignment.place,
        "repeat_of": assignment.repeat_of_id,
        "number": assignment.number,
        "seed": assignment.seed,
        "started_at": assignment.started_at,
        "leased_until": assignment.leased_until,
        "comments": [thing.batch_comment_id for thing in presented],
        "checks": [thing.attention_check_id for thing in presented],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, parameters)
        (assignment.pk,) = cursor.fetchone()
