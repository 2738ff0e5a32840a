"""The error file of an import: one JSON object for each refused line."""

import json
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self


class RefusedLine(Protocol):
    """What is wrong with one line, of whatever file."""

    @property
    def reason(self) -> str:
        """In English; a `Phrase` where pages can translate it."""

    def as_json(self) -> dict[str, str | int]:
        """The entry of the error file: line, code, reason ..."""


class ErrorFile:
    """Writes refused lines as they come; no file is made where there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        # Errors of an earlier run would pass for this one's.
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def write(self, error: RefusedLine) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8")
        self.count += 1
        self._file.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")

    def flush(self) -> None:
        """Let readers see what is written so far."""
        if self._file:
            self._file.flush()
