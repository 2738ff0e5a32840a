"""What an import shows in a terminal: progress on a TTY, refused lines always."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from corpus.importing.importer import ImportCounts


class Terminal(Protocol):
    """Where an import speaks while it runs."""

    def say(self, line: str) -> None:
        """Print a line, above the progress if there is one."""

    def advance(self, bytes_read: int, counts: ImportCounts) -> None:
        """Show how far the file is read and how fast."""


class PlainTerminal:
    """A pipe or a log file: lines and no progress."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, line: str) -> None:
        self._stream.write(f"{line}\n")

    def advance(self, bytes_read: int, counts: ImportCounts) -> None:
        pass


class LiveTerminal:
    """A terminal with a progress bar, the rate and the time left."""

    def __init__(self, progress: Progress, byte_count: int) -> None:
        self._progress = progress
        self._bar = progress.add_task("Importing", total=byte_count, rate="")
        self._started = time.monotonic()

    def say(self, line: str) -> None:
        self._progress.console.print(line, markup=False, highlight=False)

    def advance(self, bytes_read: int, counts: ImportCounts) -> None:
        seconds = time.monotonic() - self._started
        rate = (
            f"{counts.videos / seconds:,.0f} videos/s "
            f"{counts.comments_read / seconds:,.0f} comments/s"
        )
        self._progress.update(self._bar, completed=bytes_read, rate=rate)


@contextmanager
def terminal(stream: TextIO, byte_count: int) -> Iterator[Terminal]:
    """Speak to a stream, with live progress where a person looks at it."""
    if not stream.isatty():
        yield PlainTerminal(stream)
        return
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(file=stream),
    )
    with progress:
        yield LiveTerminal(progress, byte_count)
