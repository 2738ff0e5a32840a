"""A paper boat rides the gutter into a drain, and something hands it back."""

import math

from demo.canvas import Canvas, faded, ink, mixed
from demo.motion import (
    Point,
    curve,
    lerp,
    moved,
    progress,
    seeded,
    smooth,
    turned,
    value_at,
)
from demo.scene import Scene

WET, WET_DARK = ink("6d7c8a"), ink("566472")
CURB, CURB_LIT, CURB_SEAM = ink("8d98a1"), ink("a9b3ba"), ink("717c86")
WATER, WATER_DEEP, FOAM = ink("4d7f93"), ink("2f596d"), ink("c7dfe4")
ROAD, ROAD_DARK = ink("414b57"), ink("353e49")
PAPER, PAPER_SHADE, PAPER_FOLD = ink("fdfbf3"), ink("dcd9cd"), ink("b9b5a6")
HOLE, IRON, EYE = ink("0f1519"), ink("2b333a"), ink("f2cf4a")
LEAF, SKIN, BLACK = ink("c9772e"), ink("6fa457"), ink("0b0d0f")
BOOT, BOOT_SOLE, DENIM = ink("d24b3e"), ink("a4342c"), ink("3f5578")
COAT, COAT_HEM = ink("f0c53d"), ink("d3a425")
STREAM_TOP, STREAM_LOW = 232.0, 292.0
DRAIN_LEFT, DRAIN_RIGHT = 428.0, 588.0
GONE, EYES_OPEN, BLINK, RETURNED, JOY = 3.3, 4.0, 4.55, 5.0, 5.7
# Where the boat is along the gutter; it turns back at the edge of the drain once.
BOAT_X = (
    (0.0, 44.0), (1.5, 270.0), (2.3, 404.0), (2.6, 392.0), (GONE, 500.0),
    (RETURNED, 508.0), (5.7, 470.0), (6.3, 450.0), (7.0, 380.0),
)  # fmt: skip
CHANCE = seeded(11)
RAIN = [
    (CHANCE.uniform(-60, 660), CHANCE.uniform(0, 400), CHANCE.uniform(0.7, 1.3))
    for _ in range(110)
]
RINGS = [
    (CHANCE.uniform(0, 640), CHANCE.uniform(304, 356), CHANCE.uniform(0, 1))
    for _ in range(26)
]
STREAKS = [
    (CHANCE.uniform(0, 700), CHANCE.uniform(240, 288), CHANCE.uniform(20, 70))
    for _ in range(34)
]


def _background(canvas: Canvas) -> None:
    canvas.gradient(WET, WET_DARK, (0, 0), (640, 160))
    for row, shift in ((0, 0), (54, 70), (108, 20)):
        canvas.line([(0, row), (640, row)], faded(WET_DARK, 0.9), 2)
        for x in range(shift, 700, 140):
            canvas.line([(x, row), (x + 10, row + 54)], faded(WET_DARK, 0.9), 2)
    for x, y, wide in ((90, 76, 70), (340, 34, 96), (560, 92, 60)):
        canvas.oval((x, y), (wide, 9), ink("8fa3b1", 0.55))
        canvas.oval((x + 8, y - 2), (wide * 0.7, 5), ink("b7c6cf", 0.5))
    canvas.box((0, 160), (640, 174), CURB_LIT)
    canvas.gradient(CURB, CURB_SEAM, (0, 174), (640, STREAM_LOW))
    for x in (70, 230, 390, 626):
        canvas.line([(x, 160), (x + 3, 174), (x + 3, 240)], CURB_SEAM, 2)
    canvas.gradient(ROAD, ROAD_DARK, (0, STREAM_LOW - 6), (640, 360))
    _drain(canvas)


