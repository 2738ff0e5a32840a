"""The human comments that a batch has, and those that could take their place."""

from dataclasses import dataclass

from annotation.models import Batch, HeldBackComment
from corpus.models import Comment
from corpus.selectors import best_comments

# How many that wait behind the batch's own are shown.
_NEXT = 20


@dataclass(frozen=True, slots=True)
class HumanComments:
    """Of one batch: its own, those that come next, and those that are held back."""

    chosen: list[Comment]
    next_ones: list[Comment]
    held_back: list[HeldBackComment]


def human_comments_of(batch: Batch) -> HumanComments:
    """The most-liked first (three queries)."""
    study = batch.study
    held = study.held_back.filter(comment__video=batch.video_id)
    standing = set(batch.batch_comments.values_list("comment_id", flat=True))
    best = best_comments(
        [batch.video_id],
        study.human_comment_count + _NEXT,
        without=held.values("comment_id"),
    )
    comments = [*best]
    return HumanComments(
        chosen=[one for one in comments if one.pk in standing],
        next_ones=[one for one in comments if one.pk not in standing],
        held_back=[*held.select_related("comment", "created_by")],
    )
