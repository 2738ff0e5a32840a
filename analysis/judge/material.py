"""What a judge looks at: every comment of a study, judged by people or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.sources import tally
from analysis.metrics.undefined import ratio


@dataclass(frozen=True, eq=False)
class Material:
    """One entry a comment under one video, and people's verdicts on it so far.

    Attributes:
        comments: Labels, as judgments have them.
        video: (comments,) judged videos are numbered as in the judgments, others after.
        source: (comments,) numbered as in the judgments.
        texts: (comments,) what the comments say.
        videos: Labels by number.
        judgments: People's.
        titles: Of the videos, by number; empty where nobody asked for them.
    """

    comments: tuple[str, ...]
    video: IntArray
    source: IntArray
    texts: tuple[str, ...]
    videos: tuple[str, ...]
    judgments: Judgments
    titles: tuple[str, ...] = ()

    @cached_property
    def place(self) -> IntArray:
        """(comments of the judgments,) where each stands here; -1: nowhere."""
        known = {
            (label, video): number
            for number, (label, video) in enumerate(
                zip(self.comments, self.video.tolist(), strict=True)
            )
        }
        keys = zip(
            self.judgments.comments, self.judgments.comment_video.tolist(), strict=True
        )
        return np.array([known.get(key, -1) for key in keys], dtype=np.intp)

    @cached_property
    def verdicts(self) -> IntArray:
        """(comments,) how many people gave a verdict."""
        return np.asarray(self._counts[0])

    @cached_property
    def humans(self) -> IntArray:
        """(comments,) how many of them said Human."""
        return np.asarray(self._counts[1])

    @cached_property
    def _counts(self) -> IntArray:
        counted = tally(self.judgments).comment_verdicts
        found = np.zeros((2, len(self.comments)), dtype=np.int64)
        here = self.place >= 0
        found[0, self.place[here]] = counted.sum(axis=1)[here]
        found[1, self.place[here]] = counted[here, 1]
        return found

    @cached_property
    def is_judged(self) -> BoolArray:
        """(videos,) whether anybody gave a verdict under the video."""
        sums = np.bincount(self.video, self.verdicts, len(self.videos))
        return np.asarray(sums > 0)

    @property
    def share(self) -> FloatArray:
        """(comments,) of the verdicts that say Human; NaN without verdicts."""
        return ratio(self.humans, self.verdicts)


def material_of(
    judgments: Judgments,
    comments: Mapping[str, tuple[str, str, str]],
    titles: Mapping[str, str] | None = None,
) -> Material:
    """Put a study's comments beside the judgments on them.

    Args:
        judgments: People's.
        comments: By label: video, source and text. Those of a source that the judgments
            do not know are left out.
        titles: Of the videos, by label.
    """
    source_number = {name: number for number, name in enumerate(judgments.sources)}
    kept = {
        label: entry for label, entry in comments.items() if entry[1] in source_number
    }
    others = sorted({video for video, _, _ in kept.values()} - {*judgments.videos})
    videos = (*judgments.videos, *others)
    number = {label: place for place, label in enumerate(videos)}
    return Material(
        comments=tuple(kept),
        video=np.array([number[video] for video, _, _ in kept.values()], dtype=np.intp),
        source=np.array(
            [source_number[source] for _, source, _ in kept.values()], dtype=np.intp
        ),
        texts=tuple(text for _, _, text in kept.values()),
        videos=videos,
        judgments=judgments,
        titles=tuple(titles.get(label, "") for label in videos) if titles else (),
    )
