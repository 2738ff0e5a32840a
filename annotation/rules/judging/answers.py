"""What annotators answer on one comment, and how answers that meet are merged (pure).

Answers may arrive late, twice, out of order, or from two tabs. What counts is when an
answer was given, not when it arrived:

- an answer whose key is known already changes nothing;
- of two answers the one given later stands, the other becomes history;
- a half that an answer does not give (a verdict without a score, or the other way
  round) stays as it was: the tab that sent it may not have known the other half.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer as the browser sends it; at least one half is given."""

    position: int
    verdict: str | None
    score: int | None
    # Made by the browser for this answer: sent again, it is the same answer.
    key: UUID
    # How long ago it was given, when it was sent.
    age: timedelta = timedelta()
    # Seconds that the comment had been in view until then.
    view_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page's form says on one comment when the batch is submitted."""

    position: int
    verdict: str | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with its instants on the server's clock."""

    verdict: str | None
    score: int | None
    key: UUID
    answered_at: datetime
    received_at: datetime
    view_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """The answer that stands on one comment, and what it replaced."""

    answer: Answer
    first_answer_seconds: float | None
    full_answer_seconds: float | None
    # Earlier answers not stored yet, oldest first.
    replaced: tuple[Answer, ...] = ()

    @property
    def is_full(self) -> bool:
        return self.answer.verdict is not None and self.answer.score is not None


def dated(given: GivenAnswer, *, since: datetime, now: datetime) -> Answer:
    """The answer with its instant: the browser's age of it, within [since, now]."""
    return Answer(
        verdict=given.verdict,
        score=given.score,
        key=given.key,
        answered_at=min(max(now - given.age, since), now),
        received_at=now,
        view_seconds=given.view_seconds,
    )


def merged(
    standing: StandingAnswer | None, known: Iterable[UUID], given: Iterable[Answer]
) -> StandingAnswer | None:
    """What stands after more answers on the same comment.

    Args:
        standing: what stood before, if anything.
        known: keys of answers that are history already.
        given: the new answers, in order of arrival.

    Returns:
        What stands now; the very same object if the answers change nothing.
    """
    keys = set(known)
    if standing is not None:
        keys.add(standing.answer.key)
    for answer in sorted(given, key=lambda answer: answer.answered_at):
        if answer.key not in keys:
            keys.add(answer.key)
            standing = _with(standing, answer)
    return standing


def _with(standing: StandingAnswer | None, answer: Answer) -> StandingAnswer:
    if standing is None:
        seconds = answer.view_seconds
        first = StandingAnswer(answer, seconds, None)
        return replace(first, full_answer_seconds=seconds) if first.is_full else first
    newer, older = answer, standing.answer
    if newer.answered_at < older.answered_at:
        newer, older = older, newer
    after = replace(
        standing,
        answer=replace(
            newer,
            verdict=older.verdict if newer.verdict is None else newer.verdict,
            score=older.score if newer.score is None else newer.score,
        ),
        replaced=(*standing.replaced, older),
    )
    if after.is_full and not standing.is_full:
        return replace(after, full_answer_seconds=answer.view_seconds)
    return after


def news_of(
    choice: Choice, standing: StandingAnswer | None, *, shown_at: datetime | None
) -> Choice | None:
    """The part of a form's choice that is an answer of its own; None if nothing is.

    What repeats the standing answer is no news; nor is what would overwrite an answer
    that was given after the form was made (`shown_at`), which an old tab cannot know.
    """
    verdict, score = choice.verdict, choice.score
    if standing is not None:
        stands = standing.answer
        is_newer = shown_at is not None and stands.answered_at <= shown_at
        if verdict == stands.verdict or not (is_newer or stands.verdict is None):
            verdict = None
        if score == stands.score or not (is_newer or stands.score is None):
            score = None
    if verdict is None and score is None:
        return None
    return Choice(choice.position, verdict, score)
