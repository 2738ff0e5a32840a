"""One line of the records format, read and checked (pure)."""

import json
import math
from datetime import date, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

import regex

from corpus.records import (
    COUNT_FIELDS,
    CommentRecord,
    InvalidRecordError,
    LineErrorCode,
    VideoRecord,
)
from pages.phrases import phrase as _

# Limits of the columns; longer values are refused, never cut.
MAX_PLATFORM_CHARS = 40
MAX_EXTERNAL_ID_CHARS = 200
MAX_NAME_CHARS = 200
MAX_LANGUAGE_CHARS = 40
MAX_COUNT = 2**63 - 1
# Twice what any known platform lets a viewer write.
MAX_COMMENT_CHARS = 20_000
# Deep enough for any metadata, and far from every parser's own limit.
MAX_DEPTH = 20

_UNSTORABLE = regex.compile(r"[\x00\p{Cs}]")
_KINDS = {
    dict: _("an object"),
    list: _("a list"),
    str: _("a string"),
    bool: _("true or false"),
    int: _("a number"),
    float: _("a number"),
    type(None): _("null"),
}


def parse_record(line: bytes) -> VideoRecord:
    """Read and check one line.

    Raises:
        InvalidRecordError: The line cannot be used; the error says where and why.
    """
    fields = _parsed(line)
    if not isinstance(fields, dict):
        _refuse_type("", _("an object"), fields)
    record = VideoRecord(
        platform=_text(fields, "platform", MAX_PLATFORM_CHARS).strip().lower(),
        external_id=_text(fields, "external_id", MAX_EXTERNAL_ID_CHARS).strip(),
        video_path=_path(_text(fields, "video_path")),
        title=_text(fields, "title"),
        description=_text(fields, "description"),
        tags=_tags(fields.pop("tags", None)),
        topic=_text(fields, "topic", MAX_NAME_CHARS),
        category=_text(fields, "category", MAX_NAME_CHARS),
        language=_text(fields, "language", MAX_LANGUAGE_CHARS),
        published_on=_date(fields.pop("published_on", None), "published_on"),
        duration_s=_duration(fields.pop("duration_s", None)),
        **{name: _count(fields.pop(name, None), name) for name in COUNT_FIELDS},
        comments=_comments(fields.pop("comments", None)),
        extra=_extra(fields, ""),
    )
    _check_identity(record)
    return record


def _check_identity(record: VideoRecord) -> None:
    if not record.platform:
        _refuse(LineErrorCode.MISSING, "platform", _("is missing; name the platform"))
    if not record.external_id and not record.video_path:
        reason = _("is missing, and there is no video_path to identify the video by")
        _refuse(LineErrorCode.MISSING, "external_id", reason)


# --- JSON ---------------------------------------------------------------------------


def _not_a_number(constant: str) -> NoReturn:
    msg = f"{constant[:20]} is not a number"
    raise ValueError(msg)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _not_a_number(digits)


_DECODER = json.JSONDecoder(parse_constant=_not_a_number, parse_float=_finite)


