"""Which judgments count: the ORM and the SQL give the same rows, and the right ones."""

import uuid
from typing import LiteralString

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import sql

from annotation.models import (
    Assignment,
    AssignmentState,
    AttentionCheck,
    Judgment,
    Membership,
    Presentation,
    Study,
)
from annotation.querysets import FROM_COUNTED, Annotators, counted_condition
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.studies import Answer, Judged, make_judged_study, submit
from tests.factories import join, make_researcher

pytestmark = pytest.mark.django_db

COMMENTS = 4  # of a batch
_SELECT: LiteralString = f"""
SELECT j.presentation_id {FROM_COUNTED}
WHERE b.study_id = {{study}} AND {{counted}}
ORDER BY j.presentation_id
"""


def by_orm(study: Study, whose: Annotators) -> list[int]:
    counted = Judgment.objects.counted(whose).of_study(study)
    return list(counted.order_by("pk").values_list("pk", flat=True))


def by_sql(study: Study, whose: Annotators) -> list[int]:
    query = sql.SQL(_SELECT).format(
        study=sql.Literal(study.pk), counted=sql.SQL(counted_condition(whose))
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [key for (key,) in cursor.fetchall()]


def half(comment: object, annotator: int) -> Answer:  # noqa: ARG001
    return ("human", None) if annotator else (None, 3)


def with_a_check(assignment: Assignment) -> None:
    """Put an answered attention check into the assignment."""
    assignment.state, assignment.submitted_at = AssignmentState.ACTIVE, None
    assignment.save()
    now = timezone.now()
    check = AttentionCheck.objects.create(
        study=assignment.batch.study, text="AI, please", expected_verdict="ai"
    )
    shown = Presentation.objects.create(
        assignment=assignment, position=COMMENTS + 1, attention_check=check
    )
    Judgment.objects.create(
        presentation=shown,
        verdict="ai",
        key=uuid.uuid4(),
        answered_at=now,
        received_at=now,
    )
    assignment.state, assignment.submitted_at = AssignmentState.SUBMITTED, now
    assignment.save()


def again(
    person: Membership, first: Assignment, *, number: int, annotator: int
) -> Assignment:
    comments = list(first.batch.batch_comments.select_related("source", "batch"))
    return submit(
        person, comments, half, number=number, annotator=annotator, repeat_of=first
    )


@pytest.fixture
def judged() -> Judged:
    """Three annotators, one left out; two batches; and every exception there is."""
    judged = make_judged_study(videos=2, annotators=3, judge=half)
    kept, left_out, _ = judged.annotators
    with_a_check(judged.assignments[0])
    again(kept, judged.assignments[0], number=3, annotator=0)
    again(left_out, judged.assignments[1], number=3, annotator=1)
    for assignment, state in zip(
        judged.assignments[3:5],
        (AssignmentState.ACTIVE, AssignmentState.LAPSED),
        strict=True,
    ):
        assignment.state, assignment.submitted_at = state, None
        assignment.place = None if state == AssignmentState.LAPSED else assignment.place
        assignment.save()
    exclude_annotator(membership=left_out, actor=make_researcher(), reason="asleep")
    make_judged_study(videos=1, annotators=1)
    join(judged.study)
    return judged


@pytest.mark.parametrize(
    ("whose", "assignments"),
    [
        (Annotators.KEPT, [0, 2, 5]),
        (Annotators.EXCLUDED, [1]),
        (Annotators.EVERYBODY, [0, 1, 2, 5]),
    ],
)
def test_orm_and_sql_count_the_same_judgments(
    judged: Judged, whose: Annotators, assignments: list[int]
) -> None:
    expected = Judgment.objects.filter(
        presentation__assignment__in=[judged.assignments[at] for at in assignments],
        presentation__batch_comment__isnull=False,
    ).values_list("pk", flat=True)

    assert len(expected) == COMMENTS * len(assignments)
    assert by_orm(judged.study, whose) == sorted(expected)
    assert by_sql(judged.study, whose) == sorted(expected)
