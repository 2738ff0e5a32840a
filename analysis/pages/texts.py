"""The words of the comments that a report points at."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.reporting.standouts import CommentVotes
from analysis.selectors.database import comment_key
from corpus.models import Comment


@dataclass(frozen=True)
class CommentLine:
    """One comment with its verdicts."""

    label: str
    text: str
    source: str
    video: str
    humans: int
    verdicts: int
    score: str


def comment_lines(
    votes: Sequence[CommentVotes], titles: Mapping[str, str]
) -> list[CommentLine]:
    """The comments of a list of the report, with their texts."""
    keys = {comment_key(vote.comment) for vote in votes}
    texts = dict(Comment.objects.filter(pk__in=keys).values_list("pk", "text"))
    return [
        CommentLine(
            label=vote.comment,
            text=texts.get(comment_key(vote.comment), ""),
            source=titles.get(vote.source, vote.source),
            video=vote.video,
            humans=vote.humans,
            verdicts=vote.verdicts,
            score="–" if math.isnan(vote.mean_score) else f"{vote.mean_score:.1f}",
        )
        for vote in votes
    ]