def _parsed(line: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    try:
        text = line.decode()
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        reason = _("is not UTF-8 (byte %(byte)s of the line)", byte=error.start + 1)
        raise InvalidRecordError(LineErrorCode.NOT_UTF8, "", reason) from error
    except RecursionError as error:
        raise _too_deep("") from error
    except json.JSONDecodeError as error:
        reason = _(
            "is not JSON: %(problem)s at character %(character)s",
            problem=error.msg,
            character=error.colno,
        )
        raise InvalidRecordError(LineErrorCode.NOT_JSON, "", reason) from error
    except ValueError as error:
        reason = _("is not JSON: %(problem)s", problem=str(error))
        raise InvalidRecordError(LineErrorCode.NOT_JSON, "", reason) from error
    # In strict JSON an escape alone can bring in what cannot be stored.
    if "\\u" in text:
        _check_storable(value, "", 0)
    return value


def _check_storable(value: object, where: str, depth: int) -> None:
    """Refuse what PostgreSQL or UTF-8 cannot hold, anywhere in the value."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            reason = _("contains a NUL character or half of a surrogate pair")
            _refuse(LineErrorCode.UNSTORABLE_TEXT, where, reason)
    elif isinstance(value, dict | list):
        if depth == MAX_DEPTH:
            raise _too_deep(where)
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            _check_storable(key, "a field's name", depth)
            _check_storable(item, _inside(where, key), depth + 1)


def _inside(where: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{where}[{key}]"
    return f"{where}.{key}" if where else key


def _too_deep(where: str) -> InvalidRecordError:
    reason = _("is nested more than %(most)s levels deep", most=MAX_DEPTH)
    return InvalidRecordError(LineErrorCode.TOO_DEEP, where, reason)


# --- Fields -------------------------------------------------------------------------


def _refuse(code: LineErrorCode, where: str, reason: str) -> NoReturn:
    raise InvalidRecordError(code, where, reason)


def _refuse_type(where: str, wanted: str, value: object) -> NoReturn:
    found = _KINDS[type(value)]
    reason = _("must be %(wanted)s, not %(found)s", wanted=wanted, found=found)
    _refuse(LineErrorCode.WRONG_TYPE, where, reason)


def _text(fields: dict[str, Any], name: str, limit: int | None = None) -> str:
    """A string; null or absent is the empty one."""
    value = fields.pop(name, None)
    if value is None:
        return ""
    return _checked_text(value, name, limit)


def _checked_text(value: object, where: str, limit: int | None = None) -> str:
    if not isinstance(value, str):
        _refuse_type(where, _("a string"), value)
    if limit is not None and len(value) > limit:
        reason = _(
            "has %(length)s characters; the maximum is %(most)s",
            length=len(value),
            most=limit,
        )
        _refuse(LineErrorCode.TOO_LONG, where, reason)
    return value


def _path(path: str) -> str:
    """A relative path that stays inside the folder of clips."""
    windows = PureWindowsPath(path)
    if windows.anchor or ".." in windows.parts or ".." in PurePosixPath(path).parts:
        reason = _("must be relative and stay inside the folder of clips")
        _refuse(LineErrorCode.UNSAFE_PATH, "video_path", reason)
    return path


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _refuse_type("tags", _("a list of strings"), value)
    return tuple(_checked_text(tag, f"tags[{i}]") for i, tag in enumerate(value))


def _count(value: object, where: str) -> int | None:
    """A whole number from 0, or None where the platform has none."""
    # A bool is an int to Python; the type itself tells them apart.
    if value is None or (type(value) is int and 0 <= value <= MAX_COUNT):
        return value
    if isinstance(value, float) and value.is_integer():
        # Programs that know no missing integers write 12.0.
        return _count(int(value), where)
    if type(value) is not int:
        _refuse_type(where, _("a whole number or null"), value)
    reason = _("must be between 0 and %(most)s", most=MAX_COUNT)
    _refuse(LineErrorCode.OUT_OF_RANGE, where, reason)


def _duration(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse_type("duration_s", _("a number of seconds or null"), value)
    if not 0 <= value <= MAX_COUNT:
        reason = _("must be between 0 and %(most)s", most=MAX_COUNT)
        _refuse(LineErrorCode.OUT_OF_RANGE, "duration_s", reason)
    return float(value)


def _date(value: object, where: str) -> date | None:
    """A day; of a point in time, its day. Null or empty is None."""
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(_checked_text(value, where)).date()
    except ValueError as error:
        if isinstance(error, InvalidRecordError):
            raise
        reason = _("must be a date such as 2024-11-23, or null")
        raise InvalidRecordError(LineErrorCode.WRONG_TYPE, where, reason) from error


def _comments(value: object) -> tuple[CommentRecord, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _refuse_type("comments", _("a list of objects"), value)
    return tuple(_comment(item, f"comments[{i}]") for i, item in enumerate(value))


def _comment(fields: object, where: str) -> CommentRecord:
    if not isinstance(fields, dict):
        _refuse_type(where, _("an object"), fields)
    if "text" not in fields:
        _refuse(LineErrorCode.MISSING, f"{where}.text", _("is missing"))
    return CommentRecord(
        _checked_text(fields.pop("text"), f"{where}.text", MAX_COMMENT_CHARS),
        _count(fields.pop("like_count", None), f"{where}.like_count"),
        _count(fields.pop("reply_count", None), f"{where}.reply_count"),
        _date(fields.pop("published_on", None), f"{where}.published_on"),
        _extra(fields, where) if fields else {},
    )


def _extra(fields: dict[str, Any], where: str) -> dict[str, Any]:
    """The unknown fields; plain values need no second look."""
    if any(isinstance(value, dict | list) for value in fields.values()):
        _check_storable(fields, where, 0)
    return fields
