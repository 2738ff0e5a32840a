"""The words of the comments that a report points at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    votes: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> list[CommentLine]:
    """The comments of a list of the report, with their texts."""
    keys = {int(vote["comment"].removeprefix("c")) for vote in votes}
    texts = dict(Comment.objects.filter(pk__in=keys).values_list("pk", "text"))
    return [
        CommentLine(
            label=vote["comment"],
            text=texts.get(int(vote["comment"].removeprefix("c")), ""),
            source=titles.get(vote["source"], vote["source"]),
            video=vote["video"],
            humans=vote["humans"],
            verdicts=vote["verdicts"],
            score="–" if vote["mean_score"] is None else f"{vote['mean_score']:.1f}",
        )
        for vote in votes
    ]