def _drain(canvas: Canvas) -> None:
    canvas.box((DRAIN_LEFT - 10, 166), (DRAIN_RIGHT + 10, 178), IRON, 4)
    canvas.box((DRAIN_LEFT, 178), (DRAIN_RIGHT, 258), HOLE, 8)
    canvas.box((DRAIN_LEFT - 8, 170), (DRAIN_LEFT, 258), IRON, 2)
    canvas.box((DRAIN_RIGHT, 170), (DRAIN_RIGHT + 8, 258), IRON, 2)


def _foreground(canvas: Canvas, time: float) -> None:
    inside = time >= GONE - 0.35
    if inside:
        _boat(canvas, time)
        _hide_what_is_inside(canvas, time)
        _dweller(canvas, time)
    _stream(canvas, time)
    if not inside or time >= RETURNED + 0.25:
        _boat(canvas, time)
        _bow_wave(canvas, time)
    if inside and time < RETURNED + 0.7:
        _hand(canvas, time)
    _owner(canvas, time)
    _leaf(canvas, time)
    _rain(canvas, time)


def _boat_at(time: float) -> Point:
    x = value_at(BOAT_X, time)
    sunk = smooth(progress(time, 2.75, GONE)) * (1 - smooth(progress(time, 5, 5.5)))
    return x, 248 - 26 * sunk + 2.5 * math.sin(time * 7) + 14 * progress(time, 6, 7)


def _boat(canvas: Canvas, time: float) -> None:
    at = _boat_at(time)
    spin = math.sin(progress(time, 2.3, 2.9) * math.pi)
    tilt = 0.09 * math.sin(time * 5) - 0.25 * spin
    facing = 1 - 1.6 * spin if time < RETURNED else 1.0
    size = 1.0 - 0.25 * progress(time, 2.75, GONE) + 0.35 * progress(time, 5, 6.2)
    hull = ((-40, -8), (40, -8), (24, 16), (-24, 16))
    sail = ((-16, -8), (0, -38), (16, -8))
    parts = ((sail, PAPER_SHADE), (hull, PAPER))
    for shape, colour in parts:
        squeezed = [(x * facing, y) for x, y in shape]
        canvas.polygon(moved(turned(squeezed, tilt), at, size), colour)
    for fold in (((-40, -8), (0, 16)), ((40, -8), (0, 16)), ((0, -38), (0, -8))):
        squeezed = [(x * facing, y) for x, y in fold]
        canvas.line(moved(turned(squeezed, tilt), at, size), PAPER_FOLD, 1)


def _hide_what_is_inside(canvas: Canvas, time: float) -> None:
    """Darkness over the opening, thick while the boat is deep inside."""
    dark = smooth(progress(time, GONE - 0.35, GONE + 0.3))
    dark *= 1 - smooth(progress(time, RETURNED - 0.2, RETURNED + 0.3))
    canvas.box((DRAIN_LEFT, 178), (DRAIN_RIGHT, 258), faded(HOLE, dark), 8)


def _dweller(canvas: Canvas, time: float) -> None:
    """Two eyes that open in the drain, look at us, and blink."""
    opened = smooth(progress(time, EYES_OPEN, EYES_OPEN + 0.2))
    shut = 1 - math.sin(progress(time, BLINK, BLINK + 0.25) * math.pi)
    if time < EYES_OPEN:
        return
    look = 4 * math.sin(progress(time, 5.6, 6.4) * math.pi / 2)
    for x in (486, 530):
        canvas.oval((x, 204), (13, 13 * opened * shut), EYE)
        canvas.oval((x - look, 205), (4, 10 * opened * shut), BLACK)
        canvas.disc((x - look + 4, 200), 2.5 * opened * shut, PAPER)


def _hand(canvas: Canvas, time: float) -> None:
    """A small green hand that pushes the boat out again."""
    reach = math.sin(progress(time, RETURNED - 0.15, RETURNED + 0.7) * math.pi)
    if reach <= 0:
        return
    x, y = lerp(592, _boat_at(time)[0] + 50, reach), 236 - 8 * reach
    canvas.line(curve([(584, 250), (578, 222), (x + 18, y - 6), (x, y)]), SKIN, 10)
    for finger in (-9, 0, 9):
        tip = (x - 10, y + finger)
        canvas.line([(x, y), tip], SKIN, 5)
        canvas.disc(tip, 4, SKIN)


