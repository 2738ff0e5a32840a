"""Synthetic clips show colour and shape in any frame, and motion only in all."""

import numpy as np
import pytest

from corpus.media.frame_indices import uniform_indices
from model.synthetic.moving_shapes import (
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


def test_the_frames_between_tell_each_direction_from_the_others() -> None:
    places = {}
    for direction in Direction:
        frames = draw(_clip(direction))[:4]
        middle = _middle(frames[2])
        places[direction] = frozenset(
            tuple(np.round((_middle(frame) - middle) % 32).astype(int) % 32)
            for frame in frames
        )

    assert all(len(found) == 4 for found in places.values())
    assert len(set(places.values())) == len(Direction)


def _middle(frame: np.ndarray) -> np.ndarray:
    """Row and column about which the shape lies, on a picture without edges."""
    is_shape = (frame != frame[..., :1]).any(axis=2)
    angles = np.stack(np.nonzero(is_shape)) * 2 * np.pi / 32
    return np.arctan2(np.sin(angles).sum(1), np.cos(angles).sum(1)) * 32 / (2 * np.pi)


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
        draw(SyntheticClip(Colour.BLUE, Shape.DISC, Direction.RISING, seed))[
            2
        ].tobytes()
        for seed in range(30)
    }

    assert len(pictures) == 30


def test_shapes_and_colours_differ_in_one_frame() -> None:
    masks = set()
    for shape in Shape:
        frame = draw(SyntheticClip(Colour.RED, shape, Direction.RISING))[0].astype(int)
        masks.add(int((frame[..., 0] - frame[..., 1] > 100).sum()))

    assert len(masks) == len(Shape)
    assert min(masks) > 40


def test_every_combination_comes_once_for_each_seed() -> None:
    clips = list(every_combination(range(2)))

    assert len(clips) == len(set(clips)) == 4 * 4 * 4 * 2
