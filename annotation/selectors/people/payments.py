"""Whom a crowd platform should pay for what: without a way to what they answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q

from annotation.models import AssignmentState, Membership, MembershipRole, Study
from annotation.rules.studies.kinds import other_work
from annotation.rules.studies.ways_out import EndReason
from annotation.selectors.judging.endings import endings_of
from annotation.selectors.studies.ways_out import ways_out_of

_IS_SUBMITTED = Q(assignments__state=AssignmentState.SUBMITTED)


class Payment(NamedTuple):
    """One participant of a study, as the platform knows them.

    Days, not times: by the second in which somebody submitted, their judgments could
    be found in an export.
    """

    participant_id: str
    session_id: str
    # A `WayOutKind`; empty while they can go on.
    way_out: str
    # What they were shown at that end.
    completion_code: str
    joined: str
    # Empty while they can go on.
    finished: str
    submitted_batches: int


def payments_of(study: Study) -> list[Payment]:
    """Everybody whom a platform sent and who is still known, by their id there.

    Who left is no longer known, and so not among them.
    """
    memberships = list(
        study.memberships.filter(role=MembershipRole.ANNOTATOR, user__isnull=False)
        .exclude(participant_id="")
        .select_related("study")
        .order_by("participant_id")
    )
    endings, work = endings_of(memberships), _work_in(study, memberships)
    ways = ways_out_of(study)
    rows = []
    for membership in memberships:
        done = work[membership.pk]
        ending = endings.get(membership.pk)
        way = ways[ending.reason.kind] if ending else None
        rows.append(
            Payment(
                membership.participant_id,
                membership.platform_session_id,
                way.kind if way else "",
                way.code_for(membership.completion_code) if way else "",
                _day(membership.joined_at),
                _day(_end_of(membership, ending.reason, done)) if ending else "",
                done.submitted_count,
            )
        )
    return rows


class _Work(NamedTuple):
    submitted_count: int
    last_submitted_at: datetime | None
    last_attempt_at: datetime | None


def _work_in(study: Study, memberships: Sequence[Membership]) -> dict[int, _Work]:
    rows = (
        study.memberships.order_by()
        .annotate(
            count=Count("assignments", filter=_IS_SUBMITTED, distinct=True),
            last=Max("assignments__submitted_at", filter=_IS_SUBMITTED),
            attempt=Max("comprehension_attempts__created_at"),
        )
        .values_list("pk", "count", "last", "attempt")
    )
    found = {pk: _Work(*facts) for pk, *facts in rows}
    if work := other_work(study):
        for pk, done in work.done(memberships).items():
            found[pk] = found[pk]._replace(
                submitted_count=done.submitted_count,
                last_submitted_at=done.last_submitted_at,
            )
    return found


def _end_of(membership: Membership, reason: EndReason, work: _Work) -> datetime | None:
    """When somebody's part was over; None where they did nothing that ended it."""
    match reason:
        case EndReason.EXCLUDED:
            return membership.excluded_at
        case EndReason.NOT_UNDERSTOOD:
            return work.last_attempt_at
        case EndReason.DECLINED:
            return membership.declined_at
        case _:
            return work.last_submitted_at


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
