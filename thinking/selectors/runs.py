"""Reads of answering runs and their replies."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet
from django.utils.functional import Promise

from generation.engines.base import Reason
from generation.models import REASON_LABELS, JobState
from generation.models.jobs import ACTIVE
from tasks.exchange.replies import ImportedReply, reply_line
from tasks.parsing import Outcome
from thinking.models import AnswerRun, Build, Reply

_CHUNK = 2000


def listed_runs(build: Build) -> QuerySet[AnswerRun]:
    """The runs of a build in the order of their sources, with counts of replies."""
    return counted_runs(build.runs.all()).order_by("source__key", "pk")


def counted_runs(runs: QuerySet[AnswerRun]) -> QuerySet[AnswerRun]:
    """With `reply_count`, `unreadable_count` and `refused_count`."""
    return runs.select_related("source", "created_by").annotate(**_COUNTS)


_COUNTS: dict[str, Count] = {
    "reply_count": Count("replies"),
    "unreadable_count": Count("replies", filter=Q(replies__outcome=Outcome.UNREADABLE)),
    "refused_count": Count("replies", filter=Q(replies__outcome=Outcome.REFUSED)),
}


def replies_of(run: AnswerRun, outcome: str = "") -> QuerySet[Reply]:
    """Each reply with its item, in the build's order; all, or those of one outcome."""
    replies = run.replies.select_related("item__video")
    if outcome:
        replies = replies.filter(outcome=outcome)
    return replies.order_by("item", "rotation")


def reply_lines(run: AnswerRun) -> Iterator[str]:
    """The replies as JSON Lines, in the form that can be imported again."""
    yield from map(reply_line, imported_replies(run))


def imported_replies(run: AnswerRun) -> Iterator[ImportedReply]:
    """The replies as received, in the build's order."""
    rows = run.replies.order_by("item", "rotation").values_list(
        "item__item_id", "text", "rotation", "probabilities", "outcome", "likelihoods"
    )
    for row in rows.iterator(chunk_size=_CHUNK):
        item_id, text, rotation, said, outcome, likelihoods = row
        yield ImportedReply(
            item_id=item_id,
            text=text,
            rotation=rotation,
            probabilities=tuple(said or ()),
            is_refused=outcome == Outcome.REFUSED and not text,
            likelihoods=tuple((a, b, c) for a, b, c in likelihoods or ()),
        )


class Failure(NamedTuple):
    """Questions that failed for one reason, and what the latest says."""

    label: str | Promise
    job_count: int
    message: str


class Progress(NamedTuple):
    """How far a run is."""

    total: int
    done: int
    left: int
    failed: int
    failures: list[Failure]

    @property
    def percent(self) -> float:
        return 100 * (self.total - self.left) / self.total if self.total else 100.0


def run_progress(run: AnswerRun) -> Progress:
    """Count a run's questions (two queries)."""
    counts = dict(run.jobs.order_by().values_list("state").annotate(Count("pk")))
    failed = run.jobs.filter(state=JobState.FAILED).order_by()
    by_reason = failed.values_list("error_reason").annotate(Count("pk"), Max("error"))
    return Progress(
        total=sum(counts.values()),
        done=counts.get(JobState.DONE, 0),
        left=sum(counts.get(state, 0) for state in ACTIVE),
        failed=counts.get(JobState.FAILED, 0),
        failures=[
            Failure(REASON_LABELS[Reason(reason)], count, message)
            for reason, count, message in by_reason.order_by("error_reason")
        ],
    )
