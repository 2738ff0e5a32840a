"""A day and a night of sourdough: it climbs past the band and takes the lid along."""

import math

from demo.canvas import Canvas, faded, ink, mixed
from demo.motion import curve, lerp, moved, progress, seeded, smooth, turned, value_at
from demo.scene import Scene

WALL, WALL_LOW = ink("f4dfd0"), ink("e6c3ad")
FRAME, SILL, SILL_EDGE = ink("fffaf2"), ink("d8b48c"), ink("b88d62")
DAY_TOP, DAY_LOW = ink("7fb9e6"), ink("d8eef5")
DUSK_TOP, DUSK_LOW = ink("5b5f9e"), ink("f4a072")
NIGHT_TOP, NIGHT_LOW = ink("0e1738"), ink("26346a")
DOUGH, DOUGH_DARK, HOLE = ink("f3e3c3"), ink("dcc497"), ink("c8aa78")
GLASS, SHINE, BAND = ink("cfe4e4", 0.35), ink("ffffff", 0.75), ink("cf4436")
LID, LID_DARK, BLACK = ink("b9bec4"), ink("8d949b"), ink("2a2320")
JAR_LEFT, JAR_RIGHT, JAR_TOP, JAR_LOW = 112.0, 248.0, 308.0, 552.0
BAND_Y = 470.0
POP, DOWN, END = 5.5, 6.1, 7.0
# The surface of the dough: it breathes a little, then makes up its mind.
LEVEL = (
    (0.0, 492.0), (0.6, 490.0), (1.6, 462.0), (2.4, 430.0), (3.2, 390.0),
    (4.2, 344.0), (5.0, 316.0), (POP, 302.0), (5.9, 284.0), (END, 268.0),
)  # fmt: skip
HOURS = ((0.0, 9.0), (POP, 31.6), (END, 32.4))
"""The hour of day, past 24 for the next morning."""
CHANCE = seeded(23)
BUBBLES = [
    (
        CHANCE.uniform(JAR_LEFT + 16, JAR_RIGHT - 16),
        CHANCE.uniform(0.06, 0.95),
        CHANCE.uniform(2.0, 6.5),
        CHANCE.uniform(0.0, math.tau),
    )
    for _ in range(46)
]
STARS = [(CHANCE.uniform(50, 310), CHANCE.uniform(40, 230)) for _ in range(40)]


def _background(canvas: Canvas) -> None:
    canvas.gradient(WALL, WALL_LOW, (0, 0), (360, 640))
    canvas.box((0, 556), (360, 582), SILL)
    canvas.box((0, 578), (360, 590), SILL_EDGE)
    canvas.box((24, 600), (60, 640), ink("c99d86", 0.5))


def _foreground(canvas: Canvas, time: float) -> None:
    hour = value_at(HOURS, time) % 24
    _window(canvas, hour, time)
    _plant(canvas, time)
    _clock(canvas, value_at(HOURS, time))
    _dough(canvas, time)
    _jar(canvas)
    _spill(canvas, time)
    _lid(canvas, time)
    _night_in_the_room(canvas, hour)


def _light(hour: float) -> tuple[float, float]:
    """How much of dusk (or dawn) and of night there is, from 0 to 1 each."""
    dusk = smooth(progress(hour, 16.5, 18.5)) - smooth(progress(hour, 19.0, 21.0))
    dawn = smooth(progress(hour, 4.0, 6.0)) - smooth(progress(hour, 6.5, 8.0))
    night = smooth(progress(hour, 18.5, 21.0)) + 1 - smooth(progress(hour, 4.0, 6.5))
    return max(dusk, dawn), min(1.0, night)


def _window(canvas: Canvas, hour: float, time: float) -> None:
    glow, night = _light(hour)
    top = mixed(mixed(DAY_TOP, NIGHT_TOP, night), DUSK_TOP, glow)
    low = mixed(mixed(DAY_LOW, NIGHT_LOW, night), DUSK_LOW, glow)
    canvas.box((36, 26), (324, 556), FRAME, 6)
    canvas.gradient(top, low, (48, 38), (312, 556))
    for x, y in STARS:
        canvas.disc((x, y), 1.1, faded(FRAME, night))
    _heavens(canvas, hour)
    hills = curve([(48, 420), (110, 380), (190, 424), (250, 388), (312, 412)])
    green = mixed(ink("6fa06a"), ink("1b2a45"), night)
    canvas.polygon([*hills, (312, 556), (48, 556)], mixed(green, DUSK_TOP, glow * 0.5))
    for x, wide in ((80, 40), (240, 56)):
        drift = (x + time * 60) % 420 - 60
        if 48 + wide < drift < 312 - wide:
            canvas.oval((drift, 120 + wide), (wide, 9), faded(FRAME, 0.6 - 0.5 * night))
    canvas.box((175, 38), (185, 556), FRAME)
    canvas.box((48, 226), (312, 236), FRAME)


def _heavens(canvas: Canvas, hour: float) -> None:
    """Sun by day, moon by night, each on its own arc across the panes."""
    for rise, colour, halo in ((6.0, ink("ffdf6b"), 60), (18.0, ink("f1efe2"), 40)):
        share = ((hour - rise) % 24) / 12
        if share >= 1:
            continue
        at = (lerp(70, 290, share), 320 - 230 * math.sin(share * math.pi))
        canvas.glow(at, halo, faded(colour, 0.6))
        canvas.disc(at, 16, colour)


