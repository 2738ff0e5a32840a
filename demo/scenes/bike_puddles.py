"""A cyclist enjoys one puddle, then a bigger one, then meets the third."""

import math

from demo.canvas import Canvas, Colour, faded, ink, mixed
from demo.motion import (
    Point,
    between,
    curve,
    lerp,
    moved,
    progress,
    seeded,
    smooth,
    turned,
)
from demo.scene import Scene

SKY, SKY_LOW = ink("b9cfd6"), ink("e9ebe0")
PAVEMENT, PAVEMENT_LOW, LINE = ink("8a8f96"), ink("70757d"), ink("c7cacd")
WATER, WATER_LIT = ink("9fc0cc"), ink("dcebef")
COAT, COAT_DARK, TROUSERS = ink("f2c230"), ink("d49f16"), ink("3c4a68")
SKIN, BLACK, FRAME, TYRE = ink("e9b48d"), ink("24262b"), ink("cf4436"), ink("2f3238")
BASKET, BREAD = ink("a5703f"), ink("dba45c")
ROAD_TOP, GROUND = 244.0, 318.0
SPEED = 150.0
BIKE_X = 220.0
WHEEL, REAR, FRONT = 34.0, -46.0, 46.0
# Where the puddles lie along the road (middle, half width), each one larger.
PUDDLES = ((430.0, 42.0), (680.0, 66.0), (1010.0, 112.0))
DEEP = PUDDLES[2][0]
PLUNGE = (DEEP - BIKE_X - FRONT - 30) / SPEED
UNDER, FLOAT, END = PLUNGE + 0.55, PLUNGE + 0.95, 7.4
CHANCE = seeded(41)
DROPS = [
    (CHANCE.uniform(-1.0, 1.0), CHANCE.uniform(0.5, 1.0), CHANCE.uniform(2, 5))
    for _ in range(46)
]
HOUSE_STEP = 128
HOUSES = [
    (
        x,
        CHANCE.uniform(90, 150),
        CHANCE.choice(("c98f78", "b7a68a", "8fa3a6", "d8b98a")),
    )
    for x in range(-60, 2000, HOUSE_STEP)
]


def _background(canvas: Canvas) -> None:
    canvas.gradient(SKY, SKY_LOW, (0, 0), (640, ROAD_TOP))
    canvas.gradient(PAVEMENT, PAVEMENT_LOW, (0, ROAD_TOP), (640, 360))
    canvas.box((0, ROAD_TOP), (640, ROAD_TOP + 5), LINE)


def _foreground(canvas: Canvas, time: float) -> None:
    scroll = SPEED * min(time, PLUNGE) + 46 * smooth(progress(time, PLUNGE, UNDER))
    _street(canvas, scroll)
    for middle, reach in PUDDLES:
        _puddle(canvas, middle - scroll, reach, time)
    deep_at = DEEP - scroll
    if time < UNDER:
        _bicycle(canvas, time)
        if time > PLUNGE:
            _water_front(canvas, deep_at, PUDDLES[2][1])
    _road_marks(canvas, scroll)
    for middle, reach in PUDDLES[:2]:
        _splash(canvas, middle - scroll, reach, scroll - (middle - reach - BIKE_X))
    if time >= PLUNGE:
        _gulp(canvas, deep_at - 24, progress(time, PLUNGE + 0.1, PLUNGE + 1.1))
    if time >= FLOAT:
        _aftermath(canvas, deep_at - 16, time)


def _street(canvas: Canvas, scroll: float) -> None:
    """Houses that pass slowly, trees that pass more quickly."""
    for x, high, code in HOUSES:
        left = x - scroll * 0.4
        if -HOUSE_STEP < left < canvas.width:
            _house(canvas, left, high, ink(code))
    for x in range(120, 2400, 330):
        _tree(canvas, x - scroll * 0.8)


