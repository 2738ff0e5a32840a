"""Giving out work, and taking it back: assignments from first to last."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from annotation.counters import BATCHES_SUBMITTED, LEASES_GIVEN
from annotation.errors import (
    AnnotationError,
    NoBatchLeftError,
    StageMissingError,
    StudyNotOpenError,
)
from annotation.models import Assignment, AssignmentState, Membership, StudyState
from annotation.rules.judging.presentation import (
    drawn_checks,
    drawn_index,
    presentation_order,
)
from annotation.selectors.judging.standing import (
    STOP_MESSAGES,
    Stage,
    Standing,
    lock_standing,
)
from annotation.services.judging.leases import lock_assignment, take_up_again
from annotation.services.judging.places import (
    BatchContent,
    EveryBatchBusyError,
    Presented,
    batch_content,
    collect_expired_leases,
    hold_place,
    lapse_expired_leases,
    lock_batch,
    take_next_place,
    write_assignment,
)
from annotation.services.studies.events import record_event
from annotation.services.studies.nameless import require_nameless

# What is closed by the same statement still looks active to the rest of it.
_MINE = """
SELECT
    coalesce(max(a.number), 0),
    count(*) FILTER (WHERE a.state <> 'lapsed'),
    min(a.id) FILTER (WHERE a.state = 'active' AND a.id <> %(closed)s),
    coalesce(
        array_agg(a.id ORDER BY a.number) FILTER (
            WHERE a.state = 'lapsed'
              AND (a.repeat_of_id IS NOT NULL OR b.places_taken < b.place_count)
        ),
        '{}'
    )
FROM annotation_assignment a
JOIN annotation_batch b ON b.id = a.batch_id
WHERE a.membership_id = %(membership)s
"""
_CLOSE_AND_MINE = f"""
WITH closed AS (
    UPDATE annotation_assignment
    SET state = 'submitted', submitted_at = %(now)s
    WHERE id = %(closed)s
) {_MINE}
"""  # noqa: S608


def give_batch(*, membership: Membership) -> Assignment:
    """Give an annotator the batch to work on, with an order of its own.

    The one that they have in work; else one that lapsed while they were away and whose
    place is still free; else a planned repeat where one is due; else a batch that they
    have not had, among those with the fewest places taken, at random among equals.

    Raises:
        StudyNotOpenError: the study, or the annotator's part in it, gives out no work.
        StageMissingError: consent, comprehension check or training comes first.
        NoBatchLeftError: the annotator has done all, or every place is taken.
    """
    collect_expired_leases()
    try:
        return _insist_on_a_batch(membership)
    except NoBatchLeftError:
        # A lease may have run out since.
        if lapse_expired_leases(timezone.now()) == 0:
            raise
    return _insist_on_a_batch(membership)


def _insist_on_a_batch(membership: Membership) -> Assignment:
    busy: int | None = None
    while True:
        try:
            return _give_batch(membership, in_line_for=busy)
        except EveryBatchBusyError as error:
            # Each time round, somebody else got the place: it ends with the places.
            busy = error.batch_id


@transaction.atomic
def _give_batch(membership: Membership, *, in_line_for: int | None) -> Assignment:
    standing = lock_standing(membership)
    with connection.cursor() as cursor:
        cursor.execute(_MINE, {"membership": membership.pk, "closed": 0})
        mine = _Mine(*cursor.fetchone())
    return _give(membership, standing, mine, in_line_for=in_line_for)


def close_and_give_next(
    *, assignment: Assignment, standing: Standing, now: datetime
) -> Assignment | None:
    """Close a batch in work, and give out the next one in the same transaction.

    Args:
        assignment: complete, active, and locked together with its membership.
        standing: where its annotator stands, read under that lock.
        now: when it is submitted.

    Returns:
        The next assignment; None where `give_batch` has to say what comes next.
    """
    membership = assignment.membership
    parameters: dict[str, int | datetime] = {
        "membership": membership.pk,
        "closed": assignment.pk,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_AND_MINE, parameters)
        mine = _Mine(*cursor.fetchone())
    assignment.state, assignment.submitted_at = AssignmentState.SUBMITTED, now
    transaction.on_commit(BATCHES_SUBMITTED.inc)
    try:
        return _give(membership, standing, mine, in_line_for=None)
    except (AnnotationError, EveryBatchBusyError):
        # Raised before anything is written: what was submitted stays.
        return None


def _give(
    membership: Membership,
    standing: Standing,
    mine: "_Mine",
    *,
    in_line_for: int | None,
) -> Assignment:
    _require_ready(standing)
    if mine.current is not None and (current := _go_on(membership, mine.current)):
        return current
    limit = membership.study.batches_per_annotator
    if limit is not None and mine.held_count >= limit:
        msg = ngettext(
            "You have judged the one batch assigned to you.",
            "You have judged all %(count)d batches assigned to you.",
            limit,
        ) % {"count": limit}
        raise NoBatchLeftError(msg)
    for lapsed in mine.lapsed:
        if again := _go_on(membership, lapsed):
            return again
    assignment = _new_assignment(membership, number=mine.last_number + 1)
    assignment.repeat_of = _due_repeat(membership, assignment)
    if assignment.repeat_of is None:
        content = _hold_next_place(assignment, in_line_for)
    else:
        assignment.batch_id = assignment.repeat_of.batch_id
        content = batch_content(assignment.batch_id)
    write_assignment(assignment, _presented(assignment, content))
    transaction.on_commit(LEASES_GIVEN.labels("new").inc)
    return assignment


def _require_ready(standing: Standing) -> None:
    if message := STOP_MESSAGES.get(standing.stage):
        raise StudyNotOpenError(message)
    if standing.stage != Stage.JUDGING:
        msg = _("Complete all earlier pages before you start the next batch.")
        raise StageMissingError(msg)


@dataclass(frozen=True, slots=True)
class _Mine:
    """What an annotator has had in a study; assignments by database id."""

    last_number: int
    held_count: int
    current: int | None
    # Lapsed ones that could go on.
    lapsed: list[int]


def _go_on(membership: Membership, assignment_id: int) -> Assignment | None:
    """Renew the lease of the annotator's own assignment, or take it up again."""
    now = timezone.now()
    assignment = Assignment.objects.select_related("batch__study").get(pk=assignment_id)
    lock_assignment(assignment)
    if assignment.is_active:
        assignment.leased_until = now + membership.study.lease
        assignment.save(update_fields=["leased_until"])
        return assignment
    return assignment if take_up_again(assignment, now) else None


