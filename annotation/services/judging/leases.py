"""Leases of assignments: renewed by activity, taken up again after they ran out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.counters import LEASES_GIVEN
from annotation.errors import AssignmentLockedError, PlaceLostError, WorkEndedError
from annotation.models import Assignment, AssignmentState, StudyState
from annotation.selectors.judging.standing import (
    STOP_MESSAGES,
    Stage,
    Standing,
    lock_standing_and,
)
from annotation.services.judging.answer_rows import LEASE_RENEWAL
from annotation.services.judging.places import hold_place, lock_batch

_SUBMITTED: Final = _(
    "Batch %(number)d is submitted. Its answers can no longer change."
)
_CLOSED: Final = _(
    "The study is closed and accepts no more answers. Thank you for your work."
)
_WITHDRAWN: Final = _(
    "The people who run the study have withdrawn this video. You don't need to judge "
    "its comments. Continue with the next batch."
)
_DELETED: Final = _("You have left the study, and your answers were deleted.")
PLACE_LOST: Final = _(
    "You were away for longer than a batch is kept for you, and another annotator has "
    "it now. Your answers are kept. Continue with the next batch."
)


# What may have changed until the row is locked.
_CHANGING: Final = (
    *("state", "place", "leased_until", "submitted_at", "reopened_at"),
    "played_percent",
)
_LOCK: Final = f"""
SELECT {", ".join(_CHANGING)}
FROM annotation_assignment WHERE id = %s FOR NO KEY UPDATE
"""  # noqa: S608


def lock_assignment(assignment: Assignment) -> None:
    """Lock the assignment's row until the transaction ends, and read it anew.

    A lapsed one may take a place again, for which the database looks at the membership:
    that one is locked first, as whoever leaves or is excluded does.

    Raises:
        WorkEndedError: it was deleted since: the annotator has left the study.
    """
    if assignment.state == AssignmentState.LAPSED:
        lock_work(assignment)
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [assignment.pk])
        row = cursor.fetchone()
    if row is None:
        raise WorkEndedError(_DELETED)
    _bring_up_to_date(assignment, row)


def lock_work(assignment: Assignment) -> Standing:
    """The same, after locking its membership: for who goes on with other work as well.

    Raises:
        WorkEndedError: it was deleted since: the annotator has left the study.
    """
    locked = lock_standing_and(assignment, _CHANGING)
    if locked is None:
        raise WorkEndedError(_DELETED)
    standing, row = locked
    _bring_up_to_date(assignment, row)
    return standing


def _bring_up_to_date(assignment: Assignment, row: Sequence[Any]) -> None:
    for name, value in zip(_CHANGING, row, strict=True):
        setattr(assignment, name, value)


def require_unlocked(assignment: Assignment) -> None:
    """Refuse answers after the end.

    Raises:
        AssignmentLockedError: the assignment is submitted.
        WorkEndedError: the study is closed, the video was withdrawn, or the annotator
            was excluded and has no place any more.
    """
    if assignment.is_submitted:
        raise AssignmentLockedError(_SUBMITTED % {"number": assignment.number})
    if assignment.batch.study.state == StudyState.CLOSED:
        raise WorkEndedError(_CLOSED)
    is_lapsed = assignment.state == AssignmentState.LAPSED
    if is_lapsed and assignment.batch.withdrawn_at is not None:
        raise WorkEndedError(_WITHDRAWN)
    if is_lapsed and assignment.membership.excluded_at is not None:
        raise WorkEndedError(STOP_MESSAGES[Stage.EXCLUDED])


def take_place_again(assignment: Assignment) -> bool:
    """Hold a place again for a lapsed, locked assignment, if one is free.

    Sets `assignment.place` alone; the caller saves it with the state it goes on with.
    A repeat holds no place and can always go on.
    """
    if assignment.repeat_of_id is None:
        lock_batch(assignment.batch_id)
        assignment.place = hold_place(assignment.batch_id)
        return assignment.place is not None
    return True


def take_up_again(assignment: Assignment, now: datetime) -> bool:
    """Go on with a lapsed, locked assignment, if its place is still free.

    And if the annotator has no other batch in work: one at a time. A closed study
    gives out no places at all.
    """
    study = assignment.batch.study
    if study.state == StudyState.CLOSED or assignment.batch.withdrawn_at is not None:
        return False
    try:
        with transaction.atomic():
            if not take_place_again(assignment):
                # Lets go of the batch: nobody waits for one while holding another.
                transaction.set_rollback(True)
                return False
            assignment.state = AssignmentState.ACTIVE
            assignment.leased_until = now + assignment.batch.study.lease
            assignment.save(update_fields=["state", "place", "leased_until"])
    except IntegrityError:  # annotator_works_on_one_batch
        assignment.state, assignment.place = AssignmentState.LAPSED, None
        return False
    transaction.on_commit(LEASES_GIVEN.labels("again").inc)
    return True


def resume_assignment(*, assignment: Assignment) -> bool:
    """Go on with an assignment: renew its lease, or take it up after it ran out.

    Returns:
        Whether the lease had run out.

    Raises:
        AssignmentLockedError: it is submitted, or the study is closed.
        PlaceLostError: somebody else holds the place now; the answers are kept.
    """
    require_unlocked(assignment)
    now = timezone.now()
    until = now + assignment.batch.study.lease
    is_late = assignment.leased_until < now
    if assignment.is_active and until - assignment.leased_until < LEASE_RENEWAL:
        return False
    with transaction.atomic():
        lock_assignment(assignment)
        require_unlocked(assignment)
        if assignment.is_active:
            assignment.leased_until = until
            assignment.save(update_fields=["leased_until"])
        elif not take_up_again(assignment, now):
            raise PlaceLostError(PLACE_LOST)
    return is_late
