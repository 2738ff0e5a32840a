"""Whether an annotator's way through a study ends here, and why."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from annotation.models import Membership, StudyState
from annotation.rules.studies.kinds import other_work
from annotation.rules.studies.ways_out import EndReason
from annotation.selectors.judging.annotator_progress import WORK_LEFT
from annotation.selectors.judging.sheets import foreseen_count
from annotation.selectors.judging.standing import (
    FROM,
    STANDING,
    Standing,
    standing_from,
)

_WORK: Final = f"""
    m.completed_at IS NOT NULL,
    m.declined_at IS NOT NULL,
    (SELECT count(*) FROM annotation_assignment a
     WHERE a.membership_id = m.id AND a.state = 'submitted'),
    EXISTS (SELECT FROM annotation_assignment a
            WHERE a.membership_id = m.id AND a.state = 'active'),
    EXISTS (SELECT FROM annotation_assignment a
            WHERE a.membership_id = m.id AND a.state = 'lapsed'),
    (SELECT count(*) FROM annotation_batch b WHERE b.study_id = m.study_id),
    {WORK_LEFT}
"""  # noqa: S608
_ENDINGS: Final = f"""
SELECT m.id, {_WORK}, {STANDING} {FROM} WHERE m.id = ANY(%s)
"""


class _Work(NamedTuple):
    """What an annotator was given, and whether there is more."""

    was_completed: bool
    has_declined: bool
    submitted_count: int
    has_current: bool
    has_lapsed: bool
    batch_count: int
    is_work_left: bool


class Ending(NamedTuple):
    """Why somebody's way ends, and whether they may still go on."""

    reason: EndReason
    # They were told that they are done; since then more work became available.
    can_continue: bool = False


def endings_of(memberships: Sequence[Membership]) -> dict[int, Ending]:
    """Where the way of each ends, by membership; who can go on is left out (one query).

    Who was told that they are done stays done, whatever comes after: the code that they
    were shown stays good.
    """
    if not memberships:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ENDINGS, [[membership.pk for membership in memberships]])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    found = ((each, _ending(each, rows[each.pk])) for each in memberships)
    return {membership.pk: ending for membership, ending in found if ending}


def ending_of(membership: Membership) -> Ending | None:
    """Where the annotator's way ends; None if it goes on."""
    return endings_of([membership]).get(membership.pk)


def _ending(membership: Membership, row: Sequence[Any]) -> Ending | None:
    size = len(_Work._fields)
    work, standing = _Work(*row[:size]), standing_from(row[size:])
    if not membership.study.is_of_comments:
        work = _work_elsewhere(membership, work)
    study = membership.study
    has_done_all = work.submitted_count >= foreseen_count(study, work.batch_count)
    if work.was_completed:
        return _completed(standing, work, has_done_all=has_done_all)
    reason = _reason(standing, work, has_done_all=has_done_all)
    return Ending(reason) if reason else None


def _work_elsewhere(membership: Membership, work: _Work) -> _Work:
    """The same where another package knows the work."""
    other = other_work(membership.study)
    assert other is not None  # noqa: S101 (its study is of another kind)
    done = other.done([membership])[membership.pk]
    return work._replace(
        submitted_count=done.submitted_count,
        has_current=done.current is not None,
        has_lapsed=done.has_lapsed,
        batch_count=done.batch_count,
        is_work_left=done.is_work_left,
    )


def _completed(standing: Standing, work: _Work, *, has_done_all: bool) -> Ending:
    has_work = work.has_current or (work.is_work_left and not has_done_all)
    is_open = standing.study_state == StudyState.OPEN
    return Ending(
        EndReason.DONE_ALL if has_done_all else EndReason.NOTHING_LEFT,
        can_continue=has_work and is_open and not standing.is_excluded,
    )


def _reason(standing: Standing, work: _Work, *, has_done_all: bool) -> EndReason | None:
    if standing.is_excluded:
        return EndReason.EXCLUDED
    if standing.has_failed_comprehension:
        return EndReason.NOT_UNDERSTOOD
    if work.submitted_count and not work.has_current:
        if has_done_all:
            return EndReason.DONE_ALL
        if not work.is_work_left:
            return EndReason.NOTHING_LEFT
    if standing.must_agree and work.has_declined:
        return EndReason.DECLINED
    return _reason_of_study(standing.study_state, work)


def _reason_of_study(state: StudyState, work: _Work) -> EndReason | None:
    """Why the study has nothing for somebody who could still work."""
    if state == StudyState.CLOSED:
        return EndReason.CLOSED
    if state != StudyState.OPEN or work.has_current or work.is_work_left:
        return None
    return EndReason.TIME_RAN_OUT if work.has_lapsed else EndReason.NO_PLACE
