"""Frames of training clips, from the store that writing comments uses as well."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from corpus.media.frame_store import FrameStore
from corpus.media.strips import Frames, Strip
from model.config import MimicChatConfig
from model.native.inputs import TimedFrames

_GIB = 1024**3
# Frames kept of each interval of which the spatial branch sees one: its middle, and one
# to each side, among which training draws.
_DRAWN_FROM = 3


@dataclass(frozen=True, eq=False)
class ClipFrames:
    """What a network chooses from, (frames, height, width, 3) bytes in order of time.

    Attributes:
        spatial: Large, some of each interval.
        temporal: Small, the whole clip or fewer frames of a long one.
    """

    spatial: Tensor
    temporal: Tensor


def strips_of(config: MimicChatConfig) -> tuple[Strip, Strip]:
    """What the two branches of a network need, each in its own size."""
    spatial, temporal = config.spatial, config.temporal
    count = _DRAWN_FROM * spatial.frame_count
    return (
        Strip(count, spatial.image_size, repeats=False),
        Strip(temporal.max_frames, temporal.image_size, repeats=False),
    )


class ClipStore:
    """The strips of each clip, decoded at first use, for all epochs.

    A clip that cannot be decoded is remembered with its reason. Clips that were used
    in this run stay: an epoch goes through all of them.
    """

    def __init__(
        self, folder: Path, strips: Sequence[Strip], *, limit_gib: float = 50.0
    ) -> None:
        """Open the store.

        Args:
            folder: Where to keep the frames; several runs may share one.
            strips: What is wanted of each clip.
            limit_gib: For all that use the folder.
        """
        self._strips = tuple(strips)
        self._store = FrameStore(
            folder, int(limit_gib * _GIB), pinned_since=time.time()
        )

    def frames(self, clip: Path) -> ClipFrames:
        """For both branches of our own network.

        Raises:
            MediaError: The clip does not decode; at once where that is known.
        """
        spatial, temporal = map(_pixels, self._found(clip))
        return ClipFrames(spatial, temporal)

    def timed_frames(self, clip: Path) -> TimedFrames:
        """The first strip, with when its frames are shown; raises as `frames` does."""
        found = self._found(clip)[0]
        return TimedFrames(_pixels(found), found.timestamps, found.duration)

    def close(self) -> None:
        """End the decoding process; a later use starts another."""
        self._store.close()

    def _found(self, clip: Path) -> tuple[Frames, ...]:
        content_hash = self._store.content_hash(clip)
        return self._store.frames(clip, content_hash, self._strips)


def _pixels(frames: Frames) -> Tensor:
    return torch.from_numpy(np.stack(frames.images))
