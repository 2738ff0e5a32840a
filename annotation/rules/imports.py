"""Files of AI comments, CSV or JSON Lines: read row by row in constant memory (pure).

A row names a video, a source and a text:

    video,source,text
    youtube:alJ1KJu5h9U,gpt-4o,"the leech is ""fine"", he says"

or, as JSON Lines, `{"video": "youtube:alJ1KJu5h9U", "source": "gpt-4o", "text": ...}`.
The video is `platform:id`, the bare id where no other platform has it, or
`sha256:<hash of the file>` for videos without an id; the two columns `platform` and
`external_id` may stand in its place. `video_id` is another name of the column `video`.
"""

import codecs
import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from annotation.rules.studies.video_references import VideoReference, video_reference
from pages.phrases import phrase as _

# Longer texts aren't comments; those in the corpus are far shorter.
MAX_TEXT_LENGTH = 20_000
MAX_LINE_BYTES = 1024 * 1024
MAX_NAME_LENGTH = 200

_OTHER_FILES = {
    b"\x1f\x8b": _("The file is compressed (gzip). Unpack it first."),
    b"PK\x03\x04": _(
        "The file is a spreadsheet or a zip archive. Export it as CSV in UTF-8."
    ),
    b"\xd0\xcf\x11\xe0": _("The file is a spreadsheet. Export it as CSV in UTF-8."),
    b"%PDF": _("The file is a PDF. Use a CSV or JSON Lines file."),
    codecs.BOM_UTF16_LE: _("The file is in UTF-16. Save it as UTF-8."),
    codecs.BOM_UTF16_BE: _("The file is in UTF-16. Save it as UTF-8."),
}
_DELIMITERS = ",;\t"


class UnreadableFileError(ValueError):
    """The file as a whole is no list of comments; the message says what to do."""


class RowErrorCode(StrEnum):
    """The kinds of reasons why a row is refused."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    BAD_CSV = "bad_csv"
    NUL = "nul"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    # Found later, when the row meets the corpus.
    UNKNOWN_VIDEO = "unknown_video"
    AMBIGUOUS_VIDEO = "ambiguous_video"
    UNKNOWN_SOURCE = "unknown_source"
    HUMAN_SOURCE = "human_source"
    UNUSABLE_TEXT = "unusable_text"
    SECOND_TEXT = "second_text"


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was refused: the line it begins on (from 1), and why."""

    line: int
    code: RowErrorCode
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"

    def as_json(self) -> dict[str, str | int]:
        """An entry of the machine-readable error file."""
        return {"line": self.line, "code": self.code.value, "reason": self.reason}


class CommentRow(NamedTuple):
    """One comment as the file gives it."""

    line: int
    video: VideoReference
    source: str
    text: str


class _RefusedRowError(ValueError):
    def __init__(self, code: RowErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_comments(
    file: BinaryIO, *, max_lines: int | None = None
) -> Iterator[CommentRow | RowError]:
    """Each row of a CSV or JSON Lines file, or what is wrong with it.

    The content, not the name, says which of the two it is. Empty lines are passed
    over.

    Raises:
        UnreadableFileError: the file is neither, is empty, lacks a column, or has more
            than `max_lines` lines.
    """
    start = file.read(4096)
    file.seek(0)
    for magic, problem in _OTHER_FILES.items():
        if start.startswith(magic):
            raise UnreadableFileError(problem)
    content = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not content:
        msg = _("The file is empty.")
        raise UnreadableFileError(msg)
    most = sys.maxsize if max_lines is None else max_lines
    if content.startswith(b"{"):
        return _json_rows(file, most)
    return _csv_rows(file, most)


def _check_count(count: int, most: int) -> None:
    if count > most:
        shown = f"{most:,}"
        msg = _(
            "The file has more than %(most)s lines. Import it in parts.", most=shown
        )
        raise UnreadableFileError(msg)


# --- JSON Lines ---------------------------------------------------------------------


def _json_rows(file: BinaryIO, most: int) -> Iterator[CommentRow | RowError]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        _check_count(number, most)
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE_BYTES)
            reason = _("the line is longer than %(most)s bytes", most=MAX_LINE_BYTES)
            yield RowError(number, RowErrorCode.TOO_LONG, reason)
        elif content := line.removeprefix(codecs.BOM_UTF8).strip():
            try:
                yield _row(number, _json_object(content))
            except _RefusedRowError as error:
                yield RowError(number, error.code, error.reason)


