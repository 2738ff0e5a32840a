"""Answers as they are given: stored at once, never lost, never doubled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.counters import ANSWERS_REPEATED, ANSWERS_SAVED
from annotation.errors import AssignmentLockedError, MalformedAnswersError
from annotation.models import Assignment, AssignmentState
from annotation.rules.judging.answers import GivenAnswer, StandingAnswer, dated, merged
from annotation.services.judging.answer_rows import (
    AnswerRow,
    read_answers,
    write_answers,
)
from annotation.services.judging.leases import (
    lock_assignment,
    require_unlocked,
    take_up_again,
)


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The server's word that an answer is stored."""

    position: int
    key: UUID


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of sending answers; true only once the transaction is over."""

    saved: tuple[SavedAnswer, ...]
    saved_at: datetime
    # Lapsed: the answers are kept, but somebody else holds the place.
    state: AssignmentState
    total: int
    answered_count: int

    @property
    def saved_by_position(self) -> dict[int, list[UUID]]:
        """The keys of the answers that are stored, by position."""
        keys: defaultdict[int, list[UUID]] = defaultdict(list)
        for answer in self.saved:
            keys[answer.position].append(answer.key)
        return dict(keys)

    @property
    def left_count(self) -> int:
        return self.total - self.answered_count

    @property
    def is_place_lost(self) -> bool:
        return self.state == AssignmentState.LAPSED


@transaction.atomic
def record_answers(
    *, assignment: Assignment, answers: Sequence[GivenAnswer]
) -> Recorded:
    """Store answers on an assignment; sent again, they change nothing.

    Five statements for one answer or for all: both locks, one read and one write. If
    the lease has run out, the place is taken again if it is free; if it is not, the
    answers are kept with the lapsed assignment all the same.

    Args:
        assignment: the annotator's own, with `batch.study` at hand.
        answers: in the order in which they were given.

    Raises:
        AssignmentLockedError: it is submitted (unless these very answers were stored
            before), or the study is closed.
        MalformedAnswersError: a position does not exist.
    """
    now = timezone.now()
    lock_assignment(assignment)
    rows = read_answers(assignment, {answer.position for answer in answers})
    require_positions(rows, {answer.position for answer in answers})
    counter = ANSWERS_REPEATED
    if not _are_known(rows, answers):
        counter = ANSWERS_SAVED
        require_unlocked(assignment)
        merge_answers(assignment, rows, answers, now)
        lease = assignment.batch.study.lease
        write_answers(assignment, rows.values(), leased_until=now + lease)
    if assignment.state == AssignmentState.LAPSED:
        take_up_again(assignment, now)
    transaction.on_commit(lambda: counter.inc(len(answers)))
    asked = [row for row in rows.values() if not row.is_withdrawn]
    return Recorded(
        saved=tuple(SavedAnswer(answer.position, answer.key) for answer in answers),
        saved_at=now,
        state=AssignmentState(assignment.state),
        total=len(asked),
        answered_count=sum(row.is_full for row in asked),
    )


def merge_answers(
    assignment: Assignment,
    rows: Mapping[int, AnswerRow],
    answers: Sequence[GivenAnswer],
    now: datetime,
) -> None:
    """Bring `rows` up to date with answers given until now; nothing is written."""
    given: defaultdict[int, list[GivenAnswer]] = defaultdict(list)
    for answer in answers:
        given[answer.position].append(answer)
    clock = timezone.now()
    for position, of_position in given.items():
        row = rows[position]
        at = _not_before(row.standing, now, clock)
        instants = (dated(a, since=assignment.started_at, now=at) for a in of_position)
        standing = merged(row.standing, row.past_keys, instants)
        row.is_changed |= standing is not row.standing
        row.standing = standing


def _not_before(
    standing: StandingAnswer | None, now: datetime, clock: datetime
) -> datetime:
    """`now`, or when the standing answer came if the clock was set back since then.

    Otherwise the correction of that answer would count as the older of the two.
    `clock` is read with the assignment locked: what came before is then before it.
    """
    if standing is None or standing.answer.received_at <= clock:
        return now
    return standing.answer.received_at


def require_positions(rows: Mapping[int, AnswerRow], positions: set[int]) -> None:
    """Refuse what is about no comment of the assignment.

    Raises:
        MalformedAnswersError: naming the positions that do not exist.
    """
    if unknown := sorted(positions - rows.keys()):
        raise MalformedAnswersError([f"there is no position {n}" for n in unknown])


def _are_known(rows: Mapping[int, AnswerRow], answers: Sequence[GivenAnswer]) -> bool:
    """Whether every answer was stored before: then nothing is left to do."""
    return all(
        (standing := rows[answer.position].standing) is not None
        and (
            answer.key == standing.answer.key
            or answer.key in rows[answer.position].past_keys
        )
        for answer in answers
    )


def require_known(
    rows: Mapping[int, AnswerRow], answers: Sequence[GivenAnswer]
) -> None:
    """Refuse answers to a submitted assignment that it does not hold already.

    Raises:
        AssignmentLockedError: at least one answer is new.
    """
    if not _are_known(rows, answers):
        msg = _(
            "These answers arrived after the batch was submitted, so they were not "
            "saved."
        )
        raise AssignmentLockedError(msg)
