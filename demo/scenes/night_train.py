"""A night by a lake: stars wheel, a train crosses the bridge, morning comes."""

import math

from PIL import Image

from demo.canvas import SUPERSAMPLE, Canvas, Colour, faded, ink, mixed
from demo.motion import Point, curve, lerp, progress, seeded, smooth
from demo.scene import Scene

NIGHT_TOP, NIGHT_LOW = ink("0b1030"), ink("2c3a72")
DAWN_TOP, DAWN_LOW = ink("2b3f7d"), ink("f2a57e")
FAR, NEAR, BRIDGE = ink("1c2450"), ink("0f1533"), ink("0a0e24")
STAR, WINDOW, LAMP = ink("fff7e0"), ink("ffd88a"), ink("ff5a4d")
CARRIAGE, ROOF = ink("161b38"), ink("2a3160")
HORIZON, DECK = 236.0, 178.0
POLE: Point = (330, -40)
TRAIN_IN, TRAIN_OUT = 1.2, 5.4
DAWN_FROM, DAWN_TO = 4.6, 7.4
STRIP = 6
"""Height of one swaying slice of the reflection, in drawn pixels."""
SHOOT_FROM, SHOOT_TO = 0.5, 0.95
CARRIAGES, CARRIAGE_LENGTH, WINDOWS = 7, 74.0, 5
DARK_WINDOW = (4, 2)
"""The carriage and the window of the one passenger who sleeps."""
CHANCE = seeded(5)
STARS = [
    (
        CHANCE.uniform(0, math.tau),
        CHANCE.uniform(30, 480),
        CHANCE.choice((0.6, 0.6, 0.8, 0.8, 1.1, 1.6)),
        CHANCE.uniform(0.45, 1.0),
    )
    for _ in range(420)
]
GLINTS = [
    (CHANCE.uniform(0, 640), CHANCE.uniform(HORIZON + 4, 356), CHANCE.uniform(8, 46))
    for _ in range(70)
]
CLOUDS = [
    (CHANCE.uniform(-200, 700), CHANCE.uniform(60, 150), CHANCE.uniform(60, 150))
    for _ in range(7)
]
RIDGE = curve(
    ((-10, 190), (70, 140), (120, 168), (200, 104), (262, 150), (330, 122),
     (400, 164), (470, 112), (560, 160), (650, 128))
)  # fmt: skip
HILLS = curve(
    ((-10, 214), (90, 196), (190, 220), (300, 206), (420, 222), (540, 198), (650, 214))
)


def _background(canvas: Canvas) -> None:
    canvas.gradient(NIGHT_TOP, NIGHT_LOW, (0, 0), (640, HORIZON))


def _foreground(canvas: Canvas, time: float) -> None:
    dawn = smooth(progress(time, DAWN_FROM, DAWN_TO))
    _sky(canvas, dawn)
    _stars(canvas, time, dawn)
    _moon(canvas, time, dawn)
    _shooting_star(canvas, progress(time, SHOOT_FROM, SHOOT_TO))
    _clouds(canvas, time, dawn)
    _land(canvas, dawn)
    _train(canvas, time)
    _bridge(canvas)
    _mirror(canvas, time)
    _ripples(canvas, time, dawn)
    _reeds(canvas, time)


def _sky(canvas: Canvas, dawn: float) -> None:
    """The morning over the still night of the background."""
    if dawn:
        top, low = mixed(NIGHT_TOP, DAWN_TOP, dawn), mixed(NIGHT_LOW, DAWN_LOW, dawn)
        canvas.gradient(top, low, (0, 0), (640, HORIZON))
        canvas.glow((500, 214), 190, ink("ffd9a0", 0.75 * dawn))


def _stars(canvas: Canvas, time: float, dawn: float) -> None:
    """Every star draws a short arc around the pole, as in a long exposure."""
    for angle, distance, size, light in STARS:
        now = angle + 0.13 * time
        x = POLE[0] + distance * math.cos(now)
        y = POLE[1] + distance * math.sin(now)
        if not (0 <= y < HORIZON and 0 <= x < canvas.width):
            continue
        shown = light * (1 - dawn)
        before = now - 0.035
        start = (
            POLE[0] + distance * math.cos(before),
            POLE[1] + distance * math.sin(before),
        )
        canvas.line([start, (x, y)], faded(STAR, 0.35 * shown), size)
        canvas.disc((x, y), size, faded(STAR, shown))


def _moon(canvas: Canvas, time: float, dawn: float) -> None:
    at = (96 + 13 * time, 46 + 9 * time)
    canvas.glow(at, 70, faded(STAR, 0.5 * (1 - dawn)))
    canvas.disc(at, 15, mixed(STAR, ink("c9b3c4"), dawn))
    for x, y, size in ((-5, -3, 3.5), (4, 4, 4.5), (5, -6, 2)):
        canvas.disc((at[0] + x, at[1] + y), size, ink("d9cfb4", 0.7))


