"""Crops and tiles: which pixels of a frame the network gets."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from model.tiles import best_grid, square, tiles_of


def _plane(height: int, width: int) -> Tensor:
    """One frame whose red counts columns and whose green counts rows."""
    frame = torch.zeros(1, 3, height, width, dtype=torch.uint8)
    frame[:, 0] = torch.arange(width)
    frame[:, 1] = torch.arange(height)[:, None]
    return frame


def test_a_square_is_the_centre() -> None:
    cut = square(_plane(20, 60), 20)

    assert cut.shape == (1, 3, 20, 20)
    assert cut[0, 0, 0].tolist() == list(range(20, 40))
    assert cut[0, 1, :, 0].tolist() == list(range(20))


def test_a_square_is_made_smaller_with_its_shape_kept() -> None:
    cut = square(_plane(100, 40), 10)

    assert cut.shape == (1, 3, 10, 10)
    # Forty columns, and the forty rows around the middle, in steps of four.
    assert cut[0, 0, 5].float().diff().mean() == pytest.approx(4, abs=0.3)
    assert cut[0, 1, :, 5].float().mean() == pytest.approx(49.5, abs=0.5)


@pytest.mark.parametrize(
    ("size", "limit", "grid"),
    [
        ((1920, 1080), 6, (2, 1)),  # 1.78: two columns are nearer than 3:2
        ((1080, 1920), 6, (1, 2)),
        ((1000, 1000), 6, (2, 2)),  # large enough for the larger square
        ((448, 448), 6, (1, 1)),
        ((900, 600), 6, (3, 2)),
        ((3000, 500), 6, (6, 1)),
        ((1920, 1080), 1, (1, 1)),
    ],
)
def test_the_grid_is_internvls(
    size: tuple[int, int], limit: int, grid: tuple[int, int]
) -> None:
    assert best_grid(*size, side=448, limit=limit) == grid


@given(
    width=st.integers(1, 5000), height=st.integers(1, 5000), limit=st.integers(1, 12)
)
def test_a_grid_never_exceeds_its_limit(width: int, height: int, limit: int) -> None:
    columns, rows = best_grid(width, height, side=448, limit=limit)

    assert 1 <= columns * rows <= limit


def test_tiles_go_from_left_to_right_then_the_thumbnail() -> None:
    tiles = tiles_of(_plane(10, 20), side=10, limit=2, with_thumbnail=True)

    assert tiles.shape == (3, 3, 10, 10)
    assert tiles[0, 0, 0].tolist() == list(range(10))
    assert tiles[1, 0, 0].tolist() == list(range(10, 20))
    assert tiles[2, 0, 0].float().mean() == pytest.approx(9.5, abs=0.5)


def test_two_rows_of_tiles_go_from_top_to_bottom() -> None:
    tiles = tiles_of(_plane(40, 40), side=10, limit=4, with_thumbnail=False)

    corners = [(int(tile[0, 5, 5]) > 20, int(tile[1, 5, 5]) > 20) for tile in tiles]

    assert corners == [(False, False), (True, False), (False, True), (True, True)]


def test_tiles_of_one_frame_stand_together() -> None:
    frames = torch.cat([_plane(10, 20), _plane(10, 20) + 100])

    tiles = tiles_of(frames, side=10, limit=2, with_thumbnail=True)

    assert [int(tile[0].min()) >= 100 for tile in tiles] == [False] * 3 + [True] * 3


def test_a_whole_frame_in_one_tile_has_no_thumbnail() -> None:
    tiles = tiles_of(_plane(10, 10), side=10, limit=6, with_thumbnail=True)

    assert len(tiles) == 1
