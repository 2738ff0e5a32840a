"""Files of records, plain or gzip, read line by line in constant memory (no Django)."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from corpus.record_parsing import parse_record
from corpus.records import InvalidRecordError, LineError, LineErrorCode, VideoRecord
from pages.phrases import phrase as _

# A record of 1,000 long comments has under 10 MiB.
MAX_LINE_BYTES = 16 * 1024 * 1024

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NumberedRecord(NamedTuple):
    """A record and the number of its line, from 1."""

    line: int
    record: VideoRecord


class RecordFile:
    """An open file of records; iterating gives each line's record or its error.

    Empty lines are passed over. A damaged compressed file ends with an error on the
    line at which it broke off, and one that is too large with an error on the line
    that is over the limit.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int | None = None,
        max_lines: int | None = None,
        at_line: Callable[[], None] = lambda: None,
    ) -> None:
        """Open the file; its content, not its name, says whether it is compressed.

        Args:
            path: the file.
            max_bytes: how much of it, unpacked, is read at the most; a small
                compressed file may unpack to any size.
            max_lines: how many lines of it, empty ones too.
            at_line: called for each line; what it raises ends the reading.
        """
        self._max_lines = max_lines
        self._at_line = at_line
        self._max_bytes = max_bytes
        self._unpacked_bytes = 0
        self.byte_count = path.stat().st_size
        self._file = path.open("rb")
        is_compressed = self._file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        self._file.seek(0)
        self._lines: BinaryIO | gzip.GzipFile = (
            gzip.GzipFile(fileobj=self._file) if is_compressed else self._file
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def bytes_read(self) -> int:
        """How far into the file on disk the reading is, for progress."""
        return self._file.tell()

    def __iter__(self) -> Iterator[NumberedRecord | LineError]:
        number = 0
        try:
            while line := self._readline(MAX_LINE_BYTES + 1):
                number += 1
                self._at_line()
                if self._max_lines is not None and number > self._max_lines:
                    yield _too_many_lines(number, self._max_lines)
                    return
                if self._is_too_large:
                    yield _file_too_large(number, self._max_bytes or 0)
                    return
                if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                    self._skip_line()
                    yield _too_long(number)
                elif content := line.removeprefix(_BYTE_ORDER_MARK).strip():
                    yield _read(number, content)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            reason = _(
                "the compressed file is damaged from here on: %(problem)s",
                problem=str(error),
            )
            yield LineError(number + 1, LineErrorCode.FILE_DAMAGED, "", reason)

    def _readline(self, limit: int) -> bytes:
        line = self._lines.readline(limit)
        self._unpacked_bytes += len(line)
        return line

    @property
    def _is_too_large(self) -> bool:
        return self._max_bytes is not None and self._unpacked_bytes > self._max_bytes

    def _skip_line(self) -> None:
        while not self._is_too_large:
            rest = self._readline(MAX_LINE_BYTES)
            if not rest or rest.endswith(b"\n"):
                break


def _read(number: int, content: bytes) -> NumberedRecord | LineError:
    try:
        return NumberedRecord(number, parse_record(content))
    except InvalidRecordError as error:
        return LineError(number, error.code, error.field_name, error.reason)


def _file_too_large(number: int, most: int) -> LineError:
    size = f"{most / 2**20:,.0f}"
    reason = _(
        "the file has more than %(size)s MiB unpacked, and the rest was not read. Send "
        "it in parts, or import it on the server",
        size=size,
    )
    return LineError(number, LineErrorCode.FILE_TOO_LARGE, "", reason)


def _too_many_lines(number: int, most: int) -> LineError:
    reason = (
        f"the file has more than {most:,} lines; the rest is not read: send it in "
        "parts, or import it on the server"
    )
    return LineError(number, LineErrorCode.FILE_TOO_LARGE, "", reason)


def _too_long(number: int) -> LineError:
    reason = _(
        "is longer than %(most)s bytes; a line holds one video", most=MAX_LINE_BYTES
    )
    return LineError(number, LineErrorCode.LINE_TOO_LONG, "", reason)
