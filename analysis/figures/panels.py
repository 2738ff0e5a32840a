"""Small pictures of one source each, side by side: for curves that would hide others.

All panels lie in one coordinate system, so that the whole is one view of a known width:
a panel is a unit square, and its data are moved to where it stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures.style import FAINT, TEXT, Paper, Row

if TYPE_CHECKING:
    import altair as alt

_GAP_X, _GAP_Y = 0.16, 0.42  # in panels; above each stands its title
_TICK = TEXT - 1.5


@dataclass(frozen=True)
class Panels:
    """So many panels on so much paper, from the left and from the top."""

    count: int
    paper: Paper

    @property
    def columns(self) -> int:
        """How many stand in a row."""
        return min(self.count, 6 if self.paper.is_wide else 3)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    def corner(self, place: int) -> tuple[float, float]:
        """The left bottom corner of a panel; the first row is the highest."""
        row, column = divmod(place, self.columns)
        return column * (1 + _GAP_X), -row * (1 + _GAP_Y)

    @property
    def is_left(self) -> Callable[[int], bool]:
        """Whether a panel is the first of its row."""
        return lambda place: place % self.columns == 0

    @property
    def is_lowest(self) -> Callable[[int], bool]:
        """Whether nothing stands below a panel."""
        return lambda place: place + self.columns >= self.count

    @property
    def left(self) -> float:
        """Room for ticks and the title of the upright axis, in panels."""
        return 0.38 if self.paper.is_wide else 0.52

    @property
    def _span(self) -> tuple[float, float]:
        """Width and height, in panels, with room for ticks, titles and axis titles."""
        bottom = 0.5
        return (
            self.left + self.columns * (1 + _GAP_X) - _GAP_X + 0.04,
            bottom + self.rows * (1 + _GAP_Y) - _GAP_Y + 0.3,
        )

    @property
    def height(self) -> float:
        """In points, so that panels are as high as they are wide."""
        width, height = self._span
        return self.paper.width * height / width

    def scales(self) -> "tuple[alt.X, alt.Y]":
        """The axes that all layers share; nothing of them is drawn."""
        import altair as alt

        width, height = self._span
        _, lowest = self.corner(self.count - 1)
        x = alt.Scale(domain=[-self.left, width - self.left], nice=False, zero=False)
        y = alt.Scale(domain=[lowest - 0.5, lowest - 0.5 + height], nice=False)
        return (
            alt.X("x:Q", axis=None, scale=x),
            alt.Y("y:Q", axis=None, scale=y),
        )

    def at(self, place: int, x: float, y: float) -> Row:
        """A point of a panel, from 0 to 1 each."""
        left, bottom = self.corner(place)
        return {"x": left + x, "y": bottom + y}


def frame(
    panels: Panels,
    titles: Sequence[str],
    *,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
    x_title: str,
    y_title: str,
) -> "list[alt.Chart]":
    """What stands around the curves: frames, ticks, titles."""
    import altair as alt

    x, y = panels.scales()
    boxes, words, x_labels, y_labels = [], [], [], []
    limit = panels.paper.width / panels.columns * 0.8
    for place, title in enumerate(titles):
        left, bottom = panels.corner(place)
        boxes.append({"x": left, "y": bottom, "x2": left + 1, "y2": bottom + 1})
        words.append({"x": left, "y": bottom + 1.07, "text": title})
        if panels.is_lowest(place):
            x_labels += [
                panels.at(place, at, -0.06) | {"text": text} for at, text in x_ticks
            ]
        if panels.is_left(place):
            y_labels += [
                panels.at(place, -0.05, at) | {"text": text} for at, text in y_ticks
            ]
    data = alt.InlineData
    middle = (panels.columns * (1 + _GAP_X) - _GAP_X) / 2
    _, lowest = panels.corner(panels.count - 1)
    around = [
        {"x": middle, "y": lowest - 0.4, "text": x_title},
    ]
    side = [{"x": 0.07 - panels.left, "y": (lowest + 1) / 2, "text": y_title}]
    layers = [
        alt.Chart(data(values=boxes))
        .mark_rect(fill=None, stroke=FAINT, strokeWidth=0.75)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        alt.Chart(data(values=words))
        .mark_text(align="left", baseline="bottom", limit=limit, fontSize=TEXT - 1)
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(data(values=around))
        .mark_text(align="center", baseline="bottom")
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(data(values=side))
        .mark_text(align="center", baseline="middle", angle=270)
        .encode(x=x, y=y, text="text:N"),
    ]
    under = alt.MarkDef(type="text", align="center", baseline="top", fontSize=_TICK)
    beside = alt.MarkDef(type="text", align="right", baseline="middle", fontSize=_TICK)
    layers += [
        alt.Chart(data(values=placed), mark=mark).encode(x=x, y=y, text="text:N")
        for placed, mark in ((x_labels, under), (y_labels, beside))
    ]
    return layers
