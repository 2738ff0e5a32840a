"""What an annotator submitted, for themself: never a source.

How often they were right is told as two shares, and only once the study is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.http import Http404

from annotation.instrument import Verdict
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    Membership,
    StudyState,
)
from annotation.querysets import Annotators
from annotation.rules.judging.presentation import SheetVideo
from annotation.selectors.judging.sheets import judge_sheet
from corpus.models import Origin


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


@dataclass(frozen=True, slots=True)
class OwnResult:
    """How often an annotator told people's comments and models' apart."""

    human_count: int
    human_right_count: int
    ai_count: int
    ai_right_count: int

    @property
    def count(self) -> int:
        return self.human_count + self.ai_count

    @property
    def right_pct(self) -> float:
        return 100 * (self.human_right_count + self.ai_right_count) / self.count

    @property
    def human_right_pct(self) -> float:
        return 100 * self.human_right_count / self.human_count

    @property
    def ai_right_pct(self) -> float:
        return 100 * self.ai_right_count / self.ai_count


# Of each origin: a share of fewer would say which comment was whose.
_FEWEST_OF_AN_ORIGIN = 5


def own_result(membership: Membership) -> OwnResult | None:
    """How often the annotator was right; None where they are not to know.

    They know when the researcher allows it, the study is closed, and at least five
    comments by people and five by models count.
    """
    study = membership.study
    if not study.tells_own_result or study.state != StudyState.CLOSED:
        return None
    is_human = Q(presentation__batch_comment__source__origin=Origin.HUMAN)
    counts = (
        Judgment.objects.counted(Annotators.EVERYBODY)
        .filter(presentation__assignment__membership=membership)
        .exclude(verdict=None)
        .aggregate(
            human_count=Count("pk", filter=is_human),
            human_right_count=Count("pk", filter=is_human & Q(verdict=Verdict.HUMAN)),
            ai_count=Count("pk", filter=~is_human),
            ai_right_count=Count("pk", filter=~is_human & Q(verdict=Verdict.AI)),
        )
    )
    found = OwnResult(**counts)
    fewest = min(found.human_count, found.ai_count)
    return found if fewest >= _FEWEST_OF_AN_ORIGIN else None


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
