"""The spatial branch's encoder: InternViT, then pixel shuffle."""

import torch
from torch import Tensor, nn
from transformers import InternVLVisionConfig, InternVLVisionModel

from model.config import SpatialConfig
from model.pixels import normalise

# Tiles that pass at once where nothing is kept for gradients, so that memory does not
# grow with the number of videos.
_TILES_AT_ONCE = 64


class SpatialEncoder(nn.Module):
    """Tiles to tokens that each stand for a square of patches.

    InternVL 1.5 (arXiv:2404.16821), section 3.1. The class token is dropped.
    """

    def __init__(self, config: SpatialConfig) -> None:
        super().__init__()
        self.config = config
        self.vit = InternVLVisionModel(
            InternVLVisionConfig(
                hidden_size=config.hidden_size,
                num_hidden_layers=config.layer_count,
                num_attention_heads=config.head_count,
                intermediate_size=config.intermediate_size,
                image_size=config.image_size,
                patch_size=config.patch_size,
                attention_bias=True,
            )
        )

    def forward(self, pixel_values: Tensor) -> Tensor:
        """Encode tiles.

        Args:
            pixel_values: (tiles, 3, side, side), bytes.

        Returns:
            (tiles, tokens a tile, token width); (tiles, 256, 4096) at full size.
        """
        if not len(pixel_values):
            # Texts alone: attention over no picture has no shape.
            shape = (0, self.config.tokens_per_tile, self.config.token_width)
            return torch.zeros(shape, dtype=self.vit.dtype, device=pixel_values.device)
        if self.config.is_frozen:
            parts = pixel_values.split(_TILES_AT_ONCE)
            with torch.no_grad():
                return torch.cat([self._encode(part) for part in parts])
        return self._encode(pixel_values)

    def _encode(self, tiles: Tensor) -> Tensor:
        dtype = self.vit.dtype
        pixels = normalise(tiles, self.config.mean, self.config.std, dtype)
        hidden = self.vit(pixels).last_hidden_state[:, 1:]
        return pixel_shuffle(hidden, self.config.shuffle)


def pixel_shuffle(tokens: Tensor, factor: int) -> Tensor:
    """Make one token of each square of `factor` by `factor` patches.

    In the published network's order (its "ps_version v2"), which its projector needs.

    Args:
        tokens: (tiles, rows * columns, width), row by row.
        factor: Side of the square.

    Returns:
        (tiles, rows * columns / factor**2, width * factor**2), row by row.
    """
    count, patches, width = tokens.shape
    small = int(patches**0.5) // factor
    squares = tokens.reshape(count, small, factor, small, factor, width)
    squares = squares.permute(0, 1, 3, 2, 4, 5)
    return squares.reshape(count, small * small, factor * factor * width)
