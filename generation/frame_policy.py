"""Which frames of a video an entry of the registry wants: pure arithmetic."""

from dataclasses import dataclass
from typing import Literal

from corpus.media.sampling import thinned_indices, uniform_indices

PolicyKind = Literal["uniform", "spatial_temporal"]


@dataclass(frozen=True)
class FramesPolicy:
    """Rules, not numbers: the same policy gives other frames in a longer video.

    Attributes:
        kind: `uniform`: the middles of `count` equal intervals. `spatial_temporal`:
            those, and beside them the whole video thinned to `limit` frames.
        max_short_side: In pixels; larger frames are made smaller.
    """

    kind: PolicyKind = "uniform"
    count: int = 8
    limit: int = 96
    max_short_side: int = 448

    def indices(self, frame_count: int) -> list[int]:
        """Increasing; a video with too few frames gives some of them several times."""
        spatial = uniform_indices(frame_count, self.count)
        if self.kind == "uniform":
            return spatial
        return sorted({*spatial, *thinned_indices(frame_count, self.limit)})

    @property
    def most_frames(self) -> int:
        return self.count + (self.limit if self.kind == "spatial_temporal" else 0)
