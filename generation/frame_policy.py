"""Which frames an entry of the registry wants: pure arithmetic."""

from dataclasses import dataclass
from typing import Literal

from corpus.media.strips import Strip

PolicyKind = Literal["uniform", "spatial_temporal"]


@dataclass(frozen=True)
class FramesPolicy:
    """Rules, not numbers: the same policy gives other frames in a longer video.

    Attributes:
        kind: `uniform`: the middles of `count` equal intervals. `spatial_temporal`:
            those, and beside them the whole video thinned to `limit` smaller frames.
        max_short_side: In pixels; larger frames are made smaller.
        limit_short_side: The same for the thinned video.
    """

    kind: PolicyKind = "uniform"
    count: int = 8
    limit: int = 96
    max_short_side: int = 448
    limit_short_side: int = 224

    @property
    def strips(self) -> tuple[Strip, ...]:
        """What to ask the frame store for."""
        spatial = Strip(self.count, self.max_short_side)
        if self.kind == "uniform":
            return (spatial,)
        return spatial, Strip(self.limit, self.limit_short_side, repeats=False)

    @property
    def most_frames(self) -> int:
        return sum(strip.count for strip in self.strips)
