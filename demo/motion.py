"""Timing for the demo clips: easing, interpolation and poses between keyframes."""

import math
import random
from collections.abc import Sequence

Point = tuple[float, float]
"""A position in output pixels, x to the right and y down."""

Pose = tuple[Point, ...]
"""The joints of a figure, in an order that the figure's scene names."""


def seeded(seed: int) -> random.Random:
    """A private stream of chance, so that a clip is the same at every rendering."""
    return random.Random(seed)  # noqa: S311 - decoration, nothing secret


def progress(time: float, start: float, end: float) -> float:
    """How much of the span from ``start`` to ``end`` has passed, from 0 to 1."""
    return min(1.0, max(0.0, (time - start) / (end - start)))


def smooth(share: float) -> float:
    """Ease in and out: 0 and 1 stay, with no speed at either end."""
    return share * share * (3.0 - 2.0 * share)


def lerp(start: float, end: float, share: float) -> float:
    """The number ``share`` of the way from ``start`` to ``end``."""
    return start + (end - start) * share


def between(start: Point, end: Point, share: float) -> Point:
    """The point ``share`` of the way from ``start`` to ``end``."""
    return lerp(start[0], end[0], share), lerp(start[1], end[1], share)


def hop(start: Point, end: Point, height: float, share: float) -> Point:
    """A thrown body's path from ``start`` to ``end``, ``height`` above their line."""
    x, y = between(start, end, share)
    return x, y - height * 4.0 * share * (1.0 - share)


def turned(points: Sequence[Point], angle: float, about: Point = (0.0, 0.0)) -> Pose:
    """Rotate points clockwise on the screen by ``angle`` radians around a point."""
    cos, sin = math.cos(angle), math.sin(angle)
    return tuple(
        (
            about[0] + (x - about[0]) * cos - (y - about[1]) * sin,
            about[1] + (x - about[0]) * sin + (y - about[1]) * cos,
        )
        for x, y in points
    )


def moved(points: Sequence[Point], by: Point, scale: float = 1.0) -> Pose:
    """Scale points around the origin, then shift them."""
    return tuple((x * scale + by[0], y * scale + by[1]) for x, y in points)


def value_at(keyframes: Sequence[tuple[float, float]], time: float) -> float:
    """One number at a moment: a smooth path that never overshoots its keyframes.

    Two equal neighbours hold still between them. The slope at a keyframe is the
    harmonic mean of its sides where they agree in sign, else 0 (Fritsch and
    Butland, 1984). Outside the keyframes the nearest one holds.
    """
    if time <= keyframes[0][0]:
        return keyframes[0][1]
    if time >= keyframes[-1][0]:
        return keyframes[-1][1]
    later = next(i for i, (moment, _) in enumerate(keyframes) if time < moment)
    (start, low), (end, high) = keyframes[later - 1], keyframes[later]
    span = end - start
    share = (time - start) / span
    rise = smooth(share)
    leaving = share * (1 - share) ** 2 * span * _slope(keyframes, later - 1)
    arriving = -(share**2) * (1 - share) * span * _slope(keyframes, later)
    return low + (high - low) * rise + leaving + arriving


def _slope(keyframes: Sequence[tuple[float, float]], index: int) -> float:
    """The speed at one keyframe, in units a second."""
    if index in (0, len(keyframes) - 1):
        return 0.0
    (t0, v0), (t1, v1), (t2, v2) = keyframes[index - 1 : index + 2]
    before, after = (v1 - v0) / (t1 - t0), (v2 - v1) / (t2 - t1)
    if before * after <= 0:
        return 0.0
    return 2 * before * after / (before + after)


def pose_at(keyframes: Sequence[tuple[float, Pose]], time: float) -> Pose:
    """The pose at a moment: every joint follows its own smooth path.

    Args:
        keyframes: moments in seconds, rising, each with a pose of the same joints.
        time: the moment asked for; outside the keyframes the nearest one holds.
    """
    return tuple(
        (
            value_at([(moment, pose[joint][0]) for moment, pose in keyframes], time),
            value_at([(moment, pose[joint][1]) for moment, pose in keyframes], time),
        )
        for joint in range(len(keyframes[0][1]))
    )


CURVE_STEPS = 7
CURVE_WEIGHTS = tuple(
    (
        0.5 * (-(share**3) + 2 * share**2 - share),
        0.5 * (3 * share**3 - 5 * share**2 + 2),
        0.5 * (-3 * share**3 + 4 * share**2 + share),
        0.5 * (share**3 - share**2),
    )
    for share in (step / CURVE_STEPS for step in range(CURVE_STEPS))
)
"""How four neighbours weigh at each step between the middle two (Catmull-Rom)."""


def curve(points: Sequence[Point], *, closed: bool = False) -> Pose:
    """A smooth line through points, as many short straight ones."""
    if closed:
        knots = (points[-1], *points, *points[:2])
    else:
        knots = (points[0], *points, points[-1])
    line = [
        (
            a * x0 + b * x1 + c * x2 + d * x3,
            a * y0 + b * y1 + c * y2 + d * y3,
        )
        for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in zip(
            knots, knots[1:], knots[2:], knots[3:], strict=False
        )
        for a, b, c, d in CURVE_WEIGHTS
    ]
    return tuple(line) if closed else (*line, points[-1])
