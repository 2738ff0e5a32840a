"""A pancake turns in the air, comes down on the rim, and finds another taker."""

import math

from demo.canvas import Canvas, faded, ink, mixed
from demo.motion import (
    Point,
    Pose,
    curve,
    hop,
    lerp,
    moved,
    progress,
    smooth,
    turned,
    value_at,
)
from demo.scene import Scene

TILE, GROUT = ink("d7e7e3"), ink("eef6f3")
COUNTER, COUNTER_EDGE = ink("8f6a52"), ink("73523d")
STOVE, STOVE_LIT, KNOB = ink("3b4148"), ink("565e67"), ink("d9dde0")
IRON, IRON_LIT, GRIP = ink("2a2d31"), ink("4a4f55"), ink("7a4a30")
BATTER, BROWNED, EDGE = ink("f3cd84"), ink("c98a3f"), ink("e3b364")
BUTTER, FLAME = ink("ffe98a"), ink("5aa9f0")
DOG, DOG_DARK, DOG_PALE = ink("b8895a"), ink("8b6238"), ink("efdcc0")
MITT, MITT_DARK = ink("d65f52"), ink("eadfc9")
BLACK, WHITE, TONGUE = ink("241c18"), ink("ffffff"), ink("e5798a")
BROAD = 50.0
"""Half a pancake that is neither edge-on nor folded, in pixels."""
PAN: Point = (174, 420)
DIP, TOSS, LAND, TIP, CAUGHT, GULP = 1.3, 1.75, 3.35, 4.3, 5.0, 5.25
RIM: Point = (266, 404)
MOUTH: Point = (300, 548)
DOG_X = MOUTH[0]
PAN_DROP = (
    (0.0, 0.0), (1.0, 0.0), (DIP, 26.0), (TOSS, -34.0), (2.2, 6.0), (2.6, 0.0),
    (3.1, -8.0), (LAND, -4.0), (3.5, 16.0), (3.8, 4.0), (6.5, 0.0),
)  # fmt: skip
PAN_TILT = (
    (0.0, 0.0), (1.0, 0.0), (DIP, 0.1), (TOSS, -0.17), (2.3, 0.0), (LAND, 0.02),
    (3.5, 0.12), (4.0, 0.05), (6.5, 0.0),
)  # fmt: skip
DOG_RISE = (
    (0.0, 250.0), (0.5, 250.0), (1.1, 96.0), (1.7, 96.0), (3.4, 90.0),
    (4.2, 84.0), (4.8, 14.0), (CAUGHT, 0.0), (5.3, 22.0), (6.5, 26.0),
)  # fmt: skip


def _background(canvas: Canvas) -> None:
    canvas.box((0, 0), (360, 452), TILE)
    for y in range(0, 460, 56):
        canvas.line([(0, y), (360, y)], GROUT, 3)
        for x in range(28 if y % 112 else 0, 400, 72):
            canvas.line([(x, y), (x, y + 56)], GROUT, 3)
    canvas.box((0, 64), (360, 72), ink("9aa6a8"), 3)
    for x, length, code in (
        (48, 92, "b7624d"),
        (92, 74, "7d8f6b"),
        (132, 84, "c9a24e"),
    ):
        canvas.line([(x, 70), (x, 70 + length * 0.55)], ink("a58463"), 5)
        canvas.oval((x, 70 + length * 0.8), (12, 19), ink(code))
    canvas.box((0, 448), (360, 470), COUNTER)
    canvas.box((0, 466), (360, 640), COUNTER_EDGE)
    canvas.box((20, 456), (268, 640), STOVE, 10)
    canvas.box((20, 456), (268, 472), STOVE_LIT, 6)
    canvas.box((48, 524), (240, 628), ink("1e2226"), 8)
    canvas.box((60, 536), (228, 616), ink("4a2f22"), 6)
    canvas.glow((144, 590), 90, ink("e08a3c", 0.6))
    for x in (60, 100, 188, 228):
        canvas.disc((x, 498), 10, KNOB)
        canvas.line([(x, 498), (x + 3, 490)], STOVE, 2)


def _foreground(canvas: Canvas, time: float) -> None:
    _flames(canvas, time)
    drop, tilt = value_at(PAN_DROP, time), value_at(PAN_TILT, time)
    behind = time >= LAND
    if behind and time < TIP:
        _pancake(canvas, time)
    _pan_back(canvas, drop, tilt)
    if not behind:
        _pancake(canvas, time)
    _pan_front(canvas, drop, tilt)
    if LAND <= time < TIP:
        _pancake(canvas, time)
    _dog(canvas, time)
    if TIP <= time < GULP:
        _pancake(canvas, time)
        _jaw(canvas, time)
    if time < DIP:
        _steam(canvas, time)