def _plant(canvas: Canvas, time: float) -> None:
    """A basil on the sill; it leans after the light."""
    sway = 0.1 * math.sin(time * 1.8)
    canvas.polygon([(268, 520), (318, 520), (310, 556), (276, 556)], ink("b5654a"))
    for lean, reach in ((-0.8, 38), (-0.3, 54), (0.25, 52), (0.75, 38)):
        leaf = curve(
            [(0, 0), (-11, -reach * 0.6), (0, -reach), (11, -reach * 0.6)], closed=True
        )
        canvas.polygon(moved(turned(leaf, lean + sway), (293, 522)), ink("4f8a4c"))


def _clock(canvas: Canvas, hours: float) -> None:
    at = (66.0, 606.0)
    canvas.disc(at, 27, BLACK)
    canvas.disc(at, 24, FRAME)
    for turn, reach, width in ((hours / 12, 12, 4.0), (hours, 19, 2.5)):
        angle = turn * math.tau
        tip = (at[0] + reach * math.sin(angle), at[1] - reach * math.cos(angle))
        canvas.line([at, tip], BLACK, width)
    canvas.disc(at, 2.5, BAND)


def _surface(time: float) -> float:
    return value_at(LEVEL, time) + 2.0 * math.sin(time * 5)


def _dough(canvas: Canvas, time: float) -> None:
    top = _surface(time)
    inside = max(top, JAR_TOP + 4)
    canvas.box((JAR_LEFT + 5, inside), (JAR_RIGHT - 5, JAR_LOW - 4), DOUGH, 12)
    dome = [
        (JAR_LEFT + 5, inside + 14), (JAR_LEFT + 12, inside - 2), (150, inside - 9),
        (180, inside - 12), (212, inside - 8), (JAR_RIGHT - 12, inside - 2),
        (JAR_RIGHT - 5, inside + 14),
    ]  # fmt: skip
    canvas.polygon(curve(dome), DOUGH)
    for x, depth, size, phase in BUBBLES:
        y = lerp(inside + 6, JAR_LOW - 14, depth)
        grown = size * (0.4 + 0.6 * progress(time, 0.3, 4.5))
        grown *= 0.85 + 0.15 * math.sin(time * 6 + phase)
        canvas.oval((x, y), (grown, grown * 0.85), HOLE)
        canvas.oval((x + 0.6, y + 0.6), (grown * 0.7, grown * 0.6), DOUGH_DARK)


def _jar(canvas: Canvas) -> None:
    canvas.box((JAR_LEFT, JAR_TOP), (JAR_RIGHT, JAR_LOW), GLASS, 16)
    canvas.box((JAR_LEFT - 3, JAR_TOP - 2), (JAR_RIGHT + 3, JAR_TOP + 12), GLASS, 5)
    canvas.box((JAR_LEFT - 1, BAND_Y), (JAR_RIGHT + 1, BAND_Y + 8), BAND, 2)
    canvas.line(
        [(JAR_LEFT + 14, JAR_TOP + 26), (JAR_LEFT + 14, JAR_LOW - 40)], SHINE, 5
    )
    canvas.line(
        [(JAR_RIGHT - 12, JAR_TOP + 40), (JAR_RIGHT - 12, JAR_TOP + 90)], SHINE, 3
    )
    canvas.box((146, 484), (226, 522), FRAME, 3)
    canvas.text((186, 503), "GERALD", 16, BLACK)


def _spill(canvas: Canvas, time: float) -> None:
    """What no longer fits swells over the rim and runs down the glass."""
    over = smooth(progress(time, POP - 0.1, END))
    if not over:
        return
    crown = JAR_TOP - 44 * over
    left, right = JAR_LEFT - 16 * over, JAR_RIGHT + 16 * over
    mound = [
        (JAR_LEFT + 8, JAR_TOP + 16), (left, JAR_TOP + 6), (left + 14, crown + 14),
        (160, crown), (200, crown - 4), (right - 14, crown + 12), (right, JAR_TOP + 6),
        (JAR_RIGHT - 8, JAR_TOP + 16),
    ]  # fmt: skip
    canvas.polygon(curve(mound, closed=True), DOUGH)
    for x, reach in ((JAR_LEFT + 2, 96), (JAR_RIGHT - 6, 60), (JAR_LEFT + 30, 36)):
        canvas.line([(x, JAR_TOP + 4), (x, JAR_TOP + 6 + reach * over)], DOUGH, 15)
    for x, y in ((150, 20), (186, 30), (214, 16)):
        canvas.arc((x, crown + y), (8, 5), (200, 340), DOUGH_DARK, 2)


def _lid(canvas: Canvas, time: float) -> None:
    """The loose lid rattles, rides up, and leaves."""
    gone = progress(time, POP, DOWN)
    rattle = 0.05 * math.sin(time * 40) * progress(time, 4.4, POP) * (not gone)
    lift = 5 * progress(time, 4.7, POP)
    x = lerp(180, 300, gone)
    y = JAR_TOP - 6 - lift - 420 * gone * (1 - gone) + 254 * gone**2
    angle = rattle + lerp(0, 2.9, gone)
    for shape, colour in (
        (((-74, -9), (74, -9), (74, 9), (-74, 9)), LID),
        (((-74, 3), (74, 3), (74, 9), (-74, 9)), LID_DARK),
    ):
        canvas.polygon(moved(turned(shape, angle), (x, y)), colour)


def _night_in_the_room(canvas: Canvas, hour: float) -> None:
    glow, night = _light(hour)
    canvas.shade(mixed(ink("101a3c", 0.5 * night), ink("d9713c", 0.18), glow))


SCENE = Scene(360, 640, END, _background, _foreground)
