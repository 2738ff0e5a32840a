"""What every figure for a paper has in common: sizes, colours, small parts.

One point is 1/72 inch, also in the specifications: a figure that is 7 inches wide is
504 wide in all of them, and its text keeps its size in print.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

# As in static/css/tokens.css: readable in grey print and by the colour-blind. Shape,
# dash or fill always says the same as colour.
INK, ACCENT, SOFT, FAINT = "#1a1d21", "#1f5fae", "#7c848d", "#d9dde1"
SHADES = ["#e8ebee", "#ccd4dc", "#a6b4c4", "#7892b3", "#4a74a8", "#1c4f92"]
FONT = "Liberation Sans"
# The same widths elsewhere: what else an editor or browser may set the text in.
FONTS = "Liberation Sans, Arial, Helvetica, sans-serif"
TEXT = 8.0  # points
ROW_HEIGHT = 13.0
_POINTS_AN_INCH = 72
_WIDE_FROM = 5.0  # inches
_EDGE = 3  # around a figure, in points

Row = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """How wide a figure is printed."""

    inches: float

    @property
    def width(self) -> float:
        """In points."""
        return self.inches * _POINTS_AN_INCH

    @property
    def is_wide(self) -> bool:
        """Whether it spans both columns of a paper."""
        return self.inches >= _WIDE_FROM


def worded(paper: Paper, first: str, second: str) -> str | list[str]:
    """A title of two parts: in one line where there is room, else in two."""
    return f"{first} {second}" if paper.is_wide else [first, second]


# One column of a paper, and both; by the word that addresses and files use.
WIDTHS: Mapping[str, Paper] = {"3.3": Paper(3.3), "7": Paper(7.0)}
PAGE_WIDTH = "7"  # of the pictures on the report page


def finished(chart: "AnyChart", paper: Paper, words: str) -> "AnyChart":
    """The chart as it is printed: exactly so wide, in the look of all figures.

    Args:
        chart: Of one view, or of layers.
        paper: How wide.
        words: What it shows, for whoever cannot see it.
    """
    import altair as alt

    text = {"labelFontSize": TEXT, "titleFontSize": TEXT, "titleFontWeight": "normal"}
    ink = {"labelColor": INK, "titleColor": INK}
    lines = {"domainWidth": 0.5, "gridWidth": 0.5, "tickWidth": 0.5}
    made: AnyChart = (
        chart.properties(
            width=paper.width,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            padding=_EDGE,
            description=words,
        )
        .configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_text(fontSize=TEXT, color=INK)
        .configure_axis(
            **text,
            **ink,
            **lines,
            domainColor=SOFT,
            tickColor=SOFT,
            gridColor="#e3e6e9",
            labelLimit=150 if paper.is_wide else 85,
        )
        .configure_legend(
            **text,
            **ink,
            orient="top",
            titleOrient="left" if paper.is_wide else "top",
            offset=8,
            symbolSize=30,
            gradientLength=80,
            gradientThickness=8,
        )
    )
    return made


def shades(count: int) -> list[str]:
    """So many shades from faint to full, evenly apart; six are those of `SHADES`."""
    steps = [place * (len(SHADES) - 1) / max(count - 1, 1) for place in range(count)]
    return [_mixed(SHADES[floor(step)], SHADES[ceil(step)], step % 1) for step in steps]


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in parts).hex()


def pair_scale(values: Sequence[str]) -> "alt.Scale":
    """Of human and of AI comments."""
    import altair as alt

    return alt.Scale(domain=["human", "AI"], range=list(values))
