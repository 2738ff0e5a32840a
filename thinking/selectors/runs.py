"""Reads of answering runs and their replies."""

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet

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
        "item__item_id", "text", "rotation", "probabilities"
    )
    for item_id, text, rotation, probabilities in rows.iterator(chunk_size=_CHUNK):
        said = tuple(probabilities or ())
        yield ImportedReply(item_id, text, rotation, said)
