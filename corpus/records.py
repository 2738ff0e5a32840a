"""The records format: JSON Lines, one video a line.

Pure. What a record is and how it is written; `corpus.record_parsing` reads one line,
`corpus.record_files` a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

COUNT_FIELDS = (
    "view_count",
    "like_count",
    "favorite_count",
    "share_count",
    "comment_count",
)


class CommentRecord(NamedTuple):
    """One viewer's comment as received."""

    text: str
    like_count: int | None = None
    reply_count: int | None = None
    published_on: date | None = None
    # Unknown fields, as received.
    extra: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """One line: a video's metadata and its comments. Counts are None where unknown."""

    platform: str
    # Empty where unknown; then the file of `video_path` identifies the video.
    external_id: str = ""
    # Relative to the folder of clips, with forward slashes; empty without a clip.
    video_path: str = ""
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    topic: str = ""
    category: str = ""
    language: str = ""
    published_on: date | None = None
    # Of the platform's video, in seconds.
    duration_s: float | None = None
    view_count: int | None = None
    like_count: int | None = None
    favorite_count: int | None = None
    share_count: int | None = None
    comment_count: int | None = None
    comments: tuple[CommentRecord, ...] = ()
    # Unknown fields, as received.
    extra: Mapping[str, Any] = field(default_factory=dict)


class LineErrorCode(StrEnum):
    """The kinds of reasons why a line is refused."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    LINE_TOO_LONG = "line_too_long"
    FILE_DAMAGED = "file_damaged"
    FILE_TOO_LARGE = "file_too_large"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    UNSTORABLE_TEXT = "unstorable_text"
    UNSAFE_PATH = "unsafe_path"
    # Found later, when the record meets its clip and the database.
    CLIP_NOT_FOUND = "clip_not_found"
    CLIP_DIFFERS = "clip_differs"
    REFUSED_BY_DATABASE = "refused_by_database"


class InvalidRecordError(ValueError):
    """A record that cannot be used: in which field, and why."""

    def __init__(self, code: LineErrorCode, field_name: str, reason: str) -> None:
        super().__init__(f"{field_name}: {reason}" if field_name else reason)
        self.code = code
        self.field_name = field_name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LineError:
    """A line that was refused; `field_name` is empty where the whole line is meant."""

    line: int
    code: LineErrorCode
    field_name: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.field_name}: " if self.field_name else ""
        return f"line {self.line}: {where}{self.reason}"

    def as_json(self) -> dict[str, str | int]:
        """An entry of the machine-readable error file."""
        return {
            "line": self.line,
            "field": self.field_name,
            "code": self.code.value,
            "reason": self.reason,
        }


def record_line(record: VideoRecord) -> str:
    """The record as one line of JSON with its line end; parsing gives it back."""
    fields: dict[str, object] = {
        "video_path": record.video_path,
        "platform": record.platform,
        "external_id": record.external_id,
        "title": record.title,
        "description": record.description,
        "tags": record.tags,
        "topic": record.topic,
        "category": record.category,
        **{name: getattr(record, name) for name in COUNT_FIELDS},
        "published_on": _iso(record.published_on),
        "duration_s": record.duration_s,
        "language": record.language,
        "comments": [_comment_fields(comment) for comment in record.comments],
        **record.extra,
    }
    return json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n"


def _comment_fields(comment: CommentRecord) -> dict[str, object]:
    fields: dict[str, object] = {"text": comment.text, "like_count": comment.like_count}
    if comment.reply_count is not None:
        fields["reply_count"] = comment.reply_count
    if comment.published_on is not None:
        fields["published_on"] = _iso(comment.published_on)
    return fields | dict(comment.extra)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
