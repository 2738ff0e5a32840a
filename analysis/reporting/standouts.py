"""The comments that stand out: most convincing, most doubted, most disputed."""

from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import BoolArray, IntArray, Judgments
from analysis.metrics.sources import Tallies, mean_realism_score
from analysis.metrics.undefined import ratio

_SHOWN_COMMENTS = 5  # the page of comments has them all


@dataclass(frozen=True)
class CommentVotes:
    """How one comment was judged."""

    comment: str
    video: str
    source: str
    verdicts: int
    humans: int
    mean_score: float


def convincing(judgments: Judgments, tallies: Tallies) -> tuple[CommentVotes, ...]:
    """The model comments most often judged human."""
    return _extremes(judgments, tallies, ~judgments.comment_is_human, best_first=True)


def doubted(judgments: Judgments, tallies: Tallies) -> tuple[CommentVotes, ...]:
    """The human comments least often judged human."""
    return _extremes(judgments, tallies, judgments.comment_is_human, best_first=False)


def _extremes(
    judgments: Judgments, tallies: Tallies, chosen: BoolArray, *, best_first: bool
) -> tuple[CommentVotes, ...]:
    """By share of human verdicts, then by their number, then by mean score."""
    verdicts = tallies.comment_verdicts
    sign = -1 if best_first else 1
    share = ratio(verdicts[:, 1], verdicts.sum(axis=1))
    score = np.nan_to_num(
        mean_realism_score(tallies.comment_scores, tallies.lowest), nan=0
    )
    order = np.lexsort((sign * score, -verdicts.sum(axis=1), sign * share))
    return _votes(judgments, tallies, order[(chosen & ~np.isnan(share))[order]])


def most_split(judgments: Judgments, tallies: Tallies) -> tuple[CommentVotes, ...]:
    """The comments on which the verdicts are most evenly divided."""
    verdicts = tallies.comment_verdicts
    smaller = verdicts.min(axis=1)
    order = np.lexsort((-smaller, -ratio(smaller, verdicts.sum(axis=1))))
    return _votes(judgments, tallies, order[(smaller > 0)[order]])


def _votes(
    judgments: Judgments, tallies: Tallies, order: IntArray
) -> tuple[CommentVotes, ...]:
    means = mean_realism_score(tallies.comment_scores, tallies.lowest)
    return tuple(
        CommentVotes(
            comment=judgments.comments[comment],
            video=judgments.videos[judgments.comment_video[comment]],
            source=judgments.sources[judgments.comment_source[comment]],
            verdicts=int(tallies.comment_verdicts[comment].sum()),
            humans=int(tallies.comment_verdicts[comment, 1]),
            mean_score=float(means[comment]),
        )
        for comment in order[:_SHOWN_COMMENTS].tolist()
    )
