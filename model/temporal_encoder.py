"""The temporal branch's encoder: TimeSformer over the full sequence, clip by clip."""

import torch
from torch import Tensor, nn
from transformers import TimesformerConfig, TimesformerModel

from model.config import TemporalConfig
from model.pixels import normalise

# Clips that pass at once where nothing is kept for gradients.
_CLIPS_AT_ONCE = 32


class TemporalEncoder(nn.Module):
    """The full sequence to one token a frame.

    TimeSformer (arXiv:2102.05095) with divided space-time attention: a frame attends
    to the frames of its clip at the same place, then within itself.
    """

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        self.config = config
        self.timesformer = TimesformerModel(
            TimesformerConfig(
                hidden_size=config.hidden_size,
                num_hidden_layers=config.layer_count,
                num_attention_heads=config.head_count,
                intermediate_size=config.intermediate_size,
                image_size=config.image_size,
                patch_size=config.patch_size,
                num_frames=config.clip_length,
                attention_type="divided_space_time",
            )
        )

    def forward(self, temporal_pixels: Tensor) -> Tensor:
        """Encode sequences.

        Args:
            temporal_pixels: (batch, frames, 3, side, side), bytes, in the order of
                time. A last clip that is not full repeats its last frame.

        Returns:
            (batch, frames, hidden); (batch, frames, 768) at full size.
        """
        batch, frames = temporal_pixels.shape[:2]
        clips = fill_last_clip(temporal_pixels, self.config.clip_length)
        clips = clips.unflatten(1, (-1, self.config.clip_length)).flatten(0, 1)
        if self.config.is_frozen:
            with torch.no_grad():
                parts = [self._encode(part) for part in clips.split(_CLIPS_AT_ONCE)]
            tokens = torch.cat(parts)
        else:
            tokens = self._encode(clips)
        return tokens.reshape(batch, -1, tokens.shape[-1])[:, :frames]

    def _encode(self, clips: Tensor) -> Tensor:
        """(clips, frames a clip, 3, side, side) to (clips, frames a clip, hidden)."""
        dtype = self.timesformer.dtype
        pixels = normalise(clips, self.config.mean, self.config.std, dtype)
        hidden = self.timesformer(pixels).last_hidden_state
        return mean_over_space(hidden, self.config.clip_length)


def mean_over_space(hidden: Tensor, frames: int) -> Tensor:
    """One token a frame out of TimeSformer's tokens.

    After the class token these stand place by place, with all frames of a place one
    after the other: (place 0, frame 0), (place 0, frame 1), ...

    Args:
        hidden: (clips, 1 + places * frames, width).
        frames: Of a clip.

    Returns:
        (clips, frames, width).
    """
    return hidden[:, 1:].unflatten(1, (-1, frames)).mean(dim=1)


def fill_last_clip(pixels: Tensor, clip_length: int) -> Tensor:
    """Repeat the last frame until the frames are a multiple of `clip_length`.

    Args:
        pixels: (batch, frames, 3, side, side).
        clip_length: In frames.
    """
    missing = -pixels.shape[1] % clip_length
    if not missing:
        return pixels
    return torch.cat([pixels, pixels[:, -1:].expand(-1, missing, -1, -1, -1)], dim=1)