def _json_object(content: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(content.decode())
    except UnicodeDecodeError as error:
        raise _not_utf8(error.start) from error
    except (json.JSONDecodeError, RecursionError) as error:
        reason = _("not JSON: %(problem)s", problem=str(error))
        raise _RefusedRowError(RowErrorCode.NOT_JSON, reason) from error
    if not isinstance(value, dict):
        reason = _("not a JSON object with video, source and text")
        raise _RefusedRowError(RowErrorCode.NOT_JSON, reason)
    return value


# --- CSV ----------------------------------------------------------------------------


def _csv_rows(file: BinaryIO, most: int) -> Iterator[CommentRow | RowError]:
    # What is not UTF-8 becomes surrogates here and is refused row by row.
    text = io.TextIOWrapper(
        file, encoding="utf-8-sig", errors="surrogateescape", newline=""
    )
    try:
        header = text.readline(MAX_LINE_BYTES)
        delimiter = max(_DELIMITERS, key=header.count)
        columns = _columns(header, delimiter)
        yield from _csv_body(_bounded_lines(text, most), delimiter, columns)
    finally:
        text.detach()


def _bounded_lines(text: io.TextIOWrapper, most: int) -> Iterator[str]:
    count = 1
    while line := text.readline(MAX_LINE_BYTES):
        count += 1
        _check_count(count, most)
        if len(line) == MAX_LINE_BYTES:
            msg = _(
                "A line of the file is longer than %(most)s characters.",
                most=MAX_LINE_BYTES,
            )
            raise UnreadableFileError(msg)
        yield line


def _columns(header: str, delimiter: str) -> list[str]:
    if "\0" in header:
        msg = _("The file is binary or in UTF-16. Save it as text in UTF-8.")
        raise UnreadableFileError(msg)
    try:
        names = next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error as error:
        msg = _(
            "The first line can't be read as a header row: %(problem)s.",
            problem=str(error),
        )
        raise UnreadableFileError(msg) from error
    columns = [name.strip().casefold() for name in names]
    has_video = {"video", "video_id"} & {*columns} or {"platform", "external_id"} <= {
        *columns
    }
    if not has_video or not {"source", "text"} <= {*columns}:
        found = ", ".join(filter(None, columns))[:MAX_NAME_LENGTH]
        found = found.encode(errors="replace").decode()
        msg = _(
            "The header row must name the columns video, source and text (or platform "
            "and external_id for the video). It reads: %(found)s.",
            found=found or _("nothing"),
        )
        raise UnreadableFileError(msg)
    return columns


def _csv_body(
    lines: Iterator[str], delimiter: str, columns: list[str]
) -> Iterator[CommentRow | RowError]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        # From 1, and the header stands above.
        line = reader.line_num + 2
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowError(line, RowErrorCode.BAD_CSV, _csv_problem(error))
            continue
        if not any(fields):
            continue
        try:
            yield _row(line, _named(columns, fields))
        except _RefusedRowError as error:
            yield RowError(line, error.code, error.reason)


def _csv_problem(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return _(
            "a quotation mark opens here but never closes, so the rest can't be read"
        )
    if "field limit" in str(error):
        return _("a field is too long. Is a quotation mark missing?")
    return _(
        "%(problem)s. Write a quotation mark inside quotation marks twice",
        problem=str(error),
    )


def _named(columns: list[str], fields: list[str]) -> dict[str, object]:
    if len(fields) != len(columns):
        reason = _(
            "%(found)s fields instead of %(wanted)s. Put texts that contain a "
            "separator or a new line in quotation marks",
            found=len(fields),
            wanted=len(columns),
        )
        raise _RefusedRowError(RowErrorCode.BAD_CSV, reason)
    return dict(zip(columns, fields, strict=True))


# --- Either -------------------------------------------------------------------------


def _row(line: int, fields: Mapping[str, object]) -> CommentRow:
    text = _field(fields, "text", MAX_TEXT_LENGTH)
    source = _field(fields, "source", MAX_NAME_LENGTH).strip()
    return CommentRow(line, _video(fields), source, text)


def _video(fields: Mapping[str, object]) -> VideoReference:
    for name in ("video", "video_id"):
        if fields.get(name) not in (None, ""):
            return video_reference(_field(fields, name, MAX_NAME_LENGTH * 2))
    if fields.get("platform") in (None, ""):
        reason = _("video is missing. Write it as platform:id")
        raise _RefusedRowError(RowErrorCode.MISSING, reason)
    platform = _field(fields, "platform", MAX_NAME_LENGTH).strip().lower()
    external_id = _field(fields, "external_id", MAX_NAME_LENGTH).strip()
    return VideoReference(platform, external_id)


def _field(fields: Mapping[str, object], name: str, limit: int) -> str:
    value = fields.get(name)
    if value is None or value == "":
        reason = _("%(column)s is missing", column=name)
        raise _RefusedRowError(RowErrorCode.MISSING, reason)
    if not isinstance(value, str):
        kind = type(value).__name__
        reason = _("%(column)s must be text, not %(kind)s", column=name, kind=kind)
        raise _RefusedRowError(RowErrorCode.WRONG_TYPE, reason)
    if "\0" in value:
        reason = _("%(column)s contains a NUL character", column=name)
        raise _RefusedRowError(RowErrorCode.NUL, reason)
    if not _is_unicode(value):
        raise _not_utf8()
    if len(value) > limit:
        reason = _(
            "%(column)s has %(length)s characters; the maximum is %(most)s",
            column=name,
            length=len(value),
            most=limit,
        )
        raise _RefusedRowError(RowErrorCode.TOO_LONG, reason)
    return value


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_utf8(byte: int | None = None) -> _RefusedRowError:
    if byte is None:
        reason = _("not valid UTF-8. Save the file in UTF-8")
    else:
        reason = _(
            "not valid UTF-8 at byte %(byte)s of the line. Save the file in UTF-8",
            byte=byte,
        )
    return _RefusedRowError(RowErrorCode.NOT_UTF8, reason)