def _flames(canvas: Canvas, time: float) -> None:
    for step in range(9):
        x = 110 + step * 16
        high = 9 + 4 * math.sin(time * 17 + step * 2.1)
        canvas.polygon(
            curve([(x - 5, 456), (x, 456 - high), (x + 5, 456)], closed=True), FLAME
        )


def _pan_part(shape: Pose, drop: float, tilt: float) -> Pose:
    return moved(turned(shape, tilt), (PAN[0], PAN[1] + drop))


def _pan_back(canvas: Canvas, drop: float, tilt: float) -> None:
    """The held handle, and the inside of the pan seen a little from above."""
    handle = _pan_part(((-88, 2), (-120, -4), (-168, -12), (-240, 30)), drop, tilt)
    canvas.line(handle[2:], MITT_DARK, 44)
    canvas.line(handle[:2], IRON_LIT, 12)
    canvas.line(handle[1:3], GRIP, 17)
    canvas.disc(handle[2], 25, MITT)
    canvas.line(moved(handle[2:0:-1], (2, -11), 1.0), MITT, 15)
    for dot in ((-8, -6), (6, 4), (-4, 12)):
        canvas.disc((handle[2][0] + dot[0], handle[2][1] + dot[1]), 3, WHITE)
    inside = [(92 * math.cos(a / 12), 15 * math.sin(a / 12)) for a in range(76)]
    canvas.polygon(_pan_part(tuple(inside), drop, tilt), IRON_LIT)


def _pan_front(canvas: Canvas, drop: float, tilt: float) -> None:
    rim = [(92 * math.cos(a / 12), 15 * math.sin(a / 12)) for a in range(38)]
    body = _pan_part((*rim, (-80, 22), (-66, 34), (66, 34), (80, 22)), drop, tilt)
    canvas.polygon(body, IRON)
    canvas.line(_pan_part(tuple(rim), drop, tilt), IRON_LIT, 2)


def _pancake(canvas: Canvas, time: float) -> None:
    """Flat in the pan, spinning in the air, folded on the rim, then falling."""
    if time < TOSS:
        drop, tilt = value_at(PAN_DROP, time), value_at(PAN_TILT, time)
        _disc(canvas, (PAN[0], PAN[1] + drop - 1), (68, 10), tilt)
    elif time < LAND:
        share = progress(time, TOSS, LAND)
        at = hop((PAN[0], PAN[1] - 40), RIM, 320, share)
        _disc(canvas, at, (66, _breadth(share)), 0.2 * math.sin(share * 9))
    elif time < TIP:
        _folded(canvas, time)
    else:
        share = progress(time, TIP, CAUGHT)
        at = hop((290, 424), MOUTH, 16, share**1.4)
        squeeze = 1 - smooth(progress(time, CAUGHT, GULP))
        _disc(canvas, at, (46 * squeeze, 15), lerp(1.2, 0.15, share))


def _breadth(share: float) -> float:
    """How far the spinning pancake faces us; negative shows the browned side."""
    return 58 * math.sin(share * math.pi * 5)


def _disc(canvas: Canvas, at: Point, radii: Point, angle: float) -> None:
    wide, high = radii
    steps = [step * math.tau / 40 for step in range(40)]
    thick = 7 if abs(high) < BROAD else 4
    face = EDGE if high > 0 else BROWNED
    for shift, colour in ((thick, mixed(EDGE, BROWNED, 0.4)), (0, face)):
        outline = [(wide * math.cos(a), high * math.sin(a) + shift) for a in steps]
        canvas.polygon(moved(turned(outline, angle), at), colour)
    centre = [(wide * 0.8 * math.cos(a), high * 0.8 * math.sin(a)) for a in steps]
    inner = BATTER if high > 0 else mixed(BROWNED, ink("7d4d1c"), 0.35)
    canvas.polygon(moved(turned(centre, angle), at), inner)
    pat = [(13, -4), (-6, -4), (-9, 3), (10, 3)]
    if high > 0 and wide > BROAD:
        canvas.polygon(moved(turned(pat, angle), at), BUTTER)


