"""Giving out batches of items to people, and taking them back."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.errors import NoBatchLeftError, StageMissingError, StudyNotOpenError
from annotation.models import Membership
from annotation.selectors.judging.standing import STOP_MESSAGES, Stage, lock_standing
from tasks.asking import CHOICE_ORDERS
from tasks.batching import drawn_order, drawn_rotation
from thinking.models import ItemAssignment, PersonAnswer, WorkState
from thinking.selectors.people import IS_FREE, IS_NEW

_LAPSE: Final = """
UPDATE thinking_itemassignment SET state = 'lapsed', place = NULL
WHERE id IN (
    SELECT a.id FROM thinking_itemassignment a
    JOIN thinking_itembatch b ON b.id = a.batch_id
    JOIN thinking_itemstudy i ON i.id = b.item_study_id
    WHERE i.study_id = %s AND a.state = 'active' AND a.leased_until < now()
    ORDER BY a.id FOR NO KEY UPDATE OF a SKIP LOCKED
)
"""
# In the batches with the fewest places taken, at random among equals. Chance decides
# who answers what when, and shapes no record: nothing to store.
_CANDIDATES: Final = f"""
SELECT b.id
FROM annotation_membership m
JOIN annotation_study s ON s.id = m.study_id
JOIN thinking_itemstudy i ON i.study_id = s.id
JOIN thinking_itembatch b ON b.item_study_id = i.id
WHERE m.id = %s AND {IS_FREE} AND {IS_NEW}
ORDER BY (
    SELECT count(*) FROM thinking_itemassignment a
    WHERE a.batch_id = b.id AND a.place IS NOT NULL
), random()
LIMIT 20
"""  # noqa: S608
_LOCK: Final = "SELECT FROM thinking_itembatch WHERE id = %s FOR NO KEY UPDATE"
# With the batch locked, so that nobody else takes the same.
_LOWEST_FREE: Final = """
SELECT min(number.n) FROM thinking_itembatch b
JOIN thinking_itemstudy i ON i.id = b.item_study_id
JOIN annotation_study s ON s.id = i.study_id
CROSS JOIN generate_series(1, s.redundancy) AS number (n)
WHERE b.id = %s AND NOT EXISTS (
    SELECT FROM thinking_itemassignment a
    WHERE a.batch_id = b.id AND a.place = number.n
)
"""


@transaction.atomic
def give_items(*, membership: Membership) -> ItemAssignment:
    """The batch in work, one that lapsed and is still free, or the next one.

    Raises:
        StudyNotOpenError: the study gives out no work, or not to this person.
        StageMissingError: consent or the comprehension check comes first.
        NoBatchLeftError: the person has done all, or every place is taken.
    """
    standing = lock_standing(membership)
    if message := STOP_MESSAGES.get(standing.stage):
        raise StudyNotOpenError(message)
    if standing.stage != Stage.JUDGING:
        raise StageMissingError(standing.stage)
    now = timezone.now()
    own = ItemAssignment.objects.filter(membership=membership)
    if current := own.filter(state=WorkState.ACTIVE).first():
        renew_lease(current, now)
        return current
    _lapse_expired(membership.study_id)
    limit = membership.study.batches_per_annotator
    if limit is not None and own.exclude(state=WorkState.LAPSED).count() >= limit:
        raise NoBatchLeftError(_("You have answered all batches assigned to you."))
    for lapsed in own.filter(state=WorkState.LAPSED).order_by("number"):
        if take_place(lapsed, now):
            return lapsed
    return _new(membership, now)


def _new(membership: Membership, now: datetime) -> ItemAssignment:
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [membership.pk])
        candidates = [row[0] for row in cursor.fetchall()]
    for batch_id in candidates:
        place = _free_place(batch_id)
        if place is None:
            continue  # somebody was faster
        assignment = ItemAssignment.objects.create(
            batch_id=batch_id,
            membership=membership,
            place=place,
            number=membership.item_assignments.count() + 1,
            leased_until=now + membership.study.lease,
        )
        _ask(assignment)
        return assignment
    raise NoBatchLeftError(_("No batch is left for you."))


def _free_place(batch_id: int) -> int | None:
    """Lock the batch, and say which of its places is free."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [batch_id])
        cursor.execute(_LOWEST_FREE, [batch_id])
        (place,) = cursor.fetchone()
    return None if place is None else int(place)


def _ask(assignment: ItemAssignment) -> None:
    """Write what stands where: items and options in the order of the seed."""
    batch, seed = assignment.batch, assignment.seed
    items = [one.item_id for one in batch.batch_items.order_by("slot")]
    item_study = batch.item_study
    orders = item_study.build.order_count(CHOICE_ORDERS)
    PersonAnswer.objects.bulk_create(
        PersonAnswer(
            assignment=assignment,
            position=position,
            item_id=item,
            rotation=(
                drawn_rotation(seed, position, orders)
                if item_study.moves_options
                else 0
            ),
        )
        for position, item in enumerate(drawn_order(items, seed), 1)
    )


def take_place(assignment: ItemAssignment, now: datetime) -> bool:
    """Go on with a lapsed assignment, if a place of its batch is free."""
    place = _free_place(assignment.batch_id)
    if place is None:
        return False
    assignment.state, assignment.place = WorkState.ACTIVE, place
    assignment.leased_until = now + assignment.membership.study.lease
    assignment.save(update_fields=["state", "place", "leased_until"])
    return True


def renew_lease(assignment: ItemAssignment, now: datetime) -> None:
    """Activity holds the place."""
    assignment.leased_until = now + assignment.membership.study.lease
    assignment.save(update_fields=["leased_until"])


def _lapse_expired(study_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LAPSE, [study_id])


# --- The end of somebody's part -----------------------------------------------------


def end_item_work(*, membership: Membership, deletes_answers: bool) -> None:
    """Give back what is in work; delete what was answered, if so wished."""
    work = ItemAssignment.objects.filter(membership=membership)
    if deletes_answers:
        work.update(state=WorkState.LAPSED, place=None, freed_at=None)
        PersonAnswer.objects.filter(assignment__membership=membership).delete()
        work.delete()
    else:
        active = work.filter(state=WorkState.ACTIVE)
        active.update(state=WorkState.LAPSED, place=None)


def free_item_places(*, membership: Membership) -> int:
    """Give all places of an excluded person to others; their answers stay."""
    work = ItemAssignment.objects.filter(membership=membership)
    active = work.filter(state=WorkState.ACTIVE)
    submitted = work.filter(state=WorkState.SUBMITTED, freed_at=None)
    count = active.update(state=WorkState.LAPSED, place=None)
    return count + submitted.update(place=None, freed_at=timezone.now())


def take_item_places_again(*, membership: Membership) -> tuple[int, int]:
    """Take freed places again, all or none: how many, and how many are lost."""
    freed = ItemAssignment.objects.filter(membership=membership).exclude(freed_at=None)
    found = [(one, _free_place(one.batch_id)) for one in freed.order_by("batch")]
    if lost := sum(place is None for _one, place in found):
        return 0, lost
    for assignment, place in found:
        assignment.place, assignment.freed_at = place, None
        assignment.save(update_fields=["place", "freed_at"])
    return len(found), 0


def next_items(membership: Membership) -> UUID:
    """What to work on now."""
    return give_items(membership=membership).public_id
