"""Who is in a study, and how they are getting on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    F,
    Max,
    Q,
    QuerySet,
)

from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    Membership,
    MembershipRole,
    Study,
)


class _Median(Aggregate):
    """The middle value, as PostgreSQL interpolates it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class AnnotatorRow:
    """One annotator of a study, as researchers see them."""

    membership: Membership
    submitted_count: int
    active_count: int
    # From the start of a batch to its submission; None before the first.
    median_duration: timedelta | None
    last_submitted_at: datetime | None
    # Attention checks of submitted batches.
    passed_check_count: int
    check_count: int

    @property
    def has_failed_checks(self) -> bool:
        return self.passed_check_count < self.check_count


@dataclass(frozen=True, slots=True)
class _Work:
    submitted: int = 0
    active: int = 0
    median: timedelta | None = None
    last: datetime | None = None


def annotators_of(study: Study) -> list[AnnotatorRow]:
    """Every annotator of the study in order of joining (three queries)."""
    memberships = (
        study.memberships.filter(role=MembershipRole.ANNOTATOR)
        .select_related("user", "invitation", "excluded_by")
        .order_by("joined_at", "pk")
    )
    work = _work_by_membership(study)
    checks = _checks_by_membership(study)
    return [
        _row(membership, work.get(membership.pk, _Work()), checks.get(membership.pk))
        for membership in memberships
    ]


def _row(
    membership: Membership, work: _Work, checks: tuple[int, int] | None
) -> AnnotatorRow:
    passed, total = checks or (0, 0)
    return AnnotatorRow(
        membership=membership,
        submitted_count=work.submitted,
        active_count=work.active,
        median_duration=work.median,
        last_submitted_at=work.last,
        passed_check_count=passed,
        check_count=total,
    )


def _work_by_membership(study: Study) -> dict[int, _Work]:
    is_submitted = Q(state=AssignmentState.SUBMITTED)
    rows = (
        Assignment.objects.filter(batch__study=study)
        .order_by()
        .values("membership")
        .annotate(
            submitted=Count("pk", filter=is_submitted),
            active=Count("pk", filter=Q(state=AssignmentState.ACTIVE)),
            median=_Median(
                F("submitted_at") - F("started_at"),
                filter=is_submitted,
                output_field=DurationField(),
            ),
            last=Max("submitted_at"),
        )
        .values_list("membership", "submitted", "active", "median", "last")
    )
    return {pk: _Work(*numbers) for pk, *numbers in rows}


def _checks_by_membership(study: Study) -> dict[int, tuple[int, int]]:
    """Passed and shown attention checks, by membership."""
    check = "presentation__attention_check__"
    is_right = Q(
        Q(**{f"{check}expected_verdict": ""})
        | Q(verdict=F(f"{check}expected_verdict")),
        Q(**{f"{check}expected_score__isnull": True})
        | Q(realism_score=F(f"{check}expected_score")),
    )
    rows = (
        Judgment.objects.filter(
            presentation__attention_check__study=study,
            presentation__assignment__state=AssignmentState.SUBMITTED,
        )
        .order_by()
        .values("presentation__assignment__membership")
        .annotate(passed=Count("pk", filter=is_right), total=Count("pk"))
        .values_list("presentation__assignment__membership", "passed", "total")
    )
    return {pk: (passed, total) for pk, passed, total in rows}


def researchers_of(study: Study) -> QuerySet[Membership]:
    """The researchers of the study, in order of joining."""
    return (
        study.memberships.filter(role=MembershipRole.RESEARCHER)
        .select_related("user")
        .order_by("joined_at", "pk")
    )
