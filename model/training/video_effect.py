"""What the video adds: the same questions with it, without it, black, and another's."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from random import Random

import torch

from corpus.media.errors import MediaError
from model.native.inputs import TimedFrames
from model.training.clip_store import ClipFrames
from model.training.examples import Example
from model.training.learner import Frames
from tasks.mmla.items import LabelItem


class View(StrEnum):
    """How the clip of a held-out example is shown."""

    VIDEO = "with the video"
    NONE = "without a video"
    BLACK = "black frames"
    OTHER = "another video"


class BlackFrames:
    """The frames of another source, with nothing on them."""

    def __init__(self, source: Frames) -> None:
        self._source = source

    def frames(self, clip: Path) -> ClipFrames:
        """As many, as large."""
        frames = self._source.frames(clip)
        black = torch.zeros_like
        return ClipFrames(black(frames.spatial), black(frames.temporal))

    def timed_frames(self, clip: Path) -> TimedFrames:
        """The same with their times, which stay."""
        timed = self._source.timed_frames(clip)
        return replace(timed, pixels=torch.zeros_like(timed.pixels))


def decodable(examples: Sequence[Example], frames: Frames) -> list[Example]:
    """Those whose clip can be shown, so that every view is asked the same."""
    return [e for e in examples if e.clip and _decodes(e.clip, frames)]


def examples_of(view: View, examples: Sequence[Example], *, seed: int) -> list[Example]:
    """The examples with the clip that a view shows.

    Args:
        view: `OTHER` gives each clip's questions to one other clip, always the same.
        examples: Each with a clip.
        seed: Of that choice.
    """
    if view is View.NONE:
        return [_without_clip(example) for example in examples]
    if view is not View.OTHER:
        return list(examples)
    clips = sorted({example.clip for example in examples if example.clip})
    Random(seed).shuffle(clips)  # noqa: S311
    others = dict(zip(clips, clips[1:] + clips[:1], strict=True))
    return [replace(e, clip=others[e.clip]) if e.clip else e for e in examples]


def _without_clip(example: Example) -> Example:
    """MMLA's prompt then speaks of the text alone, as it does in rounds."""
    item = example.question
    if isinstance(item, LabelItem):
        prompt = item.prompt_at(0, shows_video=False)
        return replace(example, clip=None, prompt=prompt)
    return replace(example, clip=None)


def _decodes(clip: Path, frames: Frames) -> bool:
    try:
        frames.timed_frames(clip)
    except MediaError:
        return False
    return True
