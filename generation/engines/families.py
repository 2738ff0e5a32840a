"""Families of models that transformers knows, as far as batches and requests go."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The one table of families, which fine-tuning reads as well. It is data, so that the
# web can read it: `model` itself loads torch.
_TABLE = Path(__file__).parents[2] / "model" / "native" / "families.toml"
# Of 28 x 28 pixels: the unit in which several families count.
_PATCH_PIXELS = 28 * 28


@dataclass(frozen=True)
class Family:
    """What batches and requests depend on.

    Attributes:
        models: What it is called in lists.
        tokens_per_frame: Of every frame, whatever its size; None: by its pixels.
        frames_per_token: Frames that share their tokens.
        takes_system: The template has a place for a system text.
        frame_count: The only number of frames that works; None: any.
        modules: What must be installed beside transformers.
    """

    models: str
    tokens_per_frame: int | None = None
    frames_per_token: int = 1
    takes_system: bool = True
    frame_count: int | None = None
    modules: list[str] = field(default_factory=list)

    def video_tokens(self, frame_count: int, size: tuple[int, int]) -> int:
        """About how many tokens a video takes; for making batches, not for limits."""
        height, width = size
        each = self.tokens_per_frame or max(1, height * width // _PATCH_PIXELS)
        return frame_count * each // self.frames_per_token


def _read() -> Mapping[str, Family]:
    table: dict[str, Any] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        name: Family(family["models"], **family["batching"])
        for name, family in table.items()
    }


FAMILIES = _read()
