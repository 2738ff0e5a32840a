"""Passwords that are known from breaches, looked up in a file of this machine."""

from hashlib import sha1
from pathlib import Path
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Longest line: 40 digits, a colon, a count.
_LINE: Final = 64


class LeakedPasswordValidator:
    """Refuse a password whose SHA-1 is in the file (`LEAKED_PASSWORDS_FILE`).

    It is the list of Pwned Passwords ordered by hash, or any other list of lines
    `HASH` or `HASH:COUNT` in upper case that is sorted. It is searched on the disk, by
    halves; nothing of it is kept in memory, and nothing leaves the machine.
    """

    def __init__(self, file: str) -> None:
        self._file = Path(file)

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Check one password.

        Raises:
            ValidationError: it is known from a breach.
        """
        if is_listed(password, self._file):
            msg = _("This password is known from a data breach. Choose another one.")
            raise ValidationError(msg, code="password_leaked")

    def get_help_text(self) -> str:
        return _("Your password can't be one that is known from a data breach.")


def is_listed(password: str, file: Path) -> bool:
    """Whether the list has the password.

    Raises:
        OSError: the file can't be read.
    """
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        return _first_from(lines, wanted).startswith(wanted)


def _first_from(lines: IO[bytes], wanted: bytes) -> bytes:
    """The first line that isn't before the wanted one; empty: none."""
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start = _line_start(lines, middle)
        line = lines.readline(_LINE)
        if line and line[: len(wanted)] < wanted:
            low = max(start + len(line), middle + 1)
        else:
            high = middle
    _line_start(lines, low)
    return lines.readline(_LINE)


def _line_start(lines: IO[bytes], at: int) -> int:
    """Go to the first line that begins at this byte or behind it."""
    lines.seek(max(at - 1, 0))
    if at:
        lines.readline(_LINE)
    return lines.tell()
