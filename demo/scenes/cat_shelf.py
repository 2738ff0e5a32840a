"""A cat lines up a jump to the shelf, misses, and sits as if nothing happened."""

import math

from demo.canvas import Canvas, Colour, faded, ink
from demo.motion import (
    Point,
    Pose,
    between,
    curve,
    hop,
    lerp,
    moved,
    pose_at,
    progress,
    smooth,
    turned,
)
from demo.scene import Scene

WALL_TOP, WALL_LOW = ink("f6e3c8"), ink("edcda6")
FLOOR, FLOOR_LOW = ink("b9845c"), ink("9c6a47")
WOOD, WOOD_DARK = ink("8a5a3c"), ink("6b4229")
FUR, FUR_DARK, FUR_PALE = ink("e6913f"), ink("c26f26"), ink("fdf0dd")
DARK, WHITE, PINK = ink("2b2320"), ink("ffffff"), ink("e88d8d")
SHELF_TOP, FLOOR_TOP = 128.0, 296.0
WIGGLE, SCRAPE, DROP, LANDED, BOOK_FALL, BOOK_DOWN = 0.7, 3.0, 4.1, 4.45, 4.9, 5.3

# Joints: head, shoulder, hip, two front paws, two back paws, tail middle, tail tip.
STANDING: Pose = (
    (166, 176), (142, 202), (96, 202), (144, 231), (156, 231),
    (90, 231), (104, 231), (64, 190), (58, 156),
)  # fmt: skip
CROUCHED: Pose = (
    (170, 202), (143, 214), (99, 206), (152, 231), (162, 231),
    (88, 231), (104, 231), (66, 216), (38, 214),
)  # fmt: skip
LEAPING: Pose = (
    (248, 128), (224, 150), (184, 180), (262, 138), (254, 148),
    (148, 214), (158, 218), (150, 190), (118, 196),
)  # fmt: skip
FLYING: Pose = (
    (360, 84), (336, 104), (294, 120), (384, 92), (378, 100),
    (256, 140), (262, 148), (262, 118), (230, 128),
)  # fmt: skip
CATCHING: Pose = (
    (425, 142), (414, 168), (392, 206), (440, 126), (452, 126),
    (372, 236), (384, 240), (366, 214), (344, 238),
)  # fmt: skip
HANGING: Pose = (
    (430, 152), (424, 180), (420, 226), (440, 126), (452, 126),
    (414, 262), (428, 264), (408, 246), (398, 282),
)  # fmt: skip
SLIPPING: Pose = (
    (428, 164), (423, 192), (420, 238), (434, 138), (443, 134),
    (412, 274), (428, 276), (408, 258), (396, 294),
)  # fmt: skip
SPLAT: Pose = (
    (442, 292), (422, 306), (378, 304), (448, 324), (438, 324),
    (366, 324), (384, 324), (352, 296), (332, 272),
)  # fmt: skip
SITTING: Pose = (
    (430, 244), (420, 276), (402, 302), (430, 324), (420, 324),
    (404, 324), (392, 324), (366, 318), (344, 300),
)  # fmt: skip
POSES = (
    (0.0, STANDING), (WIGGLE, CROUCHED), (2.1, CROUCHED), (2.4, LEAPING),
    (2.75, FLYING), (SCRAPE, CATCHING), (3.2, HANGING), (3.7, HANGING),
    (DROP, SLIPPING), (LANDED, SPLAT), (4.7, SPLAT), (5.3, SITTING),
)  # fmt: skip


def _background(canvas: Canvas) -> None:
    canvas.gradient(WALL_TOP, WALL_LOW, (0, 0), (640, FLOOR_TOP))
    for x in range(20, 640, 40):
        canvas.line([(x, 0), (x, FLOOR_TOP)], ink("d9ae80", 0.25), 8)
    canvas.gradient(FLOOR, FLOOR_LOW, (0, FLOOR_TOP), (640, 360))
    canvas.box((0, FLOOR_TOP - 9), (640, FLOOR_TOP), ink("fbf3e6"))
    _picture(canvas)
    _shelf(canvas)
    canvas.oval((430, 330), (190, 22), ink("7d9aa5", 0.85))
    canvas.ring((430, 330), (172, 18), ink("dfe9ea", 0.8), 2)
    _dresser(canvas)