def _stream(canvas: Canvas, time: float) -> None:
    top = [
        (
            x,
            STREAM_TOP
            + 14
            + 3 * math.sin(x * 0.035 - time * 9)
            + 1.5 * math.sin(x * 0.09 - time * 5),
        )
        for x in range(0, 650, 10)
    ]
    low = [
        (x, STREAM_LOW + 4 * math.sin(x * 0.02 - time * 3))
        for x in range(640, -10, -10)
    ]
    canvas.polygon([*top, *low], WATER_DEEP)
    canvas.polygon([*top, *((x, y - 14) for x, y in low)], WATER)
    for x, y, length in STREAKS:
        left = (x + time * 210) % 760 - 80
        canvas.line([(left, y), (left + length, y)], faded(FOAM, 0.45), 1.5)


def _bow_wave(canvas: Canvas, time: float) -> None:
    x, y = _boat_at(time)
    for side in (-1, 1):
        canvas.line([(x + side * 12, y + 17), (x + side * 44, y + 13)], FOAM, 2)


def _owner(canvas: Canvas, time: float) -> None:
    """The child on the pavement: still boots, a worried step, then a jump."""
    worried = smooth(progress(time, GONE, GONE + 0.5))
    joy = abs(math.sin((time - 5.7) * 7)) if time > JOY else 0.0
    left = 196 + 150 * smooth(progress(time, 1.2, 2.6)) + 26 * worried
    for x, far in ((left, 0), (left + 40, 6)):
        y = (
            150
            - far
            - 24 * joy
            - 8 * abs(math.sin(progress(time, 1.2, 2.6) * 12 + far))
        )
        canvas.oval((x + 10, 152 - far), (28, 6), faded(BLACK, 0.3))
        canvas.box((x - 8, y - 110), (x + 12, y - 40), DENIM)
        canvas.box((x - 13, y - 52), (x + 17, y), BOOT, 5)
        canvas.box((x - 13, y - 18), (x + 34, y), BOOT, 8)
        canvas.box((x - 13, y - 5), (x + 34, y), BOOT_SOLE, 2)
        canvas.box((x - 15, y - 54), (x + 19, y - 45), BOOT_SOLE, 3)
    hem = 52 - 24 * joy
    coat = ((left - 30, -10), (left + 76, -10), (left + 90, hem), (left - 44, hem))
    canvas.polygon(coat, COAT)
    canvas.polygon((*coat[2:], *moved(coat[3:1:-1], (0, -8))), COAT_HEM)


def _leaf(canvas: Canvas, time: float) -> None:
    """An autumn leaf that overtakes, to show which way the water runs."""
    x = -120 + 150 * time
    spin = 0.5 * math.sin(time * 2.4)
    shape = curve(((-17, 0), (-4, -8), (15, -2), (19, 0), (-2, 7)), closed=True)
    canvas.polygon(moved(turned(shape, spin), (x, 276)), LEAF)
    vein = moved(turned([(-20, 0), (16, -1)], spin), (x, 276))
    canvas.line(vein, mixed(LEAF, BLACK, 0.35), 1)


def _rain(canvas: Canvas, time: float) -> None:
    for x, y, speed in RAIN:
        fall = (y + time * 620 * speed) % 400 - 30
        canvas.line([(x, fall), (x - 5, fall + 22)], ink("dbe7ee", 0.35), 1)
    for x, y, phase in RINGS:
        age = (time * 1.6 + phase) % 1.0
        ring = (3 + 13 * age, 1.2 + 4 * age)
        canvas.ring((x, y), ring, ink("c4d2da", 0.55 * (1 - age)), 1)


SCENE = Scene(640, 360, 7.0, _background, _foreground)
