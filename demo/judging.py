"""Whole batches judged by simulated annotators, at simulated times in the past.

The statements are those that give and save real work; only the clock is another one.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from accounts.models import User
from annotation.instrument import Instrument
from annotation.models import (
    Assignment,
    AssignmentState,
    BatchComment,
    DocumentKind,
    Membership,
    Study,
)
from annotation.rules.judging.answers import Answer, StandingAnswer
from annotation.rules.judging.presentation import presentation_order
from annotation.selectors.studies.documents import newest_documents
from annotation.services.judging.answer_rows import (
    AnswerRow,
    read_answers,
    write_answers,
)
from annotation.services.judging.places import Presented, hold_place, write_assignment
from annotation.services.people.consent import agree_to_documents
from annotation.services.people.memberships import add_annotator
from demo.simulate import (
    SimulatedAnnotator,
    SimulatedAnswer,
    simulated_answer,
)

FIRST_LOOK = timedelta(seconds=12)
"""Opening a batch and watching its clip."""
BETWEEN_BATCHES = timedelta(minutes=2)
BETWEEN_ANNOTATORS = timedelta(hours=9)
SCORE_AFTER = 0.8
"""Share of the time on a comment after which the verdict is given, then the score."""


@dataclass(frozen=True)
class BatchText:
    """One comment of a batch as the simulation needs it."""

    batch_comment_id: int
    text: str
    plausibility: float


def judge_study(
    *,
    study: Study,
    annotators: Sequence[SimulatedAnnotator],
    plausibilities: dict[str, float],
    began_at: datetime,
) -> None:
    """Let each simulated annotator join an open study and judge its batches.

    The last but one stops halfway, as some people do.

    Args:
        study: open, with enough places in each batch.
        annotators: each becomes a user that nobody can log in as.
        plausibilities: log-odds of Human, by the key of the source.
        began_at: when the first of them sat down.
    """
    batches = _batch_texts(study, plausibilities)
    for index, annotator in enumerate(annotators):
        membership = _join(study, annotator, began_at + index * BETWEEN_ANNOTATORS)
        order = sorted(batches)
        random.Random(annotator.name).shuffle(order)  # noqa: S311 - a simulation
        if index == len(annotators) - 2:
            order = order[: len(order) // 2]
        now = membership.joined_at
        for number, batch_id in enumerate(order, start=1):
            assignment = Assignment(
                batch_id=batch_id, membership=membership, number=number, started_at=now
            )
            _judge_batch(assignment, annotator, batches[batch_id], study.instrument)
            now = assignment.leased_until + BETWEEN_BATCHES


def _batch_texts(
    study: Study, plausibilities: dict[str, float]
) -> dict[int, list[BatchText]]:
    """The comments of each batch, in the order in which assignments number them."""
    rows = (
        BatchComment.objects.filter(batch__study=study)
        .order_by("pk")
        .values_list("batch", "pk", "comment__text", "source__key")
    )
    texts: dict[int, list[BatchText]] = {}
    for batch_id, pk, text, source in rows:
        of_batch = texts.setdefault(batch_id, [])
        of_batch.append(BatchText(pk, text, plausibilities[source]))
    return texts


def _join(study: Study, annotator: SimulatedAnnotator, at: datetime) -> Membership:
    user = User.objects.filter(username=annotator.name, is_simulated=True).first()
    if user is None:
        user = User(username=annotator.name, is_simulated=True, date_joined=at)
        user.set_unusable_password()
        user.save()
    membership = add_annotator(study=study, user=user, actor=None)
    versions = {DocumentKind(d.kind): d.version for d in newest_documents(study)}
    agree_to_documents(membership=membership, versions=versions)
    membership.joined_at = membership.consented_at = membership.tour_done_at = at
    membership.save(update_fields=["joined_at", "consented_at", "tour_done_at"])
    return membership


def _judge_batch(
    assignment: Assignment,
    annotator: SimulatedAnnotator,
    texts: Sequence[BatchText],
    instrument: Instrument,
) -> None:
    """Take a place, answer each comment from the top, submit: in simulated time."""
    assignment.leased_until = assignment.started_at
    assignment.place = hold_place(assignment.batch_id)
    shown = [texts[i] for i in presentation_order(assignment.seed, len(texts))]
    write_assignment(
        assignment, [Presented(batch_comment_id=t.batch_comment_id) for t in shown]
    )
    rows = read_answers(assignment, ()).values()
    answers = [
        simulated_answer(annotator, t.text, t.plausibility, instrument) for t in shown
    ]
    for row, answer, at in zip(
        rows, answers, _instants(assignment.started_at, answers), strict=True
    ):
        _answer(row, answer, at)
    ended_at = at
    write_answers(assignment, rows, leased_until=ended_at)
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = assignment.leased_until = ended_at
    assignment.played_percent = 100.0
    assignment.save(
        update_fields=["state", "submitted_at", "leased_until", "played_percent"]
    )


def _instants(
    start: datetime, answers: Sequence[SimulatedAnswer]
) -> Iterator[datetime]:
    """When each comment has its full answer, one after the other."""
    now = start + FIRST_LOOK
    for answer in answers:
        now += timedelta(seconds=answer.seconds)
        yield now


def _answer(row: AnswerRow, answer: SimulatedAnswer, at: datetime) -> None:
    row.standing = StandingAnswer(
        Answer(
            verdict=answer.verdict,
            score=answer.realism_score,
            key=uuid4(),
            answered_at=at,
            received_at=at,
        ),
        first_answer_seconds=round(answer.seconds * SCORE_AFTER, 2),
        full_answer_seconds=answer.seconds,
    )
    row.is_changed = True
