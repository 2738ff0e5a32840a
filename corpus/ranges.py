"""HTTP's Range header, for files (RFC 9110 section 14), pure."""

import re
from dataclasses import dataclass

_SINGLE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class ByteRange:
    """Bytes `start` to `end`, both included, of a file."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class UnsatisfiableRangeError(Exception):
    """The range begins past the end of the file."""


def requested_range(header: str, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes that a Range header asks for.

    Returns:
        None for the whole file: no header, one that is not understood, or several
        ranges, which a server may answer in full.

    Raises:
        UnsatisfiableRangeError: It begins past the end of the file.
    """
    match = _SINGLE_RANGE.fullmatch(header.strip().replace(" ", "").lower())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise UnsatisfiableRangeError
    return ByteRange(start, end)
