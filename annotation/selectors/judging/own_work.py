"""What an annotator submitted, for themself: never what was right, nor a source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.http import Http404

from annotation.models import Assignment, AssignmentState, Membership
from annotation.rules.judging.presentation import SheetVideo
from annotation.selectors.judging.sheets import judge_sheet


@dataclass(frozen=True, slots=True)
class SubmittedBatch:
    """One batch that the annotator submitted."""

    number: int
    comment_count: int
    submitted_at: datetime
    # From the start of the batch to its submission, breaks included.
    duration: timedelta
    # Nobody looks at it any more.
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One comment and what the annotator said about it."""

    position: int
    text: str
    verdict: str
    score: str


@dataclass(frozen=True, slots=True)
class OwnBatch:
    """A submitted batch to look at again."""

    number: int
    video: SheetVideo
    question: str
    realism_question: str
    answers: Sequence[OwnAnswer]


def submitted_batches(membership: Membership) -> list[SubmittedBatch]:
    """All that the annotator submitted, in the order given."""
    rows = (
        membership.assignments.filter(state=AssignmentState.SUBMITTED)
        .order_by("number")
        .annotate(comment_count=Count("presentations"))
        .values_list(
            "number",
            "comment_count",
            "submitted_at",
            "started_at",
            "batch__withdrawn_at",
        )
    )
    return [
        SubmittedBatch(
            number,
            total,
            submitted_at,
            submitted_at - started_at,
            withdrawn_at is not None,
        )
        for number, total, submitted_at, started_at, withdrawn_at in rows
        if submitted_at is not None
    ]


def own_batch_or_404(membership: Membership, number: int) -> OwnBatch:
    """One of them with the answers, as the judge page showed it."""
    assignment = (
        Assignment.objects.select_related("batch__study")
        .filter(
            membership=membership,
            number=number,
            state=AssignmentState.SUBMITTED,
            batch__withdrawn_at=None,
        )
        .first()
    )
    if assignment is None:
        raise Http404
    sheet = judge_sheet(assignment, login_name="")
    labels = sheet.instrument.labels
    return OwnBatch(
        number=number,
        video=sheet.video,
        question=sheet.instrument.question,
        realism_question=sheet.scale.question,
        answers=[
            OwnAnswer(
                each.position, each.text, labels.get(each.verdict, ""), each.score
            )
            for each in sheet.comments
        ],
    )
