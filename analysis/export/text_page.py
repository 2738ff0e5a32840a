"""A text as a PDF of one page: as wide as A4, as long as the text, fonts embedded."""

import textwrap
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import Final

from analysis.figures.style import FONT

_WIDTH, _LEAST_HEIGHT, _EDGE = 595, 842, 50  # points; A4 is 595 x 842
_SIZES: Final = (("# ", 15.0), ("## ", 11.5), ("", 9.0))
_CHARACTERS: Final = 100  # that fit a line of the smallest size


def text_page(text: str) -> bytes:
    """Markdown's headings large, everything else as it is written, wrapped."""
    import vl_convert as converter

    height, words = float(_EDGE), []
    for line, size in _lines(text):
        height += 1.45 * size
        words.append(
            f'<text x="{_EDGE}" y="{height:.1f}" font-size="{size}">{escape(line)}'
            "</text>"
        )
    height = max(height + _EDGE, _LEAST_HEIGHT)
    made: bytes = converter.svg_to_pdf(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" '
        f'height="{height:.0f}" font-family="{FONT}">{"".join(words)}</svg>'
    )
    return made


def _lines(text: str) -> Iterator[tuple[str, float]]:
    for line in text.splitlines():
        mark, size = next(pair for pair in _SIZES if line.startswith(pair[0]))
        room = int(_CHARACTERS * _SIZES[-1][1] / size)
        for part in _wrapped(line.removeprefix(mark), room) or [""]:
            yield part, size


def _wrapped(line: str, room: int) -> list[str]:
    """Where words have no spaces between them, wherever the line is full."""
    if any(unicodedata.east_asian_width(sign) in "WF" for sign in line):
        return [line[at : at + room // 2] for at in range(0, len(line), room // 2)]
    return textwrap.wrap(line, room)
