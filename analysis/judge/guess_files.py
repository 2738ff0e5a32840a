"""Guesses as CSV, from somebody else's judge or out of this platform; and chances."""

import csv
import io
from collections.abc import Iterable, Iterator
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
    return [_guess(row, chance) for row, chance in _rows(path, "comment", "guess")]


def read_chances(path: str | Path) -> dict[str, float]:
    """Read a CSV file with the columns video and chance: of being judged, by video.

    Raises:
        AnalysisError: As `read_guesses`.
    """
    rows = _rows(path, "video", "chance")
    return {row["video"].removeprefix("'"): chance for row, chance in rows}


def _rows(
    path: str | Path, name: str, number: str
) -> Iterator[tuple[dict[str, str], float]]:
    """The lines of a CSV file that has both columns, with the number from 0 to 1."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(
            _("%(path)s can't be read: %(why)s", path=str(path), why=str(error))
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    if not {name, number} <= {*(reader.fieldnames or ())}:
        raise AnalysisError(
            _(
                "%(path)s needs the columns %(name)s and %(number)s.",
                path=str(path),
                name=name,
                number=number,
            )
        )
    for row in reader:
        try:
            value = float(row[number])
        except (TypeError, ValueError):
            value = -1.0
        if not 0 <= value <= 1:
            raise AnalysisError(
                _(
                    "%(path)s, line %(line)s: %(value)s is not a number from 0 to 1.",
                    path=str(path),
                    line=reader.line_num,
                    value=repr(row[number]),
                )
            )
        yield row, value


def _guess(row: dict[str, str], chance: float) -> Guess:
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
