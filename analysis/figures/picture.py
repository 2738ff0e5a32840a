"""A figure as a file: which, in which format, how wide. Loads no library."""

from typing import NamedTuple

FORMATS = ("svg", "pdf", "png")
ERRORS = "errors.json"  # beside pictures: by file, why it could not be drawn


class Picture(NamedTuple):
    """The figure's name, one of `FORMATS`, and one of `style.WIDTHS`."""

    name: str
    style: str
    width: str

    @property
    def file(self) -> str:
        """What the file is called."""
        return f"{self.name}-{self.width}in.{self.style}"
