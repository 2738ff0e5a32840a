"""A chain of dominoes runs beautifully and stops one short of the bell."""

import math

from demo import sound
from demo.canvas import Canvas, Colour, faded, ink, mixed
from demo.motion import moved, progress, smooth, turned
from demo.scene import Scene

WALL, WALL_LOW = ink("29406b"), ink("456396")
TABLE, TABLE_LOW, TABLE_EDGE = ink("e4c79d"), ink("caa572"), ink("a97f4d")
BRASS, BRASS_LIT, BRASS_DARK = ink("d9a83b"), ink("f6d988"), ink("a0761f")
PIP, BLACK, WHITE = ink("ffffff"), ink("1b1a20"), ink("ffffff")
TABLE_TOP, STAND = 224.0, 290.0
COUNT, FIRST_X, SPACING = 12, 30.0, 30.0
TALL, WIDE = 84.0, 13.0
DEPTH = (7.0, -9.0)
"""Where the far side of a tile lies behind its near one."""
PUSH, STEP = 0.9, 0.19
FALL = 0.34
"""Seconds from the touch that starts a domino to its rest."""
LEAN = math.acos(WIDE / SPACING)
"""A fallen tile lies on the next one, which lies as it does."""
LAST_X = FIRST_X + COUNT * SPACING + TALL + 2 * WIDE + 5
"""The one that stays: out of reach by a fingernail."""
BELL_X = LAST_X + 66
BRUSH = PUSH + STEP * COUNT + FALL
HOPE, HOPE_END = 5.4, 6.4


def _background(canvas: Canvas) -> None:
    canvas.gradient(WALL, WALL_LOW, (0, 0), (640, TABLE_TOP))
    for step in range(9):
        x, code = 36 + 71 * step, ("f2c14e", "ef7b6c", "8ecfc0", "f4f1e6")[step % 4]
        drop = 30 + 16 * math.sin((step + 0.5) / 9 * math.pi)
        flag = [(x - 26, drop), (x + 26, drop), (x, drop + 42)]
        canvas.polygon(flag, ink(code))
    line = [(x, 30 + 16 * math.sin(x / 640 * math.pi)) for x in range(0, 641, 16)]
    canvas.line(line, ink("f4f1e6"), 2)
    canvas.gradient(TABLE, TABLE_LOW, (0, TABLE_TOP), (640, 336))
    canvas.box((0, 336), (640, 360), TABLE_EDGE)
    for y, x in ((254, 40), (270, 300), (312, 120), (322, 420), (262, 520)):
        canvas.line([(x, y), (x + 130, y)], faded(TABLE_EDGE, 0.35), 1.5)


def _foreground(canvas: Canvas, time: float) -> None:
    _bell(canvas)
    for number in range(COUNT, -1, -1):
        x = FIRST_X + number * SPACING
        _domino(canvas, x, _angle(number, time), _colour(number))
    _domino(canvas, LAST_X, _last_angle(time), _colour(COUNT + 1))
    _finger(canvas, time)
    if time > HOPE_END:
        canvas.text((LAST_X, 168), "...", 34, WHITE)


def _colour(number: int) -> Colour:
    """Along the chain from red over yellow and green to violet."""
    stops = [
        ink(code)
        for code in ("e2574c", "f0a13a", "efd04d", "62b36f", "4a8fd0", "8a63b8")
    ]
    at = number / (COUNT + 1) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    return mixed(stops[low], stops[low + 1], at - low)


def _angle(number: int, time: float) -> float:
    """How far a domino of the chain leans, in radians; a fall speeds up."""
    start = PUSH + STEP * number
    lean = LEAN if number < COUNT else math.pi / 2
    return lean * progress(time, start, start + FALL) ** 2


def _last_angle(time: float) -> float:
    """The survivor sways when it is brushed, and once more out of spite."""
    if time < BRUSH:
        return 0.0
    sway = 0.17 * math.sin((time - BRUSH) * 9) * math.exp(-2.1 * (time - BRUSH))
    hope = progress(time, HOPE, HOPE_END)
    return sway + 0.21 * math.sin(smooth(hope) * math.pi)


