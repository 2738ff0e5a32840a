"""Frames that were taken out of a video, read back from the file of their pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ExtractedFrames:
    """What `MediaTools.extract_frames` wrote.

    Attributes:
        path: Raw pixels: frame after frame, row by row, RGB, one byte each.
        width: Of every frame, upright, in pixels; `height` likewise.
        indices: The frames that were asked for, increasing.
        taken: The frame that was taken for each of them: another one where it was
            damaged or missing.
        times_s: When the taken frames are shown, in seconds after the video's first.
        decoded_count: All frames of the video, damaged ones included.
    """

    path: Path
    width: int
    height: int
    indices: tuple[int, ...]
    taken: tuple[int, ...]
    times_s: tuple[float, ...]
    decoded_count: int

    @property
    def stand_in_count(self) -> int:
        """How many frames were replaced by a neighbour."""
        return sum(a != b for a, b in zip(self.indices, self.taken, strict=True))

    def images(self) -> Iterator[Image.Image]:
        """One picture after the other."""
        size = (self.width, self.height)
        with self.path.open("rb") as file:
            for _ in self.taken:
                pixels = file.read(self.width * self.height * 3)
                yield Image.frombytes("RGB", size, pixels)

    def array(self) -> "NDArray[np.uint8]":
        """All pixels, read from disk as they are used: (frames, height, width, 3).

        Needs numpy, which the base installation lacks.
        """
        import numpy as np

        shape = (len(self.taken), self.height, self.width, 3)
        return np.memmap(self.path, dtype=np.uint8, mode="r", shape=shape)
