"""Frames cut to squares: one by a centre crop, or several that cover the frame."""

import torch
from torch import Tensor
from torch.nn import functional

# A frame smaller than this share of a grid's pixels takes the smaller of two grids of
# the same shape (InternVL's rule).
_WORTH = 0.5


def square(frames: Tensor, side: int) -> Tensor:
    """The centre of each frame, its shorter side made `side` pixels.

    Args:
        frames: (frames, 3, height, width), bytes.
        side: Of the result, in pixels.

    Returns:
        (frames, 3, side, side), bytes.
    """
    height, width = frames.shape[-2:]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    return _resize(frames[..., top : top + edge, left : left + edge], side, side)


def tiles_of(frames: Tensor, *, side: int, limit: int, with_thumbnail: bool) -> Tensor:
    """Each frame as up to `limit` tiles, and as a thumbnail where there are several.

    Args:
        frames: (frames, 3, height, width), bytes.
        side: Of a tile, in pixels.
        limit: Tiles a frame, the thumbnail not counted. At 1, the centre crop.
        with_thumbnail: Add the whole frame, in the size of a tile, after its tiles.

    Returns:
        (tiles, 3, side, side), bytes: the first frame's from left to right and from
        top to bottom, its thumbnail, then the next frame's.
    """
    columns, rows = best_grid(frames.shape[-1], frames.shape[-2], side, limit)
    if columns * rows == 1:
        return square(frames, side)
    count = len(frames)
    cut = _resize(frames, rows * side, columns * side)
    cut = cut.reshape(count, 3, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
    tiles = cut.reshape(count, rows * columns, 3, side, side)
    if with_thumbnail:
        thumbnail = _resize(frames, side, side).unsqueeze(1)
        tiles = torch.cat([tiles, thumbnail], dim=1)
    return tiles.flatten(0, 1)


def best_grid(width: int, height: int, side: int, limit: int) -> tuple[int, int]:
    """Columns and rows, at most `limit` tiles, whose shape is nearest to the frame's.

    Of several grids of that shape the larger is taken if the frame has at least half
    of its pixels.
    """
    grids = sorted(
        (
            (columns, rows)
            for columns in range(1, limit + 1)
            for rows in range(1, limit // columns + 1)
        ),
        key=lambda grid: grid[0] * grid[1],
    )
    best = grids[0]
    for grid in grids:
        gain = _misfit(best, width, height) - _misfit(grid, width, height)
        is_filled = width * height > _WORTH * side**2 * grid[0] * grid[1]
        if gain > 0 or (gain == 0 and is_filled):
            best = grid
    return best


def _misfit(grid: tuple[int, int], width: int, height: int) -> float:
    return abs(grid[0] / grid[1] - width / height)


def _resize(frames: Tensor, height: int, width: int) -> Tensor:
    if frames.shape[-2:] == (height, width):
        return frames.contiguous()
    return functional.interpolate(
        frames, size=(height, width), mode="bicubic", antialias=True
    )
