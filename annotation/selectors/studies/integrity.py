"""Whether a study's rows keep the rules that no constraint can hold.

The database refuses most of what must not be (docs/data-model.md). What is left spans
several rows; it is looked at here, and nothing is changed.
"""

from collections.abc import Iterator

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

# Rule -> a statement whose rows say what breaks it, given the study's id.
_RULES = {
    "places taken are those held": """
        SELECT format('batch %%s: %%s places taken, %%s held',
                      b.public_id, b.places_taken, count(a.place))
        FROM annotation_batch b
        LEFT JOIN annotation_assignment a ON a.batch_id = b.id
        WHERE b.study_id = %(study)s
        GROUP BY b.id HAVING b.places_taken <> count(a.place)
    """,
    "a place is one of the batch's": """
        SELECT format('assignment %%s: place %%s of %%s',
                      a.public_id, a.place, b.place_count)
        FROM annotation_assignment a JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.place > b.place_count
          AND b.withdrawn_at IS NULL
    """,
    "a freed place was an excluded annotator's": """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_membership m ON m.id = a.membership_id
        WHERE b.study_id = %(study)s AND a.freed_at IS NOT NULL
          AND m.excluded_at IS NULL
    """,
    "a sealed study's batches are sealed, with the redundancy as places": """
        SELECT format('batch %%s: %%s places, redundancy %%s',
                      b.public_id, b.place_count, s.redundancy)
        FROM annotation_batch b JOIN annotation_study s ON s.id = b.study_id
        WHERE s.id = %(study)s AND s.state <> 'draft'
          AND b.withdrawn_at IS NULL
          AND (b.sealed_at IS NULL OR b.place_count <> s.redundancy)
    """,
    "a sealed batch is full": """
        SELECT format('batch %%s: %%s human comments of %%s, %%s AI comments of %%s',
                      b.public_id, held.human, s.human_comment_count,
                      held.ai, sources.total)
        FROM annotation_study s
        JOIN annotation_batch b ON b.study_id = s.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE origin = 'human') AS human,
                   count(DISTINCT source.id) FILTER (WHERE origin = 'ai') AS ai
            FROM annotation_batchcomment c
            JOIN corpus_source source ON source.id = c.source_id
            WHERE c.batch_id = b.id
        ) held
        CROSS JOIN LATERAL (
            SELECT count(*) AS total FROM annotation_study_sources
            WHERE study_id = s.id
        ) sources
        WHERE s.id = %(study)s AND b.sealed_at IS NOT NULL
          AND (held.human, held.ai) <> (s.human_comment_count, sources.total)
    """,
    "a batch's comments are about its video, and say their source": """
        SELECT format('batch %%s: comment %%s', b.public_id, c.comment_id)
        FROM annotation_batchcomment c
        JOIN annotation_batch b ON b.id = c.batch_id
        JOIN corpus_comment text ON text.id = c.comment_id
        WHERE b.study_id = %(study)s
          AND (text.video_id, text.source_id) <> (b.video_id, c.source_id)
    """,
    "an assignment is an annotator's of the same study": """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_membership m ON m.id = a.membership_id
        WHERE b.study_id = %(study)s
          AND (m.study_id <> b.study_id OR m.role <> 'annotator')
    """,
    "who is in a study is known to it": """
        SELECT format('membership %%s', m.code)
        FROM annotation_membership m CROSS JOIN unnest(m.person_marks) AS mark
        WHERE m.study_id = %(study)s AND NOT EXISTS (
            SELECT FROM annotation_personmark known
            WHERE known.study_id = m.study_id AND known.mark = mark
        )
        UNION ALL
        SELECT format('membership %%s leads to a person who left', m.code)
        FROM annotation_membership m
        WHERE m.study_id = %(study)s AND m.left_at IS NOT NULL
          AND (m.user_id IS NOT NULL OR m.participant_id <> ''
               OR m.person_marks <> '{}')
    """,
    "a judgment is on a comment of its assignment's batch, or on a check": """
        SELECT format('assignment %%s, position %%s', a.public_id, p.position)
        FROM annotation_judgment j
        JOIN annotation_presentation p ON p.id = j.presentation_id
        JOIN annotation_assignment a ON a.id = p.assignment_id
        JOIN annotation_batch b ON b.id = a.batch_id
        LEFT JOIN annotation_batchcomment c ON c.id = p.batch_comment_id
        LEFT JOIN annotation_attentioncheck k ON k.id = p.attention_check_id
        WHERE b.study_id = %(study)s
          AND (c.batch_id <> b.id OR k.study_id <> b.study_id)
    """,
    "a submitted batch is judged in full": """
        SELECT format('assignment %%s: %%s positions without both answers',
                      a.public_id, count(*))
        FROM annotation_assignment a
        JOIN annotation_batch b ON b.id = a.batch_id
        JOIN annotation_presentation p ON p.assignment_id = a.id
        LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
        WHERE b.study_id = %(study)s AND a.state = 'submitted'
          AND (j.verdict IS NULL OR j.realism_score IS NULL)
          AND NOT EXISTS (
            SELECT FROM annotation_withdrawal w
            WHERE w.batch_comment_id = p.batch_comment_id
          )
        GROUP BY a.public_id
    """,
    "nobody works on a withdrawn video": """
        SELECT format('assignment %%s', a.public_id)
        FROM annotation_assignment a JOIN annotation_batch b ON b.id = a.batch_id
        WHERE b.study_id = %(study)s AND a.state = 'active'
          AND b.withdrawn_at IS NOT NULL
        UNION ALL
        SELECT format('batch %%s is withdrawn without a decision', b.public_id)
        FROM annotation_batch b
        WHERE b.study_id = %(study)s AND b.withdrawn_at IS NOT NULL
          AND NOT EXISTS (
            SELECT FROM annotation_withdrawal w WHERE w.batch_id = b.id
          )
    """,
}
_MARK_RULE = "a person's marks are what PERSON_MARK_KEY makes"
_ORDER_RULE = "the order shown is the one that the seed makes"


def broken_rules(study: Study) -> Iterator[str]:
    """What is wrong with a study, one sentence each; nothing if all is well."""
    with connection.cursor() as cursor:
        for rule, statement in _RULES.items():
            cursor.execute(statement, {"study": study.pk})
            for (subject,) in cursor.fetchall():
                yield f"{rule}: {subject}"
    for membership in study.memberships.all():
        if membership.user_id and not _is_marked(study, membership):
            yield f"{_MARK_RULE}: membership {membership.code}"
    for assignment in _wrongly_ordered(study):
        yield f"{_ORDER_RULE}: assignment {assignment.public_id}"


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
