"""Whether a study's rows keep the rules that no constraint can hold.

The database refuses most of what must not be (docs/data-model.md). What is left spans
several rows, or would be the work of somebody who switched the triggers off; it is
looked at here, and nothing is changed.
"""

from collections.abc import Iterable, Iterator

from django.db import connection

from annotation.models import (
    Assignment,
    AttentionCheck,
    BatchComment,
    Membership,
    Study,
    marks_of,
)
from annotation.rules.judging.presentation import drawn_checks, presentation_order
from annotation.rules.studies.findings import Finding, Rule
from annotation.rules.studies.kinds import other_work
from annotation.selectors.studies.integrity_rules import (
    MARKS,
    ORDER,
    REFERENCES,
    RULES,
)

# Every foreign key of the tables: its name, both tables, both columns.
_FOREIGN_KEYS = """
SELECT conname, conrelid::regclass::text, confrelid::regclass::text,
       (SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = conrelid AND attnum = conkey[1]),
       (SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = confrelid AND attnum = confkey[1])
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
  AND cardinality(conkey) = 1
ORDER BY 2, 1
"""


def broken_rules(study: Study) -> Iterator[Finding]:
    """What is wrong with a study; nothing if all is well."""
    yield from broken_statements(study, RULES)
    if work := other_work(study):
        yield from work.broken_rules(study)
    for membership in study.memberships.all():
        if membership.user_id and not _is_marked(study, membership):
            yield Finding(MARKS, f"membership {membership.code}")
    for assignment in _wrongly_ordered(study):
        yield Finding(ORDER, f"assignment {assignment.public_id}")


def broken_statements(study: Study, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules' own statements find."""
    with connection.cursor() as cursor:
        for rule in rules:
            cursor.execute(rule.statement, {"study": study.pk})
            for (subject,) in cursor.fetchall():
                yield Finding(rule, subject)


def broken_references() -> Iterator[Finding]:
    """Rows of any table that name a row which is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        for name, table, other, column, key in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL"  # noqa: S608 (names out of the catalogue)
                f" AND NOT EXISTS (SELECT FROM {other} o WHERE o.{key} = t.{column})"
            )
            (count,) = cursor.fetchone()
            if count:
                yield Finding(REFERENCES, f"{count} rows of {table} ({name})")


def _is_marked(study: Study, membership: Membership) -> bool:
    marks = marks_of(study, membership.user_id or 0, membership.participant_id)
    return {*marks} == {*membership.person_marks}


def _wrongly_ordered(study: Study) -> Iterator[Assignment]:
    """Assignments whose presentations are not what their seed makes."""
    comments = _comments_by_batch(study)
    checks = [*AttentionCheck.objects.filter(study=study).order_by("pk")]
    assignments = (
        Assignment.objects.filter(batch__study=study)
        .order_by("pk")
        .prefetch_related("presentations")
    )
    for assignment in assignments.iterator(chunk_size=500):
        drawn = drawn_checks(assignment.seed, checks, study.attention_checks_per_batch)
        things: list[tuple[int | None, int | None]] = [
            (pk, None) for pk in comments.get(assignment.batch_id, [])
        ]
        things += [(None, check.pk) for check in drawn]
        order = presentation_order(assignment.seed, len(things))
        wanted = [
            (position, *things[index]) for position, index in enumerate(order, start=1)
        ]
        presented = [
            (shown.position, shown.batch_comment_id, shown.attention_check_id)
            for shown in assignment.presentations.all()
        ]
        if sorted(presented) != wanted:
            yield assignment


def _comments_by_batch(study: Study) -> dict[int, list[int]]:
    comments: dict[int, list[int]] = {}
    rows = BatchComment.objects.filter(batch__study=study).order_by("pk")
    for batch_id, pk in rows.values_list("batch", "pk"):
        comments.setdefault(batch_id, []).append(pk)
    return comments
