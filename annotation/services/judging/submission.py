"""Submitting a batch: one atomic write that can be asked for twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.counters import BATCHES_SUBMITTED
from annotation.errors import (
    AnnotationError,
    IncompleteBatchError,
    PlaceLostError,
    VideoNotPlayedError,
)
from annotation.models import Assignment, AssignmentState
from annotation.rules.judging.answers import Choice, GivenAnswer, news_of
from annotation.services.judging.answer_rows import (
    AnswerRow,
    read_answers,
    write_answers,
)
from annotation.services.judging.assignments import close_and_give_next
from annotation.services.judging.judgments import (
    merge_answers,
    require_known,
    require_positions,
)
from annotation.services.judging.leases import (
    PLACE_LOST,
    lock_assignment,
    lock_work,
    require_unlocked,
    take_place_again,
    take_up_again,
)
from annotation.services.judging.places import collect_expired_leases
from corpus.models import MediaState

_CLOSE: Final = """
UPDATE annotation_assignment SET state = %s, place = %s, submitted_at = %s
WHERE id = %s
"""


def submit_assignment(
    *,
    assignment: Assignment,
    answers: Sequence[GivenAnswer] = (),
    choices: Sequence[Choice] = (),
    shown_at: datetime | None = None,
) -> None:
    """Submit a batch for good, with the answers and the form that come along.

    Either the batch is submitted, or a refusal says why; what was answered is stored in
    both cases. A second submission of the same succeeds and changes nothing. After the
    lease ran out it succeeds if the place is still free.

    Args:
        assignment: the annotator's own, with `batch.study` at hand.
        answers: answers that were not acknowledged before.
        choices: the page's form; it fills what is missing, and changes what was
            answered before the form was made (`shown_at`).
        shown_at: when the form was made, on the server's clock.

    Raises:
        IncompleteBatchError: comments without a full answer; names their positions.
        VideoNotPlayedError: too little of the video was played.
        PlaceLostError: somebody else holds the place now; the answers are kept.
        AssignmentLockedError: it is submitted already, and these answers differ; or
            the study is closed.
        MalformedAnswersError: a position does not exist.
    """
    refusal = _submit(assignment, _Posted(answers, choices, shown_at))
    if refusal is not None:
        raise refusal


def submit_and_go_on(
    *,
    assignment: Assignment,
    answers: Sequence[GivenAnswer] = (),
    choices: Sequence[Choice] = (),
    shown_at: datetime | None = None,
) -> Assignment | None:
    """Do as `submit_assignment` does, and give out the next batch in one transaction.

    Returns:
        The next assignment; None where `give_batch` has to say what comes next.
    """
    collect_expired_leases()
    posted = _Posted(answers, choices, shown_at)
    refusal, following = _submit_and_go_on(assignment, posted)
    if refusal is not None:
        raise refusal
    return following


class _Posted(NamedTuple):
    """What came along with the submission."""

    answers: Sequence[GivenAnswer]
    choices: Sequence[Choice]
    shown_at: datetime | None


@transaction.atomic
def _submit(assignment: Assignment, posted: _Posted) -> AnnotationError | None:
    """The refusal, given back rather than raised: what was stored shall stay."""
    now = timezone.now()
    lock_assignment(assignment)
    refusal = _prepare(assignment, posted, now)
    if refusal is None and not assignment.is_submitted:
        _close(assignment, now)
    return refusal


@transaction.atomic
def _submit_and_go_on(
    assignment: Assignment, posted: _Posted
) -> tuple[AnnotationError | None, Assignment | None]:
    now = timezone.now()
    standing = lock_work(assignment)
    is_usual = assignment.is_active
    refusal = _prepare(assignment, posted, now)
    if refusal is not None or assignment.is_submitted:
        return refusal, None
    if is_usual:
        following = close_and_give_next(
            assignment=assignment, standing=standing, now=now
        )
        return None, following
    # Its batch is locked, and nobody waits for a batch while holding another one.
    _close(assignment, now)
    return None, None


def _prepare(
    assignment: Assignment, posted: _Posted, now: datetime
) -> AnnotationError | None:
    """Store what came along with a locked assignment; why it can't be closed, if so."""
    answers, choices, shown_at = posted
    rows = read_answers(assignment, {answer.position for answer in answers})
    require_positions(rows, {answer.position for answer in answers})
    require_positions(rows, {choice.position for choice in choices})
    if assignment.is_submitted:
        new = _answers_of(rows, choices, shown_at=None)
        require_known(rows, [*answers, *new])
        return None
    require_unlocked(assignment)
    merge_answers(assignment, rows, answers, now)
    merge_answers(assignment, rows, _answers_of(rows, choices, shown_at), now)
    lease = assignment.batch.study.lease
    write_answers(assignment, rows.values(), leased_until=now + lease)
    refusal = _reason_against(assignment, rows)
    if assignment.state == AssignmentState.LAPSED and not _regain(
        assignment, now, is_last=refusal is None
    ):
        return PlaceLostError(PLACE_LOST)
    return refusal


def _answers_of(
    rows: Mapping[int, AnswerRow], choices: Sequence[Choice], shown_at: datetime | None
) -> list[GivenAnswer]:
    """The choices of a form that are answers of their own, given at this moment."""
    news = (
        news_of(choice, rows[choice.position].standing, shown_at=shown_at)
        for choice in choices
    )
    return [
        GivenAnswer(choice.position, choice.verdict, choice.score, key=uuid4())
        for choice in news
        if choice is not None
    ]


def _reason_against(
    assignment: Assignment, rows: Mapping[int, AnswerRow]
) -> AnnotationError | None:
    asked = {at: row for at, row in rows.items() if not row.is_withdrawn}
    missing = [position for position, row in asked.items() if not row.is_full]
    if missing:
        msg = ngettext(
            "%(count)d of %(total)d comments still needs a verdict and a score.",
            "%(count)d of %(total)d comments still need a verdict and a score.",
            len(missing),
        ) % {"count": len(missing), "total": len(asked)}
        return IncompleteBatchError(msg, missing)
    required = required_play_percent(assignment)
    if assignment.played_percent < required:
        msg = _(
            "Watch at least %(required)d %% of the video before you submit. You have "
            "watched %(played)d %%."
        ) % {"required": required, "played": int(assignment.played_percent)}
        return VideoNotPlayedError(msg)
    return None


def required_play_percent(assignment: Assignment) -> int:
    """How much of the video must have been played: none of one that cannot be."""
    required = assignment.batch.study.required_play_percent
    if required == 0:
        return 0
    media = getattr(assignment.batch.video, "media", None)
    return required if media is not None and media.state == MediaState.READY else 0


def _regain(assignment: Assignment, now: datetime, *, is_last: bool) -> bool:
    """Hold the place of a lapsed assignment again, to submit it or to go on with it."""
    if is_last:
        return take_place_again(assignment)
    return take_up_again(assignment, now)


def _close(assignment: Assignment, now: datetime) -> None:
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = now
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [assignment.state, assignment.place, now, assignment.pk])
    transaction.on_commit(BATCHES_SUBMITTED.inc)
