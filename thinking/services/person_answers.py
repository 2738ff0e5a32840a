"""What people answer: saved as it comes, submitted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.errors import (
    AssignmentLockedError,
    IncompleteBatchError,
    MalformedAnswersError,
    PlaceLostError,
    WorkEndedError,
)
from annotation.models import Membership, StudyState
from thinking.models import (
    ItemAssignment,
    PersonAnswer,
    PersonAnswerRevision,
    WorkState,
)
from thinking.services.giving import renew_lease, take_place


@dataclass(frozen=True, slots=True)
class GivenChoice:
    """One answer as the browser sends it.

    Attributes:
        position: From 1.
        place: Of the chosen option as shown, from 0; None where none is chosen yet.
        knows_video: The person says that they know the video.
        key: Names the answer, so that it counts once.
        age: How long ago it was given.
        view_seconds: How long the question had been in view by then.
    """

    position: int
    place: int | None
    knows_video: bool
    key: UUID
    age: timedelta = timedelta()
    view_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SavedChoices:
    """What was acknowledged: the keys by position."""

    keys: dict[int, list[UUID]]
    saved_at: datetime
    is_place_lost: bool


@transaction.atomic
def record_choices(
    *, assignment: ItemAssignment, choices: Sequence[GivenChoice]
) -> SavedChoices:
    """Store answers; the newest of each position counts, older ones are history.

    An answer that comes twice, by its key, is stored once.

    Raises:
        AssignmentLockedError: the batch is submitted, or the person's part is over.
        MalformedAnswersError: a position does not exist.
    """
    now = timezone.now()
    assignment = _locked(assignment)
    _require_unlocked(assignment)
    is_place_lost = not _hold(assignment, now)
    _store(assignment, choices, now)
    keys: dict[int, list[UUID]] = {}
    for choice in choices:
        keys.setdefault(choice.position, []).append(choice.key)
    return SavedChoices(keys, now, is_place_lost)


def submit_items(
    *,
    assignment: ItemAssignment,
    choices: Sequence[GivenChoice] = (),
    looked_up: bool = False,
) -> None:
    """Submit a batch for good; a second submission succeeds and changes nothing.

    Raises:
        IncompleteBatchError: questions without an answer; names their positions.
        PlaceLostError: somebody else holds the place now; the answers are kept.
        AssignmentLockedError: the person's part is over.
        MalformedAnswersError: a position does not exist.
    """
    refusal = _submit(assignment, choices, looked_up=looked_up)
    if refusal is not None:
        raise refusal


@transaction.atomic
def _submit(
    assignment: ItemAssignment, choices: Sequence[GivenChoice], *, looked_up: bool
) -> IncompleteBatchError | PlaceLostError | None:
    """The refusal, given back rather than raised: what was stored shall stay."""
    now = timezone.now()
    assignment = _locked(assignment)
    if assignment.is_submitted:
        return None
    _require_unlocked(assignment)
    _store(assignment, choices, now)
    if not _hold(assignment, now):
        return PlaceLostError(
            _(
                "You were away for longer than a batch is kept for you, and another "
                "person has it now. Your answers are kept. Continue with the next "
                "batch."
            )
        )
    missing = [
        *assignment.answers.filter(place=None).values_list("position", flat=True)
    ]
    if missing:
        words = ngettext(
            "%(count)d question still needs an answer.",
            "%(count)d questions still need an answer.",
            len(missing),
        )
        return IncompleteBatchError(words % {"count": len(missing)}, missing)
    assignment.state, assignment.submitted_at = WorkState.SUBMITTED, now
    assignment.looked_up = looked_up
    assignment.save(update_fields=["state", "submitted_at", "looked_up"])
    return None


def _locked(assignment: ItemAssignment) -> ItemAssignment:
    """Locked with its membership, in the order in which leaving locks them."""
    members = Membership.objects.select_for_update(no_key=True)
    members.get(pk=assignment.membership_id)
    found = (
        ItemAssignment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("membership__study")
        .filter(pk=assignment.pk)
        .first()
    )
    if found is None:
        raise WorkEndedError(_("You have left the study."))
    return found


def _require_unlocked(assignment: ItemAssignment) -> None:
    if assignment.is_submitted:
        raise AssignmentLockedError(
            _("This batch is submitted. Its answers can no longer change.")
        )
    membership = assignment.membership
    if membership.study.state == StudyState.CLOSED:
        raise WorkEndedError(_("The study is closed. Thank you for your work."))
    if membership.excluded_at is not None:
        raise WorkEndedError(
            _("Your part in the study has ended. Thank you for your work.")
        )


def _hold(assignment: ItemAssignment, now: datetime) -> bool:
    """Keep the place, or take it again after the lease ran out."""
    if assignment.state == WorkState.ACTIVE:
        renew_lease(assignment, now)
        return True
    others = ItemAssignment.objects.filter(
        membership=assignment.membership_id, state=WorkState.ACTIVE
    )
    return not others.exists() and take_place(assignment, now)


def _store(
    assignment: ItemAssignment, choices: Sequence[GivenChoice], now: datetime
) -> None:
    answers = assignment.answers.select_related("item")
    rows = {row.position: row for row in answers}
    if unknown := sorted({choice.position for choice in choices} - rows.keys()):
        numbers = ", ".join(map(str, unknown))
        raise MalformedAnswersError([f"no question has the position {numbers}"])
    for choice in choices:
        count = len(rows[choice.position].item.options)
        if choice.place is not None and choice.place >= count:
            raise MalformedAnswersError([f"there are {count} options"])
    known = _known_keys(assignment, choices)
    changed, earlier = set(), []
    for choice in sorted(choices, key=lambda one: one.age, reverse=True):
        row, given_at = rows[choice.position], now - choice.age
        if choice.key in known or choice.key == row.key:
            continue
        known.add(choice.key)
        if row.given_at is not None and row.given_at > given_at:
            earlier.append(_late(row, choice, given_at))
            continue
        if row.key is not None:
            earlier.append(_replaced(row))
        _take_over(row, choice, given_at)
        changed.add(choice.position)
    PersonAnswer.objects.bulk_update(
        [rows[position] for position in sorted(changed)],
        ["place", "knows_video", "key", "given_at", "view_seconds", "change_count"],
    )
    PersonAnswerRevision.objects.bulk_create(earlier)


def _known_keys(
    assignment: ItemAssignment, choices: Sequence[GivenChoice]
) -> set[UUID]:
    """Those that are in the history already."""
    kept = PersonAnswerRevision.objects.filter(
        answer__assignment=assignment, key__in=[choice.key for choice in choices]
    )
    return {*kept.values_list("key", flat=True)}


def _late(
    row: PersonAnswer, choice: GivenChoice, given_at: datetime
) -> PersonAnswerRevision:
    """An answer that comes after a newer one did."""
    return PersonAnswerRevision(
        answer=row,
        place=choice.place,
        knows_video=choice.knows_video,
        key=choice.key,
        given_at=given_at,
        view_seconds=choice.view_seconds,
    )


def _replaced(row: PersonAnswer) -> PersonAnswerRevision:
    """The answer that stands, before a newer one takes its place."""
    assert row.key is not None  # noqa: S101 (the caller asked)
    assert row.given_at is not None  # noqa: S101 (it came with the key)
    return PersonAnswerRevision(
        answer=row,
        place=row.place,
        knows_video=row.knows_video,
        key=row.key,
        given_at=row.given_at,
        view_seconds=row.view_seconds,
    )


def _take_over(row: PersonAnswer, choice: GivenChoice, given_at: datetime) -> None:
    place = row.place if choice.place is None else choice.place
    row.change_count += row.place is not None and place != row.place
    row.place, row.knows_video = place, choice.knows_video
    row.key, row.given_at = choice.key, given_at
    row.view_seconds = choice.view_seconds
