"""CoP, comment popularity: the most liked comment among three less liked ones."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from corpus.cleaning import CleanComment, clean_comments
from corpus.records import VideoRecord

RANKS = (10, 50, 100)
FEWEST_COMMENTS = len(RANKS) + 1


class RankedComment(NamedTuple):
    """A usable comment with its like count."""

    text: str
    like_count: int


class PopularityChoice(NamedTuple):
    """The most liked comment, those beside it, and how the ranks were chosen."""

    top: str
    others: tuple[str, ...]
    note: str


class NoChoice(StrEnum):
    """Why a video has no popularity item."""

    TOO_FEW_COMMENTS = "fewer than four comments with likes"
    TIED = "the most liked comments have equally many likes"


def ranked_comments(
    record: VideoRecord, cleaned: Iterable[CleanComment] | None = None
) -> list[RankedComment]:
    """Usable comments whose likes are known, most liked first, ties as received.

    Args:
        record: The video's.
        cleaned: Its comments as `clean_comments` gives them, where that is done.
    """
    if cleaned is None:
        cleaned = clean_comments(comment.text for comment in record.comments)
    ranked = [
        RankedComment(clean.text, comment.like_count)
        for clean, comment in zip(cleaned, record.comments, strict=True)
        if clean.is_usable and comment.like_count is not None
    ]
    return sorted(ranked, key=lambda comment: -comment.like_count)


def popularity_choice(ranked: list[RankedComment]) -> PopularityChoice | NoChoice:
    """The options of the video's CoP item, or why it cannot have one.

    It cannot with fewer than four comments, or if another option has as many likes as
    the first: then two options would be right.
    """
    if len(ranked) < FEWEST_COMMENTS:
        return NoChoice.TOO_FEW_COMMENTS
    ranks = spread_ranks(len(ranked))
    others = [ranked[rank - 1] for rank in ranks]
    if others[0].like_count == ranked[0].like_count:
        return NoChoice.TIED
    note = ""
    if ranks != RANKS:
        places = ", ".join(map(str, ranks))
        note = f"ranks {places} of {len(ranked)} comments"
    return PopularityChoice(ranked[0].text, tuple(c.text for c in others), note)


def spread_ranks(comment_count: int) -> tuple[int, ...]:
    """10, 50 and 100; with fewer than 100 comments, the same shares of what there is.

    Never the first rank and never one twice; needs four comments.
    """
    if comment_count >= RANKS[-1]:
        return RANKS
    ranks: list[int] = []
    for place, rank in enumerate(RANKS):
        share = round(rank * comment_count / RANKS[-1])
        ranks.append(max(share, 2 + place, ranks[-1] + 1 if ranks else 2))
    return tuple(ranks)
