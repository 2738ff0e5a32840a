"""How far a study is."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    Judgment,
    MembershipRole,
    Study,
)
from annotation.rules.studies.pace import Pace, pace_window
from annotation.selectors.studies.readiness import batch_size

_IS_SUBMITTED = Q(state=AssignmentState.SUBMITTED)
_IS_ACTIVE = Q(state=AssignmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """Counts over a study's batches, assignments and judgments.

    Repeats and excluded annotators are left out.
    """

    batches: int
    # Judged by as many annotators as the redundancy says.
    batches_done: int
    # One for each batch and annotator planned.
    places: int
    submitted: int
    in_work: int
    # In submitted assignments; attention checks left out.
    judgments: int
    expected_judgments: int
    # Full answers in batches in work, which may still change.
    answers_in_work: int
    annotators: int
    pace: Pace

    @property
    def percent(self) -> float:
        """Share of the places whose assignment is submitted; 0 without places."""
        return 100 * self.submitted / self.places if self.places else 0.0

    @property
    def left(self) -> int:
        """Places that are not submitted yet."""
        return self.places - self.submitted

    @property
    def is_done(self) -> bool:
        return self.places > 0 and self.left == 0

    @property
    def time_left(self) -> timedelta | None:
        """Until all is submitted, at the recent pace; None if nothing tells it."""
        return None if self.is_done else self.pace.time_for(self.left)


def study_progress(study: Study) -> StudyProgress:
    """Count in six statements, whatever the study's size."""
    now = timezone.now()
    window = pace_window(study.opened_at, now)
    # A submitted assignment has a judgment on each comment: no need to count them.
    size = batch_size(study)
    totals = study.batches.aggregate(count=Count("pk"), places=Sum("place_count"))
    work = _assignments(study).aggregate(
        submitted=Count("pk", filter=_IS_SUBMITTED),
        in_work=Count("pk", filter=_IS_ACTIVE),
        recent=Count("pk", filter=_IS_SUBMITTED & Q(submitted_at__gt=now - window)),
    )
    places = totals["places"] or 0
    return StudyProgress(
        batches=totals["count"],
        batches_done=_done_batches(study).count(),
        places=places,
        submitted=work["submitted"],
        in_work=work["in_work"],
        judgments=work["submitted"] * size,
        expected_judgments=places * size,
        answers_in_work=_answers_in_work(study),
        annotators=study.memberships.filter(role=MembershipRole.ANNOTATOR).count(),
        pace=Pace(work["recent"], window),
    )


def _assignments(study: Study) -> QuerySet[Assignment]:
    """Those that reports count, or will: excluded annotators are left out."""
    return Assignment.objects.filter(
        batch__study=study,
        repeat_of__isnull=True,
        membership__excluded_at__isnull=True,
    )


def _done_batches(study: Study) -> QuerySet[Batch]:
    submitted = Q(
        assignments__state=AssignmentState.SUBMITTED,
        assignments__repeat_of__isnull=True,
        assignments__membership__excluded_at__isnull=True,
    )
    return study.batches.alias(submitted=Count("assignments", filter=submitted)).filter(
        place_count__gt=0, submitted__gte=F("place_count")
    )


def _answers_in_work(study: Study) -> int:
    return Judgment.objects.filter(
        presentation__assignment__in=_assignments(study).filter(_IS_ACTIVE),
        presentation__batch_comment__isnull=False,
        verdict__isnull=False,
        realism_score__isnull=False,
    ).count()