def _house(canvas: Canvas, left: float, high: float, wall: Colour) -> None:
    top = ROAD_TOP - high
    canvas.box((left, top), (left + 122, ROAD_TOP), mixed(wall, SKY_LOW, 0.35))
    canvas.polygon(
        [(left - 5, top), (left + 61, top - 34), (left + 127, top)],
        mixed(wall, BLACK, 0.35),
    )
    for row in range(int(high // 44)):
        for column in (18, 52, 86):
            corner = (left + column, top + 14 + row * 42)
            canvas.box(corner, (corner[0] + 18, corner[1] + 24), ink("f4efe0", 0.75), 1)


def _tree(canvas: Canvas, x: float) -> None:
    canvas.line([(x, ROAD_TOP + 2), (x, 180)], ink("6b5140"), 7)
    for dx, dy, size in ((0, 152, 30), (-20, 170, 22), (20, 168, 24)):
        canvas.disc((x + dx, dy), size, ink("7d9b68"))
    canvas.disc((x + 6, 146), 18, ink("92ae7a"))


def _road_marks(canvas: Canvas, scroll: float) -> None:
    for x in range(0, 2400, 120):
        mark = [(0, 0), (58, 0), (52, 5), (-6, 5)]
        canvas.polygon(moved(mark, (x - scroll, 346)), LINE)


def _puddle(canvas: Canvas, x: float, reach: float, time: float) -> None:
    canvas.oval((x, GROUND + 6), (reach, 8 + reach * 0.1), mixed(WATER, BLACK, 0.16))
    canvas.oval((x, GROUND + 7), (reach - 3, 6 + reach * 0.1), WATER)
    for shift in (-0.45, 0.2):
        wave = x + reach * shift + 4 * math.sin(time * 4 + shift)
        canvas.line(
            [(wave, GROUND + 4), (wave + reach * 0.3, GROUND + 4)], WATER_LIT, 2
        )


def _lift(time: float) -> tuple[float, float]:
    """How deep the bicycle is, and how steeply it points down, in radians."""
    sunk = progress(time, PLUNGE, UNDER)
    return 190 * sunk**1.6, 0.85 * smooth(min(1.0, sunk * 1.8))


def _bicycle(canvas: Canvas, time: float) -> None:
    sunk, nose = _lift(time)
    base = (BIKE_X, GROUND - WHEEL + 2 * math.sin(time * 9) + sunk)

    def at(x: float, y: float) -> Point:
        """A point of the upright bicycle after it has tipped about the front hub."""
        return moved(turned([(x - FRONT, y)], nose), (base[0] + FRONT, base[1]))[0]

    pedal = time * 7.0 if time < PLUNGE else PLUNGE * 7.0
    seat, bars, crank = at(-26, -52), at(34, -62), at(-6, 2)
    feet = [
        at(-6 + 15 * math.cos(pedal + turn), 2 + 15 * math.sin(pedal + turn))
        for turn in (math.pi, 0.0)
    ]
    hip = at(-26, -62)
    _leg(canvas, hip, feet[0], mixed(TROUSERS, BLACK, 0.3))
    for hub in (at(REAR, 0), at(FRONT, 0)):
        _wheel(canvas, hub, time)
    tubes = (
        (at(REAR, 0), crank), (at(REAR, 0), at(-24, -42)), (crank, seat),
        (crank, at(32, -40)), (at(-24, -42), at(32, -42)), (at(FRONT, 0), bars),
    )  # fmt: skip
    for start, end in tubes:
        canvas.line([start, end], FRAME, 4.5)
    canvas.line([at(-38, -53), at(-15, -53)], BLACK, 7)
    canvas.line([crank, feet[1]], BLACK, 3)
    canvas.line([bars, at(24, -68)], BLACK, 4)
    _basket(canvas, (at(40, -66), at(70, -66), at(65, -42), at(44, -42)), at(50, -72))
    _leg(canvas, hip, feet[1], TROUSERS)
    coat = [
        at(-42, -50), at(-40, -86), at(-4, -102),
        at(16, -100), at(-4, -72), at(-10, -52),
    ]  # fmt: skip
    canvas.polygon(curve(coat, closed=True), COAT)
    canvas.line([at(2, -96), at(16, -120)], SKIN, 11)
    _head(canvas, at(18, -126))
    canvas.line(curve([at(6, -90), at(9, -70), at(24, -68)]), COAT_DARK, 10)
    canvas.disc(at(24, -68), 5, SKIN)


def _wheel(canvas: Canvas, hub: Point, time: float) -> None:
    canvas.ring(hub, (WHEEL, WHEEL), TYRE, 4.5)
    canvas.ring(hub, (WHEEL - 5, WHEEL - 5), LINE, 1)
    spin = min(time, PLUNGE) * SPEED / WHEEL
    for spoke in range(7):
        angle = spin + spoke * math.tau / 7
        rim = (hub[0] + 30 * math.cos(angle), hub[1] + 30 * math.sin(angle))
        canvas.line([hub, rim], faded(LINE, 0.9), 1)
    canvas.disc(hub, 4, BLACK)


def _basket(canvas: Canvas, corners: tuple[Point, ...], loaf: Point) -> None:
    canvas.line([loaf, (loaf[0] + 16, loaf[1] - 18)], BREAD, 9)
    canvas.polygon(corners, BASKET)
    for share in (0.33, 0.66):
        left, right = (
            between(corners[i], corners[j], share) for i, j in ((0, 3), (1, 2))
        )
        canvas.line([left, right], mixed(BASKET, BLACK, 0.3), 1.5)


def _leg(canvas: Canvas, hip: Point, foot: Point, cloth: Colour) -> None:
    """Thigh and shin; the knee bends forward."""
    middle = between(hip, foot, 0.5)
    apart = math.dist(hip, foot)
    bend = math.sqrt(max(0.0, 40.0**2 - (apart / 2) ** 2))
    knee = (
        middle[0] + bend * (foot[1] - hip[1]) / apart,
        middle[1] - bend * (foot[0] - hip[0]) / apart,
    )
    canvas.line([hip, knee, foot], cloth, 11)
    canvas.line([(foot[0] - 4, foot[1] + 3), (foot[0] + 10, foot[1] + 3)], FRAME, 8)


def _head(canvas: Canvas, at: Point) -> None:
    canvas.disc(at, 14, SKIN)
    canvas.disc((at[0] + 6, at[1] - 1), 1.8, BLACK)
    canvas.arc((at[0] + 6, at[1] + 4), (5, 4), (20, 130), BLACK, 1.8)
    _hat(canvas, (at[0] - 1, at[1] - 8))


def _hat(canvas: Canvas, at: Point) -> None:
    """A yellow rain hat, the only thing that will be seen again."""
    crown = [(-13, 0), (-11, -12), (0, -17), (11, -12), (13, 0)]
    canvas.polygon(moved(curve(crown), at), COAT)
    canvas.polygon(moved([(-22, 5), (-14, -2), (14, -2), (20, 4)], at), COAT_DARK)


def _splash(canvas: Canvas, x: float, reach: float, ridden: float) -> None:
    """Drops thrown up while a wheel is in the puddle; ``ridden`` in pixels."""
    share = progress(ridden, -FRONT, 2 * reach + 60)
    if not 0 < share < 1:
        return
    for side, power, size in DROPS[: round(reach * 0.6)]:
        flight = math.sin(share * math.pi)
        drop = (
            x + side * reach * (0.7 + 0.6 * share),
            GROUND + 4 - flight * power * reach * 0.95,
        )
        canvas.disc(drop, size * 0.7 * (0.5 + flight / 2), faded(WATER_LIT, 0.9))


def _water_front(canvas: Canvas, x: float, reach: float) -> None:
    """The near half of the deep puddle, and the road, hide what has gone under."""
    rim = [
        (x + reach * math.cos(a / 20), GROUND + 7 + 17 * math.sin(a / 20))
        for a in range(-1, 65)
    ]
    canvas.polygon(
        [(x - reach, GROUND + 4), *rim[::-1], (x + reach, GROUND + 4)], WATER
    )
    canvas.polygon([*rim, (x - reach, 360), (x + reach, 360)], PAVEMENT_LOW)


def _gulp(canvas: Canvas, x: float, share: float) -> None:
    """One tall splash as the puddle closes."""
    if not 0 < share < 1:
        return
    for side, power, size in DROPS:
        drop = (
            x + side * 120 * share,
            GROUND + 2 - power * 560 * share * (1 - share) * (1.25 - abs(side)),
        )
        canvas.disc(drop, size * 1.5, faded(WATER_LIT, 0.95))


def _aftermath(canvas: Canvas, x: float, time: float) -> None:
    """The hat comes up, then bubbles, then the loaf."""
    bob = 2.5 * math.sin(time * 5)
    rise = smooth(progress(time, FLOAT, FLOAT + 0.4))
    for ring in range(3):
        age = ((time - FLOAT) * 0.7 + ring / 3) % 1.0
        radii = (14 + 70 * age, 3 + 11 * age)
        canvas.ring((x, GROUND + 6), radii, faded(WATER_LIT, 1 - age), 1.5)
    _hat(canvas, (x, lerp(GROUND + 14, GROUND + 1, rise) + bob))
    for bubble in range(3):
        age = (time * 1.4 + bubble * 0.33) % 1.0
        at = (x + 34 + 9 * bubble, GROUND + 6 - 3 * age)
        canvas.ring(at, (2 + 4 * age, 2 + 4 * age), faded(WATER_LIT, 1 - age), 1.2)
    if time >= FLOAT + 0.9:
        drift = 8 * (time - FLOAT - 0.9)
        loaf = (x - 44 - drift, GROUND + 5 - bob)
        canvas.line([loaf, (loaf[0] + 24, loaf[1] - 3)], BREAD, 8)


SCENE = Scene(640, 360, END, _background, _foreground)
