"""Synthetic clips show colour and shape in any frame, and motion only in all."""

import numpy as np
import pytest

from corpus.media.sampling import uniform_indices
from model.synthetic.clips import (
    FRAME_COUNT,
    Colour,
    Direction,
    Shape,
    SyntheticClip,
    draw,
    every_combination,
)


def _clip(direction: Direction, seed: int = 3) -> SyntheticClip:
    return SyntheticClip(Colour.RED, Shape.BAR, direction, seed)


@pytest.mark.parametrize("direction", Direction)
def test_the_eight_sampled_frames_are_one_picture(direction: Direction) -> None:
    frames = draw(_clip(direction))

    sampled = frames[uniform_indices(FRAME_COUNT, 8)]

    assert (sampled == sampled[0]).all()
    assert not (frames[1] == frames[0]).all()


def test_right_and_left_have_the_same_frames_in_another_order() -> None:
    frames = {direction: _shape_places(direction) for direction in Direction}

    assert _bag(frames[Direction.RIGHT]) == _bag(frames[Direction.LEFT])
    assert (frames[Direction.RIGHT] != frames[Direction.LEFT]).any()
    assert _bag(frames[Direction.RIGHT]) != _bag(frames[Direction.UP])


def _shape_places(direction: Direction) -> np.ndarray:
    """Where the shape is in each frame, rolled so that it starts in the corner."""
    frames = draw(_clip(direction))
    # The background is grey.
    is_shape = (frames != frames[..., :1]).any(axis=3)
    first = is_shape[0]
    row = np.flatnonzero(~first.any(axis=1) & np.roll(first.any(axis=1), -1))[0]
    column = np.flatnonzero(~first.any(axis=0) & np.roll(first.any(axis=0), -1))[0]
    return np.roll(is_shape, (-row, -column), axis=(1, 2))


def _bag(frames: np.ndarray) -> set[bytes]:
    return {frame.tobytes() for frame in frames}


def test_the_direction_is_the_way_the_shape_goes() -> None:
    frames = draw(_clip(Direction.DOWN))

    assert (frames[1] == np.roll(frames[0], 8, axis=0)).all()
    assert (frames[4] == frames[0]).all()


def test_the_sampled_picture_says_nothing_of_the_direction() -> None:
    shapes = {_sampled_shape(direction) for direction in Direction}

    # The same cross about the middle, but for two pixels to each side.
    assert len({size for size, _, _ in shapes}) == 1
    assert all(abs(row - 15.5) <= 2 for _, row, _ in shapes)
    assert all(abs(column - 15.5) <= 2 for _, _, column in shapes)


def _sampled_shape(direction: Direction) -> tuple[int, float, float]:
    """Size and middle of the shape in the frame that the spatial branch sees."""
    frame = draw(SyntheticClip(Colour.BLUE, Shape.CROSS, direction, 1))[2]
    rows, columns = np.nonzero((frame != frame[..., :1]).any(axis=2))
    return len(rows), float(rows.mean()), float(columns.mean())


def test_clips_of_other_seeds_are_other_pictures() -> None:
    pictures = {
        draw(SyntheticClip(Colour.BLUE, Shape.DISC, Direction.UP, seed))[2].tobytes()
        for seed in range(30)
    }

    assert len(pictures) == 30


def test_shapes_and_colours_differ_in_one_frame() -> None:
    masks = set()
    for shape in Shape:
        frame = draw(SyntheticClip(Colour.RED, shape, Direction.UP))[0].astype(int)
        masks.add(int((frame[..., 0] - frame[..., 1] > 100).sum()))

    assert len(masks) == len(Shape)
    assert min(masks) > 40


def test_every_combination_comes_once_for_each_seed() -> None:
    clips = list(every_combination(range(2)))

    assert len(clips) == len(set(clips)) == 4 * 4 * 4 * 2
