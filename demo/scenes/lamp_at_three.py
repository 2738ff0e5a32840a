"""Three in the morning: a lamp that will not stay off, and the one behind it."""

import math

from demo.canvas import Canvas, faded, ink, mixed
from demo.motion import (
    Point,
    between,
    curve,
    lerp,
    moved,
    pose_at,
    progress,
    seeded,
    smooth,
    turned,
    value_at,
)
from demo.scene import Scene

WALL, WALL_LOW = ink("3a3560"), ink("2c2849")
BED, BLANKET, BLANKET_LIT = ink("5a4a45"), ink("4f6d8f"), ink("7f9dbd")
PILLOW, SKIN, HAIR = ink("cfd3e2"), ink("d9a688"), ink("4a3328")
TABLE, TABLE_TOP_COLOUR = ink("6d4c38"), ink("835d45")
SHADE_OFF, SHADE_ON, BRASS = ink("8c7f6c"), ink("ffe2a0"), ink("a98645")
LIGHT, DARK, DIGITS = ink("ffd98a"), ink("080818"), ink("ff6a4d")
BLACK, WHITE, MOTH = ink("17151f"), ink("f6f4ef"), ink("d8cdbb")
FUR, FUR_LIT, CAT_EYE = ink("262332"), ink("5b5474"), ink("b9f06a")
LAMP: Point = (232, 300)
SWITCH: Point = (232, 424)
HEAD: Point = (96, 446)
WAKE, REACH, CLICK, LEAVE = 1.9, 2.5, 3.0, 3.5
BACK_ON, TURN_OFF, ON_AGAIN, END = 4.3, 5.1, 5.6, 7.2
NEXT_MINUTE = 5.1
HAIR_CUT = curve(
    (
        (-38, 6), (-34, -26), (-6, -42), (26, -32),
        (36, -10), (14, -18), (-14, -16), (-28, 4),
    ),
    closed=True,
)  # fmt: skip
STAR = tuple(
    (reach * math.sin(k * math.pi / 5), -reach * math.cos(k * math.pi / 5))
    for k, reach in enumerate((8.0, 3.4) * 5)
)
CHANCE = seeded(3)
FLICKERS = sorted(CHANCE.uniform(0.2, 2.7) for _ in range(9))
# The paw that works the switch: out from behind the table, and away.
PAW = (
    (0.0, 0.0), (3.9, 0.0), (BACK_ON, 1.0), (4.5, 0.0), (4.9, 0.0), (TURN_OFF, 1.0),
    (5.25, 0.3), (5.4, 0.3), (ON_AGAIN, 1.0), (5.8, 0.0), (END, 0.0),
)  # fmt: skip
HAND = (
    (0.0, ((60.0, 560.0), (70.0, 520.0))),
    (REACH, ((60.0, 560.0), (70.0, 520.0))),
    (CLICK, ((170.0, 450.0), SWITCH)),
    (3.15, ((170.0, 450.0), SWITCH)),
    (LEAVE, ((60.0, 560.0), (70.0, 520.0))),
)


