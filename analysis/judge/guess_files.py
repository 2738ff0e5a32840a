"""Guesses as CSV: from somebody else's judge, or out of this platform."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.reporting.rendering import spreadsheet_safe
from pages.phrases import phrase as _

COLUMNS = ("video", "comment", "source", "guess", "judge", "version")


@dataclass(frozen=True)
class Guess:
    """One line: a comment, the chance that a person judges it human, and who says so.

    Attributes:
        video, comment, source: As in the long table; source may be empty.
        chance: From 0 to 1.
        judge, version: Of the judge; may be empty.
    """

    video: str
    comment: str
    source: str
    chance: float
    judge: str = ""
    version: str = ""


def read_guesses(path: str | Path) -> list[Guess]:
    """Read a CSV file with the columns comment and guess, and any other of `COLUMNS`.

    Raises:
        AnalysisError: The file cannot be read, or a line is wrong; lines count from 2,
            after the header.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(
            _("%(path)s can't be read: %(why)s", path=str(path), why=str(error))
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    if not {"comment", "guess"} <= {*(reader.fieldnames or ())}:
        raise AnalysisError(
            _("%(path)s needs the columns comment and guess.", path=str(path))
        )
    return [_guess(row, reader.line_num, str(path)) for row in reader]


def _guess(row: dict[str, str], line: int, path: str) -> Guess:
    try:
        chance = float(row["guess"])
    except (TypeError, ValueError):
        chance = -1.0
    if not 0 <= chance <= 1:
        raise AnalysisError(
            _(
                "%(path)s, line %(line)s: %(value)s is not a number from 0 to 1.",
                path=path,
                line=line,
                value=repr(row["guess"]),
            )
        )
    texts = [(row.get(name) or "").removeprefix("'") for name in COLUMNS]
    video, comment, source, _guess_text, judge, version = texts
    return Guess(video, comment, source, chance, judge, version)


def written_guesses(guesses: Iterable[Guess]) -> str:
    """The file that `read_guesses` reads."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in guesses:
        names = [
            spreadsheet_safe(name) for name in (one.video, one.comment, one.source)
        ]
        writer.writerow([*names, repr(one.chance), one.judge, one.version])
    return text.getvalue()
