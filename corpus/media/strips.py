"""Frames of one video: which are wanted, by rule, and what came of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.media.frame_indices import thinned_indices, uniform_indices

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Strip:
    """Evenly spread frames of one size: a rule, which gives each video its own.

    Attributes:
        count: How many.
        max_short_side: In pixels; larger frames are made smaller.
        repeats: A video with fewer frames gives some several times, not just fewer.
    """

    count: int
    max_short_side: int
    repeats: bool = True

    def indices(self, frame_count: int) -> list[int]:
        """Of the frames, from 0, in the order of time."""
        if self.repeats:
            return uniform_indices(frame_count, self.count)
        return thinned_indices(frame_count, self.count)


@dataclass(frozen=True, eq=False)
class Frames:
    """What was taken of a video; every model gets the same pixels.

    Attributes:
        images: Upright RGB pictures of one size, (height, width, 3) each.
        indices: Their places in the video, from 0, never decreasing; a stand-in for a
            damaged frame has its own place.
        timestamps: When they are shown, in seconds after the video's first frame.
        source_fps: Mean rate of the whole video.
        duration: Of the whole video, in seconds.
        source_frame_count: Frames of the whole video.
    """

    images: "tuple[NDArray[np.uint8], ...]"
    indices: tuple[int, ...]
    timestamps: tuple[float, ...]
    source_fps: float
    duration: float
    source_frame_count: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of every picture."""
        height, width, _ = self.images[0].shape
        return height, width
