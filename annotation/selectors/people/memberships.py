"""Who is in a study, and how they are getting on."""

from collections.abc import Sequence
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
    Membership,
    MembershipRole,
    Study,
)
from annotation.rules.studies.kinds import other_work
from annotation.selectors.people.attention_checks import (
    ChecksAnswered,
    checks_answered,
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
    # Batches that were given to others when the annotator was excluded.
    freed_count: int
    # From the start of a batch to its submission; None before the first.
    median_duration: timedelta | None
    last_submitted_at: datetime | None
    # None where the annotator was shown none.
    checks: ChecksAnswered | None


@dataclass(frozen=True, slots=True)
class _Work:
    submitted: int = 0
    active: int = 0
    freed: int = 0
    median: timedelta | None = None
    last: datetime | None = None


def annotators_of(study: Study) -> list[AnnotatorRow]:
    """Every annotator of the study in order of joining (three queries)."""
    memberships = list(
        study.memberships.filter(role=MembershipRole.ANNOTATOR)
        .select_related("study", "user", "invitation", "excluded_by")
        .order_by("joined_at", "pk")
    )
    work = _work_by_membership(study, memberships)
    checks = {each.membership: each for each in checks_answered(study)}
    return [
        _row(membership, work.get(membership.pk, _Work()), checks.get(membership.pk))
        for membership in memberships
    ]


def _row(
    membership: Membership, work: _Work, checks: ChecksAnswered | None
) -> AnnotatorRow:
    return AnnotatorRow(
        membership=membership,
        submitted_count=work.submitted,
        active_count=work.active,
        freed_count=work.freed,
        median_duration=work.median,
        last_submitted_at=work.last,
        checks=checks,
    )


def _work_by_membership(
    study: Study, memberships: Sequence[Membership]
) -> dict[int, _Work]:
    if other := other_work(study):
        return {
            pk: _Work(
                done.submitted_count,
                int(done.current is not None),
                done.freed_count,
                done.median_duration,
                done.last_submitted_at,
            )
            for pk, done in other.done(memberships).items()
        }
    is_submitted = Q(state=AssignmentState.SUBMITTED)
    rows = (
        Assignment.objects.filter(batch__study=study)
        .order_by()
        .values("membership")
        .annotate(
            submitted=Count("pk", filter=is_submitted),
            active=Count("pk", filter=Q(state=AssignmentState.ACTIVE)),
            freed=Count("pk", filter=Q(freed_at__isnull=False)),
            median=_Median(
                F("submitted_at") - F("started_at"),
                filter=is_submitted,
                output_field=DurationField(),
            ),
            last=Max("submitted_at"),
        )
        .values_list("membership", "submitted", "active", "freed", "median", "last")
    )
    return {pk: _Work(*numbers) for pk, *numbers in rows}


def has_participants(study: Study) -> bool:
    """Whether a crowd platform sent anybody who is still known."""
    return study.memberships.exclude(participant_id="").exists()


def researchers_of(study: Study) -> QuerySet[Membership]:
    """The researchers of the study, in order of joining."""
    return (
        study.memberships.filter(role=MembershipRole.RESEARCHER)
        .select_related("user")
        .order_by("joined_at", "pk")
    )
