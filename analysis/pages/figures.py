"""The pictures of the report page: the files that can be downloaded."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.figures.charts import FIGURES
from analysis.figures.picture import FORMATS, Picture
from analysis.figures.style import PAGE_WIDTH, WIDTHS
from analysis.models import ReportState, StoredFigure
from pages.localising import known_text, localised

PHONE_WIDTH = "3.3"
_PAGE_STYLE = "svg"
# The page has tables with the same marks in place of these.
_TABLES = ("judged-as-human", "differences")
SHOWN = tuple(name for name in FIGURES if name not in _TABLES)


@dataclass(frozen=True)
class FigureView:
    """A figure of the page.

    Attributes:
        name: Of its file.
        title, words: Its caption, and what it shows.
        state: Of `ReportState`, of the file for the page and of that for phones.
        error: Why it could not be drawn.
        is_empty: The report has no data for it.
        inside: The picture itself, as an address; only for a page that is a file.
    """

    name: str
    title: str
    words: str
    state: str
    error: str
    is_empty: bool
    inside: str


def page_pictures(names: Iterable[str] = SHOWN) -> list[Picture]:
    """What is drawn for the page: wide, and for phones."""
    return [
        Picture(name, _PAGE_STYLE, width)
        for name in names
        for width in (PAGE_WIDTH, PHONE_WIDTH)
    ]


def figure_views(
    stored: Mapping[Picture, StoredFigure], *, is_file: bool = False
) -> dict[str, FigureView]:
    """By name, with _ for -, as templates spell it."""
    names = dict.fromkeys(picture.name for picture in stored)
    return {
        name.replace("-", "_"): _view(name, stored, is_file=is_file) for name in names
    }


def _view(
    name: str, stored: Mapping[Picture, StoredFigure], *, is_file: bool
) -> FigureView:
    wide, narrow = (stored[picture] for picture in page_pictures([name]))
    states = [one.state for one in (wide, narrow)]
    least = next((s for s in states if s != ReportState.DONE), ReportState.DONE)
    is_done = least == ReportState.DONE
    return FigureView(
        name=name,
        title=localised(FIGURES[name].title),
        words=localised(FIGURES[name].words),
        state=least,
        error=known_text(wide.error or narrow.error),
        is_empty=is_done and not wide.content,
        inside=_address(bytes(wide.content or b"")) if is_file and is_done else "",
    )


def _address(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def download_choices() -> dict[str, object]:
    """What the links below a figure offer."""
    return {"figure_widths": list(WIDTHS), "figure_formats": FORMATS}