def _folded(canvas: Canvas, time: float) -> None:
    """Draped over the rim, the outer half ever longer until it slips off."""
    slid = smooth(progress(time, LAND + 0.3, TIP))
    x, y = RIM[0] - 4, RIM[1] + value_at(PAN_DROP, time) + 4
    flop = 7 * math.sin((time - LAND) * 16) * math.exp(-3 * (time - LAND))
    inner, outer = 60 * (1 - slid), 46 + 34 * slid
    lying = [(x + 16, y - 11), (x - inner * 0.6, y - 3), (x - inner, y + 6), (x, y + 8)]
    flap = [
        (x - 16, y - 8), (x + 6, y - 13), (x + 24, y), (x + 30 + flop, y + outer * 0.6),
        (x + 14 + flop, y + outer), (x - 8 + flop, y + outer * 0.72), (x - 12, y + 14),
    ]  # fmt: skip
    for shape in (lying, flap):
        outline = curve(shape, closed=True)
        canvas.polygon(moved(outline, (-1, 5)), mixed(EDGE, BROWNED, 0.6))
        canvas.polygon(outline, EDGE)
    canvas.polygon(
        moved(curve(flap, closed=True), (x * 0.28 + 2, y * 0.28), 0.72), BATTER
    )


def _steam(canvas: Canvas, time: float) -> None:
    for step in range(3):
        x = 140 + 34 * step
        rise = (time * 0.6 + step * 0.37) % 1.0
        top = 400 - 70 * rise
        wisp = [(x + 5 * math.sin(time * 3 + step + k), top - 13 * k) for k in range(4)]
        canvas.line(curve(wisp), faded(WHITE, 0.7 * (1 - rise)), 4)


def _dog(canvas: Canvas, time: float) -> None:
    """A dog at the counter who has seen this before."""
    x, y = DOG_X, 556 + value_at(DOG_RISE, time)
    happy = time >= GULP
    chew = 3 * math.sin(time * 18) if happy else 0.0
    canvas.oval((x + 4, y + 112), (54, 100), DOG)
    canvas.oval((x, y + 96), (28, 66), DOG_PALE)
    for side in (-1, 1):
        ear = [(side * 22, -42), (side * 44, -50), (side * 54, -10), (side * 36, 2)]
        canvas.polygon(moved(curve(ear, closed=True), (x, y)), DOG_DARK)
    canvas.oval((x, y - 22), (38, 36), DOG)
    canvas.oval((x, y - 44), (9, 16), DOG_PALE)
    canvas.oval((x, y + 2 + chew), (27, 22), DOG_PALE)
    canvas.oval((x, y - 11), (9, 6.5), BLACK)
    canvas.line([(x, y - 6), (x, y + 4 + chew)], BLACK, 1.5)
    _gaze(canvas, (x, y), time)
    if happy:
        canvas.arc((x, y + 1 + chew), (13, 9), (10, 170), BLACK, 2)
        canvas.oval((x + 5, y + 14 + chew), (6, 8), TONGUE)


def _gaze(canvas: Canvas, at: Point, time: float) -> None:
    """The eyes follow the pancake, and close when it is gone."""
    x, y = at
    high = progress(time, TOSS, 2.5) - progress(time, 2.7, LAND)
    for side in (-1, 1):
        eye = (x + side * 17, y - 29)
        if time >= GULP:
            canvas.arc((eye[0], eye[1] + 2), (6, 6), (190, 350), BLACK, 2.5)
        else:
            canvas.disc(eye, 7.5, WHITE)
            canvas.disc((eye[0] - 2.5, eye[1] - 3 * high), 4.2, BLACK)
            canvas.disc((eye[0] - 4, eye[1] - 3 * high - 1.5), 1.3, WHITE)


def _jaw(canvas: Canvas, time: float) -> None:
    """The open mouth, under the pancake until it shuts."""
    open_wide = smooth(progress(time, TIP, CAUGHT - 0.1))
    open_wide *= 1 - smooth(progress(time, CAUGHT, GULP))
    y = 556 + value_at(DOG_RISE, time)
    canvas.oval((DOG_X, y + 14), (17, 13 * open_wide), BLACK)
    canvas.oval((DOG_X, y + 20), (10, 6 * open_wide), TONGUE)
    if time >= CAUGHT - 0.1:
        canvas.oval((DOG_X, y + 4), (30, 9), BATTER)


SCENE = Scene(360, 640, 6.5, _background, _foreground)
