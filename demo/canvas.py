"""A canvas in output pixels that draws at twice the size, for smooth edges."""

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from demo.motion import Point

SUPERSAMPLE = 2
"""Drawn pixels per output pixel along each side; the encoder averages them."""

GLOW_STEP = 5
"""Strengths of light are rounded to this, so that few masks have to be made."""

Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, 0 to 255 each."""


def ink(code: str, opacity: float = 1.0) -> Colour:
    """Read a colour written ``rrggbb``, with an opacity from 0 to 1."""
    red, green, blue = bytes.fromhex(code)
    return red, green, blue, round(255 * min(1.0, max(0.0, opacity)))


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """The colour ``share`` of the way from the first to the second."""
    red, green, blue, opacity = (
        round(a + (b - a) * share) for a, b in zip(first, second, strict=True)
    )
    return red, green, blue, opacity


def faded(colour: Colour, opacity: float) -> Colour:
    """The same colour with another opacity, from 0 to 1."""
    return (*colour[:3], round(255 * min(1.0, max(0.0, opacity))))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes inside Pillow: the same on every machine."""
    return ImageFont.load_default(size)


class Canvas:
    """One picture; every coordinate and length is in output pixels."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image, "RGBA")

    @classmethod
    def blank(cls, width: int, height: int) -> "Canvas":
        return cls(Image.new("RGB", (width * SUPERSAMPLE, height * SUPERSAMPLE)))

    @property
    def width(self) -> float:
        """The width in output pixels."""
        return self.image.width / SUPERSAMPLE

    def copy(self) -> "Canvas":
        return Canvas(self.image.copy())

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        self._draw.polygon([_up(point) for point in points], fill=fill)

    def box(
        self, corner: Point, opposite: Point, fill: Colour, radius: float = 0
    ) -> None:
        """A rectangle between two corners (top left, bottom right)."""
        (left, top), (right, bottom) = _up(corner), _up(opposite)
        edges = (left, top, max(left, right - 1), max(top, bottom - 1))
        self._draw.rounded_rectangle(edges, radius * SUPERSAMPLE, fill=fill)

    def oval(self, centre: Point, radii: Point, fill: Colour) -> None:
        self._draw.ellipse(_bounds(centre, radii), fill=fill)

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        self.oval(centre, (radius, radius), fill)

    def ring(
        self, centre: Point, radii: Point, colour: Colour, width: float = 1
    ) -> None:
        """The outline of an ellipse."""
        self._draw.ellipse(_bounds(centre, radii), outline=colour, width=_thick(width))

    def line(self, points: Sequence[Point], colour: Colour, width: float = 1) -> None:
        """A line through points with round ends and joints."""
        ups = [_up(point) for point in points]
        self._draw.line(ups, fill=colour, width=_thick(width), joint="curve")
        if colour[3] == ink("000000")[3] and width > 1:
            for end in (points[0], points[-1]):
                self.disc(end, width / 2, colour)

    def arc(
        self, centre: Point, radii: Point, span: Point, colour: Colour, width: float
    ) -> None:
        """Part of an outline; ``span`` in degrees, clockwise from 3 o'clock."""
        self._draw.arc(_bounds(centre, radii), *span, fill=colour, width=_thick(width))

    def text(self, at: Point, words: str, size: int, colour: Colour) -> None:
        """One line of text, centred at a point."""
        font = _font(size * SUPERSAMPLE)
        self._draw.text(_up(at), words, fill=colour, font=font, anchor="mm")

    def gradient(
        self, top: Colour, bottom: Colour, corner: Point, opposite: Point
    ) -> None:
        """Fill a rectangle with a vertical gradient."""
        left, upper, right, lower = (round(v) for v in (*_up(corner), *_up(opposite)))
        size = (right - left, lower - upper)
        self.image.paste(top[:3], (left, upper, right, lower))
        low = Image.new("RGB", size, bottom[:3])
        self.image.paste(low, (left, upper), _ramp(size))

    def glow(self, centre: Point, radius: float, colour: Colour) -> None:
        """A soft round light, strongest in the middle, added over the picture."""
        side = round(2 * radius * SUPERSAMPLE)
        left, top = (round(v - side / 2) for v in _up(centre))
        mask = _glow_mask(side, round(colour[3] / GLOW_STEP) * GLOW_STEP)
        self.image.paste(colour[:3], (left, top), mask)

    def shade(self, colour: Colour) -> None:
        """Lay one translucent colour over the whole picture."""
        share = colour[3] / 255
        mix = [
            round(level + (target - level) * share)
            for target in colour[:3]
            for level in range(256)
        ]
        self.image.paste(self.image.point(mix))


@cache
def _ramp(size: tuple[int, int]) -> Image.Image:
    """A mask that rises from 0 at the top to 255 at the bottom."""
    return Image.linear_gradient("L").resize(size)


@cache
def _glow_mask(side: int, strength: int) -> Image.Image:
    """A square mask falling from ``strength`` in the middle to 0 at its rim."""
    ramp = Image.radial_gradient("L").resize((side, side))
    # The stock gradient has 181 at the middle of a side and 255 in the corners.
    return ramp.point(
        [round(strength * max(0.0, 1 - level / 181) ** 2) for level in range(256)]
    )


def _up(point: Point) -> Point:
    return point[0] * SUPERSAMPLE, point[1] * SUPERSAMPLE


def _thick(width: float) -> int:
    return max(1, round(width * SUPERSAMPLE))


def _bounds(centre: Point, radii: Point) -> tuple[float, float, float, float]:
    (x, y), (wide, high) = _up(centre), _up((abs(radii[0]), abs(radii[1])))
    return x - wide, y - high, x + wide, y + high