def _picture(canvas: Canvas) -> None:
    """A framed portrait of a fish, the cat's only ornament."""
    canvas.box((232, 44), (330, 116), WOOD, 2)
    canvas.box((239, 51), (323, 109), ink("cfe3e6"))
    canvas.oval((279, 80), (25, 13), ink("5f8fa8"))
    canvas.polygon([(298, 80), (316, 68), (316, 92)], ink("5f8fa8"))
    canvas.disc((266, 77), 3, DARK)
    canvas.arc((284, 80), (7, 9), (-60, 60), ink("3f6c85"), 1.5)


def _shelf(canvas: Canvas) -> None:
    canvas.box((436, SHELF_TOP), (622, SHELF_TOP + 10), WOOD, 2)
    canvas.box((436, SHELF_TOP + 7), (622, SHELF_TOP + 10), WOOD_DARK, 2)
    for x in (466, 592):
        canvas.polygon([(x, 138), (x + 9, 138), (x, 164)], WOOD_DARK)
    canvas.polygon([(572, 94), (608, 94), (602, 128), (578, 128)], ink("c75b45"))
    canvas.box((569, 90), (611, 99), ink("d96c54"), 2)
    for lean, reach in ((-0.9, 42), (-0.35, 52), (0.25, 50), (0.85, 40)):
        leaf = [(0, 0), (-9, -reach * 0.5), (0, -reach), (9, -reach * 0.5)]
        shape = moved(turned(curve(leaf, closed=True), lean), (590, 92))
        canvas.polygon(shape, ink("5d8a53"))
        tip = turned([(0, -reach)], lean)[0]
        canvas.line([(590, 92), (590 + tip[0], 92 + tip[1])], ink("7aa86c"), 1)
    for x, top, code in ((524, 78, "46627f"), (538, 86, "d9b24c"), (549, 82, "7b4b6e")):
        canvas.box((x, top), (x + 12, SHELF_TOP), ink(code), 1)
        canvas.box((x, top + 8), (x + 12, top + 11), faded(WHITE, 0.5))


def _dresser(canvas: Canvas) -> None:
    canvas.box((28, 232), (206, 336), ink("5e8279"), 3)
    canvas.box((20, 231), (214, 242), ink("4c6d65"), 3)
    for left in (38, 122):
        canvas.box((left, 252), (left + 74, 318), ink("6d948a"), 3)
        canvas.disc((left + 37, 285), 4, ink("e3c16f"))
    for left in (40, 184):
        canvas.box((left, 336), (left + 10, 348), WOOD_DARK)


def _foreground(canvas: Canvas, time: float) -> None:
    _book(canvas, time)
    _cat(canvas, _cat_pose(time), time)
    if time >= LANDED:
        _puff(canvas, progress(time, LANDED, LANDED + 0.6))
    if time >= BOOK_DOWN:
        _settle(canvas, progress(time, BOOK_DOWN, BOOK_DOWN + 0.3))


def _cat_pose(time: float) -> Pose:
    """The pose of the moment, with what trembles on top of it."""
    joints = list(pose_at(POSES, time))
    if WIGGLE < time < POSES[2][0]:
        sway = 4.5 * math.sin(time * 19)
        for joint in (2, 7, 8):
            joints[joint] = (joints[joint][0] + sway, joints[joint][1])
    if SCRAPE < time < DROP:
        for joint, sign in ((5, 1), (6, -1)):
            kick = 9 * math.sin(time * 21) * sign
            joints[joint] = (joints[joint][0] + kick, joints[joint][1])
    flick = 5 * math.sin(time * 5)
    joints[8] = (joints[8][0] + flick, joints[8][1])
    return tuple(joints)


def _cat(canvas: Canvas, joints: Pose, time: float) -> None:
    head, shoulder, hip, front, front_far, back, back_far, tail, tip = joints
    canvas.line(curve((hip, tail, tip)), FUR_DARK, 9)
    canvas.line(curve((between(tail, tip, 0.6), tip)), FUR_PALE, 8)
    for body, paw in ((shoulder, front_far), (hip, back_far)):
        _leg(canvas, body, paw, FUR_DARK)
    canvas.disc(hip, 23, FUR)
    canvas.disc(shoulder, 20, FUR)
    canvas.line([hip, shoulder], FUR, 42)
    for share in (0.1, 0.4, 0.7):
        _stripe(canvas, hip, shoulder, share)
    for body, paw in ((shoulder, front), (hip, back)):
        _leg(canvas, body, paw, FUR)
    _head(canvas, head, time)


