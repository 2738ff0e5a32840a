"""What the in-process engine has to know of a family of models."""

from dataclasses import dataclass

# Of 28 x 28 pixels: the unit in which several families count.
_PATCH_PIXELS = 28 * 28


@dataclass(frozen=True)
class Family:
    """What batches and requests depend on; `model.native` knows the processors.

    Attributes:
        tokens_per_frame: Of every frame, whatever its size; None: by its pixels.
        frames_per_token: Frames that share their tokens.
        takes_system: The template has a place for a system text.
        frame_count: The only number of frames that works; None: any.
        modules: What must be installed beside transformers.
    """

    tokens_per_frame: int | None = None
    frames_per_token: int = 1
    takes_system: bool = True
    frame_count: int | None = None
    modules: tuple[str, ...] = ()

    def video_tokens(self, frame_count: int, size: tuple[int, int]) -> int:
        """About how many tokens a video takes; for making batches, not for limits."""
        height, width = size
        each = self.tokens_per_frame or max(1, height * width // _PATCH_PIXELS)
        return frame_count * each // self.frames_per_token
