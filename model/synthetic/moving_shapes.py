"""Moving shapes whose motion eight evenly drawn frames cannot show.

A shape crosses the picture by a quarter of its width a frame and comes back on the
other side, so it is where it was after four frames. Of a clip of 32 frames the spatial
branch sees every fourth: the same picture eight times, with the shape in the middle.
Which way it goes shows in the frames between. Opposite ways are not asked apart: they
pass through the same places, and telling them by order alone takes longer training than
the ablations' small scale has.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PERIOD = 4
FRAME_COUNT = 32
SIDE = 32

_SPREAD = 5.5
_DARK = 30


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"


class Shape(StrEnum):
    SQUARE = "square"
    DISC = "disc"
    CROSS = "cross"
    BAR = "bar"


class Direction(StrEnum):
    RIGHT = "right"
    DOWN = "down"
    FALLING = "falling"
    RISING = "rising"


_RGB = {
    Colour.RED: (225, 45, 40),
    Colour.GREEN: (40, 190, 70),
    Colour.BLUE: (50, 80, 230),
    Colour.YELLOW: (235, 215, 50),
}
_STEPS = {
    Direction.RIGHT: (0, 1),
    Direction.DOWN: (1, 0),
    Direction.FALLING: (1, 1),
    Direction.RISING: (-1, 1),
}


class SyntheticClip(NamedTuple):
    """What is seen, and the seed of the background and of the exact place."""

    colour: Colour
    shape: Shape
    direction: Direction
    seed: int = 0

    @property
    def name(self) -> str:
        return f"{self.colour}-{self.shape}-{self.direction}-{self.seed}"


def draw(clip: SyntheticClip, side: int = SIDE) -> NDArray[np.uint8]:
    """All frames: (frames, side, side, 3).

    Args:
        clip: What to draw.
        side: Of the picture, in pixels; a multiple of the period.
    """
    rng = np.random.default_rng(list(f"{clip.name}/{side}".encode()))
    still = rng.integers(_DARK, 2 * _DARK, (side, side, 1), dtype=np.uint8)
    still = np.repeat(still, 3, axis=2)
    still[_mask(clip.shape, side)] = _RGB[clip.colour]
    # A little off the middle, differently in each clip.
    still = np.roll(still, rng.integers(-2, 3, 2), axis=(0, 1))
    down, right = _STEPS[clip.direction]
    step = side // PERIOD
    # In the frames that are drawn evenly, the third of each four, it is in the middle.
    moves = [step * (t - PERIOD // 2) for t in range(PERIOD)]
    frames = [np.roll(still, (down * m, right * m), axis=(0, 1)) for m in moves]
    return np.stack([frames[t % PERIOD] for t in range(FRAME_COUNT)])


def every_combination(seeds: range) -> Iterator[SyntheticClip]:
    """Each colour, shape and direction once for each seed."""
    for seed, colour, shape, direction in product(seeds, Colour, Shape, Direction):
        yield SyntheticClip(colour, shape, direction, seed)


def _mask(shape: Shape, side: int) -> NDArray[np.bool_]:
    """Where the shape is, around the middle; about a tenth of the picture."""
    unit = side / SIDE
    rows, columns = np.indices((side, side)) - (side - 1) / 2
    y, x = np.abs(rows) / unit, np.abs(columns) / unit
    if shape is Shape.SQUARE:
        return np.maximum(x, y) < _SPREAD
    if shape is Shape.DISC:
        return x**2 + y**2 < (_SPREAD * 1.15) ** 2
    if shape is Shape.CROSS:
        return (np.minimum(x, y) < _SPREAD / 3) & (np.maximum(x, y) < _SPREAD * 1.5)
    return (x < _SPREAD / 2.5) & (y < _SPREAD * 1.8)