def _new_assignment(membership: Membership, *, number: int) -> Assignment:
    """An assignment of no batch yet, not saved; its seed is drawn."""
    now = timezone.now()
    return Assignment(
        membership=membership,
        number=number,
        started_at=now,
        leased_until=now + membership.study.lease,
    )


def _hold_next_place(assignment: Assignment, in_line_for: int | None) -> BatchContent:
    """Find a batch for the assignment, and hold a place in it; what it may present."""
    if in_line_for is not None:
        lock_batch(in_line_for)
        assignment.batch_id = in_line_for
        assignment.place = hold_place(in_line_for)
        if assignment.place is not None:
            return batch_content(in_line_for)
    membership = assignment.membership
    taken = take_next_place(study_id=membership.study_id, membership_id=membership.pk)
    if taken is None:
        msg = _("No batches are available for you right now.")
        raise NoBatchLeftError(msg)
    assignment.batch_id, assignment.place = taken.batch_id, taken.place
    return taken.content


def _due_repeat(membership: Membership, assignment: Assignment) -> Assignment | None:
    """The earlier batch that comes again, if the number of this one says so.

    Any that was not repeated yet, but the last one only if there is no other.
    """
    every = membership.study.repeat_every
    if every == 0 or assignment.number % every != 0:
        return None
    earlier = list(
        membership.assignments.filter(
            state=AssignmentState.SUBMITTED,
            repeat_of=None,
            repeats=None,
            batch__withdrawn_at=None,
        ).order_by("number")
    )
    if not earlier:
        return None
    choices = earlier[:-1] or earlier
    return choices[drawn_index(assignment.seed, "repeat", len(choices))]


def _presented(assignment: Assignment, content: BatchContent) -> list[Presented]:
    """What the assignment shows, in the order that its seed makes."""
    checks = drawn_checks(assignment.seed, content.checks, content.check_count)
    things = [Presented(batch_comment_id=pk) for pk in content.comments]
    things += [Presented(attention_check_id=pk) for pk in checks]
    order = presentation_order(assignment.seed, len(things))
    return [things[index] for index in order]


def record_playback(*, assignment: Assignment, seconds: float, percent: float) -> None:
    """Keep the most that was played of the video, and renew the lease.

    After submission nothing changes any more.
    """
    until = timezone.now() + assignment.batch.study.lease
    Assignment.objects.filter(
        pk=assignment.pk, state__in=(AssignmentState.ACTIVE, AssignmentState.LAPSED)
    ).update(
        played_seconds=Greatest(F("played_seconds"), seconds),
        played_percent=Greatest(F("played_percent"), percent),
        # Means nothing for a lapsed one: its place is given back already.
        leased_until=Greatest(F("leased_until"), until),
    )


@transaction.atomic
def reopen_assignment(
    *, assignment: Assignment, actor: User, reason: str
) -> Assignment:
    """Let an annotator change a submitted batch; the study's log says who and why.

    It keeps its place, without a lease, and counts in no report until it is submitted
    again. The answers that it was submitted with go to the history as they change.

    Raises:
        AnnotationError: the actor is no admin, gives no reason or one that names the
            person, the annotator has left or is excluded, it is not submitted, or the
            study is closed.
    """
    if not actor.is_admin:
        msg = _("Only an admin can reopen a submitted batch.")
        raise AnnotationError(msg)
    if not (reason := reason.strip()):
        msg = _("Enter a reason. It is recorded in the study's log.")
        raise AnnotationError(msg)
    membership = Membership.objects.select_for_update().get(pk=assignment.membership_id)
    _require_annotator(membership)
    require_nameless(reason, membership)
    lock_assignment(assignment)
    study = assignment.batch.study
    if assignment.batch.withdrawn_at is not None:
        msg = _("The video of this batch is withdrawn, so it can't be judged again.")
        raise AnnotationError(msg)
    if not assignment.is_submitted or study.state == StudyState.CLOSED:
        msg = _("Only a submitted batch can be reopened, until the study is closed.")
        raise AnnotationError(msg)
    assignment.state = AssignmentState.ACTIVE
    assignment.reopened_at = timezone.now()
    assignment.leased_until = assignment.reopened_at + study.lease
    assignment.save(update_fields=["state", "reopened_at", "leased_until"])
    record_event(
        study=study,
        actor=actor,
        action="assignment reopened",
        code=assignment.membership.code,
        number=assignment.number,
        reason=reason,
    )
    return assignment


def _require_annotator(membership: Membership) -> None:
    """Refuse to open a batch that nobody would submit again."""
    if membership.left_at is not None:
        msg = _(
            "%(code)s has left the study and couldn't submit the batch again. It "
            "stays submitted."
        )
    elif membership.excluded_at is not None:
        msg = _("%(code)s is excluded. Include them before you reopen a batch.")
    else:
        return
    raise AnnotationError(msg % {"code": membership.code})
