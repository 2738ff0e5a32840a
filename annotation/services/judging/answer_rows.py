"""Answers of one assignment, read and written in one statement each.

Constant in the number of comments, and raw, as saving answers is what the platform
does most: the ORM's bulk upsert of 29 rows costs several times the statement itself.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from annotation.models import Assignment
from annotation.querysets import WITHDRAWN_COMMENTS
from annotation.rules.judging.answers import Answer, StandingAnswer

# How much of a lease may pass before an answer renews it: one write a minute at most.
LEASE_RENEWAL = timedelta(minutes=1)

_READ = f"""
SELECT
    p.position, p.id,
    j.verdict, j.realism_score, j.key, j.answered_at, j.received_at,
    j.first_answer_seconds, j.full_answer_seconds,
    CASE WHEN j.key IS NOT NULL AND p.position = ANY(%(positions)s) THEN
        ARRAY(SELECT r.key FROM annotation_judgmentrevision r
              WHERE r.presentation_id = p.id)
    ELSE '{{}}' END,
    p.batch_comment_id = ANY (ARRAY({WITHDRAWN_COMMENTS})) IS TRUE
FROM annotation_presentation p
LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
WHERE p.assignment_id = %(assignment)s
ORDER BY p.position
"""  # noqa: S608

_WRITE = """
WITH renewed AS (
    UPDATE annotation_assignment SET leased_until = %(leased_until)s
    WHERE id = %(assignment)s AND state = 'active' AND leased_until < %(renew_before)s
), replaced AS (
    INSERT INTO annotation_judgmentrevision
        (presentation_id, verdict, realism_score, key, answered_at, received_at)
    SELECT presentation, verdict, score, key, answered_at, received_at
    FROM json_to_recordset(%(replaced)s::json) AS answer (
        presentation bigint, verdict text, score smallint, key uuid,
        answered_at timestamptz, received_at timestamptz
    )
)
INSERT INTO annotation_judgment (
    presentation_id, verdict, realism_score, key, answered_at, received_at,
    first_answer_seconds, full_answer_seconds
)
SELECT presentation, verdict, score, key, answered_at, received_at,
       first_seconds, full_seconds
FROM json_to_recordset(%(standing)s::json) AS answer (
    presentation bigint, verdict text, score smallint, key uuid,
    answered_at timestamptz, received_at timestamptz,
    first_seconds float8, full_seconds float8
)
ON CONFLICT (presentation_id) DO UPDATE SET
    verdict = excluded.verdict,
    realism_score = excluded.realism_score,
    key = excluded.key,
    answered_at = excluded.answered_at,
    received_at = excluded.received_at,
    first_answer_seconds = excluded.first_answer_seconds,
    full_answer_seconds = excluded.full_answer_seconds
"""


@dataclass(slots=True)
class AnswerRow:
    """What stands at one position, and the keys of what stood there before."""

    presentation_id: int
    standing: StandingAnswer | None
    past_keys: Sequence[UUID] = ()
    is_changed: bool = False
    # The annotator sees it no more; what an older page still sends is kept.
    is_withdrawn: bool = False

    @property
    def is_full(self) -> bool:
        return self.standing is not None and self.standing.is_full


def read_answers(
    assignment: Assignment, positions: Collection[int]
) -> dict[int, AnswerRow]:
    """What stands at every position, in order; past keys for `positions` alone.

    Those of withdrawn comments are among them: a page may be older than that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _READ, {"assignment": assignment.pk, "positions": list(positions)}
        )
        return {row[0]: _row(*row[1:]) for row in cursor.fetchall()}


def _row(
    presentation_id: int,
    verdict: str | None,
    score: int | None,
    key: UUID | None,
    *rest: Any,  # noqa: ANN401
) -> AnswerRow:
    *times, past_keys, is_withdrawn = rest
    if key is None:
        return AnswerRow(presentation_id, None, is_withdrawn=is_withdrawn)
    answered_at, received_at, first_seconds, full_seconds = times
    answer = Answer(verdict, score, key, answered_at, received_at)
    standing = StandingAnswer(answer, first_seconds, full_seconds)
    return AnswerRow(presentation_id, standing, past_keys, is_withdrawn=is_withdrawn)


def write_answers(
    assignment: Assignment, rows: Iterable[AnswerRow], *, leased_until: datetime
) -> None:
    """Store what changed and what it replaced, and renew the lease if it is due."""
    replaced: list[dict[str, object]] = []
    standing: list[dict[str, object]] = []
    for row in rows:
        if row.is_changed and (stands := row.standing) is not None:
            replaced += [_fields(row, answer) for answer in stands.replaced]
            standing.append(
                _fields(row, stands.answer)
                | {
                    "first_seconds": stands.first_answer_seconds,
                    "full_seconds": stands.full_answer_seconds,
                }
            )
    if not standing:
        return
    parameters: dict[str, Any] = {
        "assignment": assignment.pk,
        "leased_until": leased_until,
        "renew_before": leased_until - LEASE_RENEWAL,
        # One parameter each: as arrays, the values cost more than the statement.
        "replaced": json.dumps(replaced),
        "standing": json.dumps(standing),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, parameters)


def _fields(row: AnswerRow, answer: Answer) -> dict[str, object]:
    return {
        "presentation": row.presentation_id,
        "verdict": answer.verdict,
        "score": answer.score,
        "key": str(answer.key),
        "answered_at": answer.answered_at.isoformat(),
        "received_at": answer.received_at.isoformat(),
    }