def _domino(canvas: Canvas, x: float, angle: float, colour: Colour) -> None:
    """A tile that turns about its lower right corner, its side in shadow."""
    pivot = (x + WIDE, STAND)
    shadow = 20 + 38 * math.sin(angle)
    canvas.oval((x + shadow * 0.9, STAND + 2), (shadow * 0.8, 4), faded(BLACK, 0.16))
    upright = ((-WIDE, 0), (-WIDE, -TALL), (0, -TALL), (0, 0))
    face = moved(turned(upright, angle), pivot)
    lit, dim = mixed(colour, WHITE, 0.45), mixed(colour, BLACK, 0.38)
    back, end = mixed(dim, lit, math.sin(angle)), mixed(lit, dim, math.sin(angle))
    for edge, shade in enumerate((back, end, dim, dim)):
        side = (face[edge], face[(edge + 1) % 4])
        canvas.polygon((*side, *moved(side[::-1], DEPTH)), shade)
    canvas.polygon(face, colour)
    for height in (-14, -28, -56, -70):
        canvas.disc(moved(turned([(-WIDE / 2, height)], angle), pivot)[0], 2.3, PIP)
    middle = turned([(-WIDE + 1, -TALL / 2), (-1, -TALL / 2)], angle)
    canvas.line(moved(middle, pivot), faded(PIP, 0.8), 1)


def _bell(canvas: Canvas) -> None:
    """A desk bell with a note beside it, forever silent."""
    canvas.oval((BELL_X, STAND + 3), (32, 6), faded(BLACK, 0.2))
    canvas.box((BELL_X - 27, STAND - 7), (BELL_X + 27, STAND + 2), BLACK, 3)
    dome = [(BELL_X - 23, STAND - 7), (BELL_X - 20, STAND - 24), (BELL_X, STAND - 35),
            (BELL_X + 20, STAND - 24), (BELL_X + 23, STAND - 7)]  # fmt: skip
    canvas.polygon(dome, BRASS)
    canvas.oval((BELL_X, STAND - 22), (20, 13), BRASS)
    canvas.oval((BELL_X - 8, STAND - 24), (5, 7), BRASS_LIT)
    canvas.line([(BELL_X - 22, STAND - 8), (BELL_X + 22, STAND - 8)], BRASS_DARK, 2)
    canvas.box((BELL_X - 2, STAND - 40), (BELL_X + 2, STAND - 33), BRASS_DARK)
    canvas.disc((BELL_X, STAND - 41), 4, BRASS_LIT)


def _finger(canvas: Canvas, time: float) -> None:
    """The hand that starts it and then leaves."""
    reach = smooth(progress(time, 0.1, PUSH)) * (1 - smooth(progress(time, 1.2, 1.9)))
    x, y = -106 + 122 * reach, STAND - TALL + 12
    skin, nail = ink("e8b48c"), ink("f7d9c0")
    canvas.box((x - 120, y - 20), (x - 52, y + 42), ink("f4f1e6"), 6)
    canvas.box((x - 66, y - 12), (x - 18, y + 34), skin, 15)
    canvas.line([(x - 34, y), (x - 1, y + 1)], skin, 15)
    canvas.oval((x + 1, y - 2), (4, 3), nail)
    for knuckle in (11, 22):
        canvas.arc((x - 24, y + knuckle), (9, 6), (-70, 70), ink("c98f66"), 2)


def _sound() -> bytes:
    """A click for each tile, rising along the chain, and a little disappointment."""
    clicks = [
        sound.Note(PUSH + STEP * n + FALL * 0.62, 494 * 2 ** (n / 12), 0.09, 0.5)
        for n in range(COUNT)
    ]
    sigh = [
        sound.Note(HOPE + 0.25 + 0.32 * n, pitch, 0.5, 0.35)
        for n, pitch in enumerate((392.0, 370.0, 311.1))
    ]
    return sound.track([*clicks, sound.Note(BRUSH, 260.0, 0.05, 0.4), *sigh], 7.5)


SCENE = Scene(640, 360, 7.5, _background, _foreground, _sound)