def _leg(canvas: Canvas, body: Point, paw: Point, fur: Colour) -> None:
    canvas.line([body, paw], fur, 12)
    canvas.disc(paw, 6.5, FUR_PALE)


def _stripe(canvas: Canvas, hip: Point, shoulder: Point, share: float) -> None:
    """A mark across the back, square to the spine."""
    x, y = between(hip, shoulder, share)
    spine = math.atan2(shoulder[1] - hip[1], shoulder[0] - hip[0])
    marks = moved(turned([(0, -20), (-3, -6)], spine), (x, y))
    canvas.line(marks, FUR_DARK, 4)


def _head(canvas: Canvas, at: Point, time: float) -> None:
    x, y = at
    for side in (-1, 1):
        ear = [(side * 5, -14), (side * 17, -9), (side * 17, -29)]
        canvas.polygon(moved(ear, at), FUR)
        canvas.polygon(moved(ear, (x + side * 3, y - 2), 0.62), PINK)
    canvas.oval(at, (22, 19), FUR)
    canvas.oval((x + 2, y + 8), (12, 8.5), FUR_PALE)
    for lean in (-5, 0, 5):
        canvas.line([(x + lean, y - 17), (x + lean * 0.8, y - 10)], FUR_DARK, 2.5)
    canvas.polygon([(x - 1, y + 3), (x + 5, y + 3), (x + 2, y + 6.5)], PINK)
    for side in (-1, 1):
        for spread in (2, 7):
            whisker = [(x + 2 + side * 9, y + 7), (x + 2 + side * 27, y + spread + 2)]
            canvas.line(whisker, faded(WHITE, 0.8), 1)
    _face(canvas, at, time)


def _face(canvas: Canvas, at: Point, time: float) -> None:
    """Calm, then alarmed, then very calm with the eyes shut."""
    x, y = at
    alarmed = SCRAPE <= time < LANDED + 0.3
    for side in (-1, 1):
        eye = (x + 1 + side * 9, y - 3)
        if POSES[-1][0] <= time:
            canvas.arc(eye, (4, 3), (10, 170), DARK, 2)
        else:
            canvas.disc(eye, 6.5 if alarmed else 4.5, WHITE)
            canvas.disc((eye[0] + 1.2, eye[1] - 0.5), 2 if alarmed else 3.2, DARK)
    if alarmed:
        canvas.oval((x + 2, y + 12), (3, 4), DARK)
    else:
        canvas.arc((x - 1, y + 7), (3, 3), (0, 180), DARK, 1.3)
        canvas.arc((x + 5, y + 7), (3, 3), (0, 180), DARK, 1.3)


def _book(canvas: Canvas, time: float) -> None:
    """The paperback that the paws disturbed, and that follows a little later."""
    pushed = smooth(progress(time, SCRAPE, SCRAPE + 0.3)) * 4
    fallen = progress(time, BOOK_FALL, BOOK_DOWN)
    x, y = hop((468 - pushed * 6, 121), (492, 322), 14, fallen**1.5)
    angle = lerp(0, math.pi, fallen) if fallen else 0.0
    cover = moved(turned([(-24, -7), (24, -7), (24, 7), (-24, 7)], angle), (x, y))
    pages = moved(turned([(-20, -3), (25, -3), (25, 4), (-20, 4)], angle), (x, y))
    canvas.polygon(cover, ink("a83e52"))
    canvas.polygon(pages, ink("f7ead2"))
    canvas.line(cover[:2], ink("a83e52"), 4)


def _puff(canvas: Canvas, share: float) -> None:
    for side in (-1, 1):
        for size, height in ((9, 2), (6, 10), (4, 17)):
            x = 408 + side * (40 + 34 * share + height)
            y = 322 - height * share
            canvas.disc((x, y), size * (0.6 + share), faded(WHITE, 0.7 * (1 - share)))


def _settle(canvas: Canvas, share: float) -> None:
    for side in (-1, 1):
        x = 492 + side * (30 + 16 * share)
        canvas.disc((x, 326), 4 + 3 * share, faded(WHITE, 0.7 * (1 - share)))


SCENE = Scene(640, 360, 6.5, _background, _foreground)