def _background(canvas: Canvas) -> None:
    canvas.gradient(WALL, WALL_LOW, (0, 0), (360, 640))
    for x in range(0, 400, 36):
        for y in range(10, 520, 48):
            canvas.disc((x + (y // 48 % 2) * 18, y), 2, ink("4a4576"))
    _window(canvas)
    canvas.box((0, 392), (30, 640), BED, 8)
    canvas.box((16, 442), (166, 500), PILLOW, 22)
    canvas.box((178, 462), (292, 640), TABLE, 3)
    canvas.box((166, 456), (302, 470), TABLE_TOP_COLOUR, 3)
    canvas.box((190, 492), (280, 560), mixed(TABLE, BLACK, 0.25), 3)
    canvas.disc((235, 526), 5, BRASS)


def _window(canvas: Canvas) -> None:
    canvas.box((34, 60), (150, 222), ink("52497a"), 4)
    canvas.gradient(ink("101634"), ink("27305e"), (42, 68), (142, 214))
    canvas.disc((110, 108), 17, ink("f0ead2"))
    canvas.disc((103, 104), 15, ink("151c3e"))
    for x, y in ((58, 92), (74, 140), (126, 168), (64, 188), (96, 180), (88, 82)):
        canvas.disc((x, y), 1.2, WHITE)
    canvas.box((89, 68), (95, 214), ink("52497a"))
    canvas.box((42, 138), (142, 144), ink("52497a"))


def _foreground(canvas: Canvas, time: float) -> None:
    light = _light(time)
    _culprit(canvas, time)
    _lamp(canvas, light)
    _sleeper(canvas, time)
    _blanket(canvas)
    _hand(canvas, time)
    _clock(canvas, time)
    canvas.shade(faded(DARK, 0.66 * (1 - light)))
    if light:
        canvas.glow(LAMP, 330, faded(LIGHT, 0.5 * light))
    _what_glows(canvas, time, light)
    _moth(canvas, time, light)


def _light(time: float) -> float:
    """How bright the lamp is, from 0 to 1."""
    if time < CLICK:
        dips = [math.exp(-(((time - at) * 16) ** 2)) for at in FLICKERS]
        return 1 - 0.85 * min(1.0, sum(dips))
    on = BACK_ON <= time < TURN_OFF or time >= ON_AGAIN
    return 1.0 if on else 0.0


def _lamp(canvas: Canvas, light: float) -> None:
    x, y = LAMP
    canvas.oval((x, 457), (36, 7), mixed(BRASS, BLACK, 0.2))
    canvas.line([(x, 454), (x, y + 30)], BRASS, 7)
    canvas.oval((x, 392), (13, 16), BRASS)
    canvas.box((x - 6, SWITCH[1] - 5), (x + 6, SWITCH[1] + 5), WHITE, 4)
    shade = [(x - 34, y - 44), (x + 34, y - 44), (x + 60, y + 36), (x - 60, y + 36)]
    canvas.polygon(shade, mixed(SHADE_OFF, SHADE_ON, light))
    canvas.line([shade[2], shade[3]], mixed(SHADE_OFF, BRASS, 0.5), 4)
    canvas.line([shade[0], shade[1]], mixed(SHADE_OFF, BRASS, 0.5), 3)


def _sleeper(canvas: Canvas, time: float) -> None:
    """A head on the pillow; the eyes open, close, and open very wide."""
    x, y = HEAD
    canvas.oval((x, y), (36, 33), SKIN)
    canvas.polygon(moved(HAIR_CUT, HEAD), HAIR)
    for lift in (-10, 4):
        canvas.line([(x - 8, y - 36), (x - 12 + lift, y - 54)], HAIR, 4)
    _sleepers_face(canvas, time)


def _sleepers_face(canvas: Canvas, time: float) -> None:
    x, y = HEAD
    shock = smooth(progress(time, BACK_ON, BACK_ON + 0.15))
    annoyed = WAKE <= time < CLICK + 0.5
    for side in (-1, 1):
        eye = (x + 10 + side * 13, y - 1)
        if shock:
            canvas.disc(eye, 7 + 2.5 * shock, WHITE)
            canvas.disc((eye[0] + 4, eye[1] - 2), 2.6, BLACK)
        elif annoyed:
            canvas.oval(eye, (6.5, 4), WHITE)
            canvas.disc((eye[0] + 3, eye[1]), 3, BLACK)
            brow = [
                (eye[0] - 8, eye[1] - 6 - side * 3),
                (eye[0] + 8, eye[1] - 6 + side * 3),
            ]
            canvas.line(brow, HAIR, 3)
        else:
            canvas.arc((eye[0], eye[1] - 2), (6, 5), (15, 165), HAIR, 2.2)
    if shock:
        canvas.oval((x + 12, y + 19), (4, 6), BLACK)
    else:
        canvas.line([(x + 6, y + 18), (x + 18, y + 17)], mixed(SKIN, BLACK, 0.45), 2.2)


def _blanket(canvas: Canvas) -> None:
    edge = [
        (-10, 486),
        (40, 478),
        (110, 484),
        (170, 496),
        (196, 540),
        (200, 650),
        (-10, 650),
    ]
    canvas.polygon(curve(edge), BLANKET)
    canvas.line(curve(edge[:5]), BLANKET_LIT, 12)
    for x, y in ((40, 540), (104, 560), (60, 606), (150, 604), (20, 590), (128, 524)):
        canvas.polygon(moved(STAR, (x, y)), BLANKET_LIT)


def _hand(canvas: Canvas, time: float) -> None:
    if not REACH < time < LEAVE:
        return
    elbow, palm = pose_at(HAND, time)
    canvas.line(curve([(90, 520), elbow, palm]), BLANKET_LIT, 24)
    canvas.line([between(elbow, palm, 0.75), palm], SKIN, 17)
    canvas.line([palm, (palm[0] + 10, palm[1] - 3)], SKIN, 8)


def _clock(canvas: Canvas, time: float) -> None:
    canvas.box((170, 424), (216, 457), BLACK, 5)
    canvas.box((174, 428), (212, 452), ink("2a1414"), 3)
    canvas.text((193, 440), _reading(time), 17, DIGITS)


def _reading(time: float) -> str:
    colon = ":" if int(time * 2) % 2 == 0 or time < 1 else " "
    return f"3{colon}0{int(time >= NEXT_MINUTE)}"


def _what_glows(canvas: Canvas, time: float, light: float) -> None:
    """The clock's digits and every open eye can be seen in the dark."""
    if light:
        return
    canvas.glow((193, 440), 44, faded(DIGITS, 0.4))
    canvas.text((193, 440), _reading(time), 17, DIGITS)
    if time > CLICK + 0.5:
        _cat_eyes(canvas, _peek(time))


def _peek(time: float) -> Point:
    """Where the culprit's head is: it comes up beside the table in the dark."""
    up = smooth(progress(time, CLICK + 0.3, 3.9))
    return 322.0, lerp(690.0, 396.0, up)


def _culprit(canvas: Canvas, time: float) -> None:
    """A black cat behind the table, and the paw that works the switch."""
    if time < CLICK:
        return
    x, y = _peek(time)
    body = [
        (x - 24, y + 8),
        (x - 34, y + 70),
        (x - 30, 660),
        (x + 60, 660),
        (x + 36, y + 60),
    ]
    canvas.polygon(body, FUR)
    for side in (-1, 1):
        ear = [(side * 6, -16), (side * 23, -10), (side * 20, -36)]
        canvas.polygon(moved(ear, (x, y)), FUR)
        canvas.polygon(moved(ear, (x + side * 5, y - 6), 0.55), FUR_LIT)
    canvas.oval((x, y), (26, 22), FUR)
    canvas.polygon([(x - 3, y + 4), (x + 3, y + 4), (x, y + 7)], ink("d98d95"))
    canvas.arc((x, y + 7), (5, 4), (20, 160), FUR_LIT, 1.5)
    _cat_eyes(canvas, (x, y))
    paw = between((x - 16, y + 62), (SWITCH[0] + 10, SWITCH[1]), value_at(PAW, time))
    canvas.line(
        curve([(x - 6, y + 52), (lerp(x, paw[0], 0.5), paw[1] + 14), paw]), FUR, 15
    )
    canvas.disc(paw, 9, FUR_LIT)


def _cat_eyes(canvas: Canvas, head: Point) -> None:
    for side in (-1, 1):
        eye = (head[0] + side * 10, head[1] - 4)
        canvas.oval(eye, (5.5, 6.5), CAT_EYE)
        canvas.oval(eye, (1.6, 6), BLACK)


def _moth(canvas: Canvas, time: float, light: float) -> None:
    """A moth that everybody would suspect first."""
    angle = time * 3.1
    at = (LAMP[0] + 84 * math.cos(angle), LAMP[1] - 16 + 46 * math.sin(angle * 1.3))
    flap = 0.35 + 0.65 * abs(math.sin(time * 31))
    colour = faded(MOTH, 0.35 + 0.6 * light)
    for side in (-1, 1):
        wing = [
            (0, 0),
            (side * 13 * flap, -8),
            (side * 15 * flap, 3),
            (side * 6 * flap, 8),
        ]
        canvas.polygon(moved(turned(wing, math.sin(angle)), at), colour)
    canvas.line([(at[0], at[1] - 4), (at[0], at[1] + 5)], faded(HAIR, 0.8), 2)


SCENE = Scene(360, 640, END, _background, _foreground)
