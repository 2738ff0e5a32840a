"""What the in-process engine has to know of a family of models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Of 28 x 28 pixels: the unit in which several families count.
_PATCH_PIXELS = 28 * 28


@dataclass(frozen=True)
class Family:
    """Differences between processors; the defaults are what most of them do.

    Attributes:
        tokens_per_frame: Of every frame, whatever its size; None: by its pixels.
        frames_per_token: Frames that share their tokens.
        videos_kwargs: For the video processor, beside the metadata; those that the
            installed one does not know are left out.
        max_frame_pixels: The cap where tokens go by pixels, if the processor has a
            larger one of its own.
        template: In Jinja; for checkpoints that bring none.
        takes_system: The template has a place for a system text.
        frame_count: The only number of frames that works; None: any.
        modules: What must be installed beside transformers.
    """

    tokens_per_frame: int | None = None
    frames_per_token: int = 1
    videos_kwargs: Mapping[str, Any] = field(default_factory=dict)
    max_frame_pixels: int | None = None
    template: str | None = None
    takes_system: bool = True
    frame_count: int | None = None
    modules: tuple[str, ...] = ()

    def video_tokens(self, frame_count: int, size: tuple[int, int]) -> int:
        """About how many tokens a video takes; for making batches, not for limits."""
        height, width = size
        each = self.tokens_per_frame or max(1, height * width // _PATCH_PIXELS)
        return frame_count * each // self.frames_per_token