def _shooting_star(canvas: Canvas, share: float) -> None:
    if not 0 < share < 1:
        return
    x, y = lerp(300, 470, share), lerp(20, 84, share)
    for step in range(12):
        back = step * 6.0
        tail = faded(STAR, (1 - step / 12) * (1 - share * 0.6))
        canvas.disc((x - back, y - back * 0.36), 1.8 * (1 - step / 14), tail)


def _clouds(canvas: Canvas, time: float, dawn: float) -> None:
    colour = mixed(ink("4a5a94", 0.22), ink("ffc6a5", 0.5), dawn)
    for x, y, wide in CLOUDS:
        left = (x + time * 42 + 260) % 1100 - 260
        for shift, size in ((-0.5, 0.6), (0.1, 1.0), (0.6, 0.5)):
            canvas.oval((left + shift * wide, y - size * 3), (wide * size, 7), colour)


def _land(canvas: Canvas, dawn: float) -> None:
    close = [(650, HORIZON), (-10, HORIZON)]
    canvas.polygon([*RIDGE, *close], mixed(FAR, ink("5a4f80"), dawn))
    canvas.polygon([*HILLS, *close], mixed(NEAR, ink("2e2c52"), dawn))


def _bridge(canvas: Canvas) -> None:
    canvas.box((0, DECK), (640, DECK + 7), BRIDGE)
    for x in range(-30, 700, 96):
        canvas.box((x - 5, DECK), (x + 5, HORIZON), BRIDGE)
        canvas.arc((x + 48, DECK + 42), (46, 38), (180, 360), BRIDGE, 5)


def _train(canvas: Canvas, time: float) -> None:
    share = progress(time, TRAIN_IN, TRAIN_OUT)
    if not 0 < share < 1:
        return
    length = CARRIAGES * CARRIAGE_LENGTH
    front = lerp(-20, 660 + length, share)
    canvas.glow((front + 40, DECK - 9), 60, faded(WINDOW, 0.7))
    for number in range(CARRIAGES):
        _carriage(canvas, front - (number + 1) * CARRIAGE_LENGTH, number)
    canvas.disc((front - 3, DECK - 7), 2.6, STAR)
    tail = front - length
    canvas.glow((tail, DECK - 7), 14, faded(LAMP, 0.9))
    canvas.disc((tail + 2, DECK - 7), 2.2, LAMP)


def _carriage(canvas: Canvas, left: float, number: int) -> None:
    if left > canvas.width or left + CARRIAGE_LENGTH < 0:
        return
    canvas.box((left + 2, DECK - 24), (left + CARRIAGE_LENGTH, DECK), CARRIAGE, 4)
    canvas.box((left + 6, DECK - 26), (left + CARRIAGE_LENGTH - 4, DECK - 22), ROOF, 2)
    for window in range(WINDOWS):
        x = left + 8 + window * 13
        asleep = (number, window) == DARK_WINDOW
        colour = ink("3c4272") if asleep else WINDOW
        canvas.box((x, DECK - 18), (x + 9, DECK - 9), colour, 1)
        if not asleep and (number + window) % 3 == 0:
            canvas.disc((x + 4.5, DECK - 12), 2, faded(NEAR, 0.8))
            canvas.oval((x + 4.5, DECK - 8.5), (3.2, 2.6), faded(NEAR, 0.8))


def _mirror(canvas: Canvas, time: float) -> None:
    """The lake shows the picture above it: upside down, pressed flat, swaying."""
    edge = round(HORIZON * SUPERSAMPLE)
    wide, high = canvas.image.size
    above = canvas.image.crop((0, edge - round((high - edge) * 1.6), wide, edge))
    flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    pressed = flipped.resize((wide, high - edge), Image.Resampling.NEAREST)
    canvas.image.paste(pressed, (0, edge))
    for row in range(0, high - edge, STRIP):
        strip = pressed.crop((0, row, wide, row + STRIP))
        sway = (2 + row * 0.045) * math.sin(row * 0.21 - time * 5)
        canvas.image.paste(strip, (round(sway), edge + row))
    canvas.box((0, HORIZON), (640, 360), ink("182452", 0.42))
    canvas.box((0, HORIZON - 1), (640, HORIZON + 2), ink("9fb0ea", 0.55))


def _ripples(canvas: Canvas, time: float, dawn: float) -> None:
    light: Colour = mixed(ink("8ea2e0", 0.2), ink("ffd2b0", 0.32), dawn)
    for x, y, length in GLINTS:
        depth = (y - HORIZON) / (360 - HORIZON)
        left = x + 14 * math.sin(time * 1.7 + y)
        reach = length * (0.4 + depth)
        canvas.line([(left - reach, y), (left + reach, y)], light, 0.5 + 1.2 * depth)


def _reeds(canvas: Canvas, time: float) -> None:
    for step, x in enumerate((22, 34, 40, 56, 578, 596, 604, 622)):
        sway = 5 * math.sin(time * 1.9 + step)
        top = 268 + (step * 17) % 30
        canvas.line(
            curve([(x, 364), (x + sway * 0.3, 320), (x + sway, top)]), BRIDGE, 2.5
        )
        canvas.line([(x + sway, top), (x + sway, top + 15)], BRIDGE, 6)


SCENE = Scene(640, 360, 7.4, _background, _foreground)
