"""Every judged comment with what the item-response model and simpler readings say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.dawid_skene import looks_human
from analysis.metrics.humanness import Humanness, humanness
from analysis.metrics.score_differences import strengths
from analysis.metrics.sources import tally
from analysis.metrics.undefined import ratio

# How many answers the prior share of a comment counts for.
_PRIOR_ANSWERS = 2.0
# Batches from which somebody's discrimination may be shown.
FEWEST_BATCHES = 4


@dataclass(frozen=True)
class CommentFacts:
    """What a study knows of one comment beside the judgments.

    Attributes:
        video: Label.
        platform, title: Of the video.
        source: Key.
        is_human: Whether people wrote it.
        text: What it says.
    """

    video: str
    platform: str
    title: str
    source: str
    is_human: bool
    text: str

    @property
    def origin(self) -> str:
        """As files name it."""
        return "human" if self.is_human else "ai"


@dataclass(frozen=True, eq=False)
class Readings:
    """A study's judged comments; all arrays are by comment of the judgments.

    Attributes:
        judgments: Those that may be used.
        facts: (comments,) in the judgments' order.
        model: The item-response model.
        skilled: P(looks human) by Dawid and Skene.
        strength: Bradley and Terry's, from scores within batches.
    """

    judgments: Judgments
    facts: tuple[CommentFacts, ...]
    model: Humanness
    skilled: FloatArray
    strength: FloatArray

    @cached_property
    def verdicts(self) -> IntArray:
        """How many verdicts."""
        return np.asarray(tally(self.judgments).comment_verdicts.sum(axis=1))

    @cached_property
    def humans(self) -> IntArray:
        """How many of them say Human."""
        return np.asarray(tally(self.judgments).comment_verdicts[:, 1])

    @property
    def share(self) -> FloatArray:
        """Judged human; NaN without a verdict."""
        return ratio(self.humans, self.verdicts)

    @property
    def smoothed_share(self) -> FloatArray:
        """The same, drawn to the study's share as by two more answers."""
        whole = self.humans.sum() / max(int(self.verdicts.sum()), 1)
        return np.asarray(
            (self.humans + _PRIOR_ANSWERS * whole) / (self.verdicts + _PRIOR_ANSWERS)
        )

    @property
    def is_usable(self) -> BoolArray:
        """Whether people gave a verdict on it."""
        return np.asarray(self.verdicts > 0)


def readings_of(judgments: Judgments, facts: Mapping[str, CommentFacts]) -> Readings:
    """Fit everything once.

    Args:
        judgments: Those that may be used.
        facts: By comment label; comments without are left out, with their judgments.
    """
    known = np.array([label in facts for label in judgments.comments], dtype=bool)
    judgments = kept_rows(judgments, known[judgments.comment])
    nothing = CommentFacts("", "", "", "", is_human=False, text="")
    return Readings(
        judgments=judgments,
        facts=tuple(facts.get(label, nothing) for label in judgments.comments),
        model=humanness(judgments),
        skilled=looks_human(judgments),
        strength=strengths(judgments),
    )


def kept_rows(judgments: Judgments, keep: BoolArray) -> Judgments:
    """The same study with some judgments alone; labels stay as they are."""
    names = (
        *("annotator", "comment", "verdict", "score", "order", "seconds"),
        *("assignment_no", "started_at"),
    )
    return replace(
        judgments, **{name: getattr(judgments, name)[keep] for name in names}
    )
