"""Bytes to the numbers that an encoder was trained on."""

import torch
from torch import Tensor

from model.config import Rgb


def normalise(pixels: Tensor, mean: Rgb, std: Rgb, dtype: torch.dtype) -> Tensor:
    """Scale bytes to 0 to 1, then by the mean and spread of each colour.

    On the encoder's device: bytes are a quarter of the traffic to it.

    Args:
        pixels: (..., 3, height, width), bytes.
        mean: Of red, green, blue; `std` likewise.
        std: See `mean`.
        dtype: Of the result.
    """
    shape = (3, 1, 1)
    # In float32 whatever the result: rounding once loses least.
    scale = torch.tensor(std, device=pixels.device).view(shape) * 255
    shift = torch.tensor(mean, device=pixels.device).view(shape) * 255
    return ((pixels.float() - shift) / scale).to(dtype)
