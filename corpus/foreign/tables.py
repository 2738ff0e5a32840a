"""Tables with a row for each comment, or each video: CSV files of any tool.

A mapping says which column holds what. Rows of one video, wherever they stand, become
one record; what its first row says of the video counts.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from corpus.foreign.reading import Found, UnreadableError, without_empty
from corpus.foreign.values import count_of, day_of, number_of, video_of_url
from corpus.records import COUNT_FIELDS

Mapped = Mapping[str, str]

COMMENT_FIELDS: Final = {
    "comment_text": "text",
    "comment_likes": "like_count",
    "comment_replies": "reply_count",
    "comment_date": "published_on",
}
_VIDEO_FIELDS: Final = (
    *("platform", "external_id", "url", "video_path", "title", "description"),
    *("tags", "topic", "category", "language", "published_on", "duration_s"),
    *COUNT_FIELDS,
    "license",
)
FIELDS: Final = (*_VIDEO_FIELDS, *COMMENT_FIELDS)
# How tools call the columns, in small letters and without signs; the best first.
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "platform": ("platform", "site"),
    "external_id": ("videoid", "externalid", "awemeid", "itemid", "postid"),
    "url": ("videourl", "videolink", "webpageurl", "posturl", "url", "link"),
    "video_path": ("videopath", "filename", "file", "path", "clip", "video"),
    "title": ("videotitle", "title"),
    "description": ("videodescription", "description", "caption", "desc"),
    "tags": ("tags", "hashtags"),
    "topic": ("topic",),
    "category": ("videocategory", "category", "categorytitle", "label"),
    "language": ("language", "lang"),
    "published_on": ("videopublishedat", "uploaddate", "createtime", "videodate"),
    "duration_s": ("durations", "duration", "durationsec", "videoduration"),
    "view_count": ("viewcount", "views", "playcount", "plays"),
    "like_count": ("videolikecount", "videolikes", "diggcount", "likecount", "likes"),
    "favorite_count": ("favoritecount", "collectcount", "savecount", "saves"),
    "share_count": ("sharecount", "shares", "repostcount"),
    "comment_count": ("commentcount", "comments", "numcomments"),
    "license": ("license", "licence"),
    "comment_text": (
        *("commenttext", "textoriginal", "textdisplay", "comment", "text", "content"),
    ),
    "comment_likes": ("commentlikecount", "commentlikes", "likecount", "likes"),
    "comment_replies": ("replycount", "totalreplycount", "replies"),
    "comment_date": ("commentdate", "commentpublishedat", "publishedat", "date"),
}
# These mean the comment's wherever a row is one.
_OF_COMMENTS_FIRST: Final = ("comment_text", "comment_likes", "comment_replies")
_PREVIEW_BYTES = 64 * 1024


def guessed_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Fields of records by the columns that seem to hold them."""
    free = {
        re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed([*columns])
    }
    mapping: dict[str, str] = {}
    has_text = any(name in free for name in _NAMES["comment_text"])
    order = (*_OF_COMMENTS_FIRST, *FIELDS) if has_text else _VIDEO_FIELDS
    for field in dict.fromkeys(order):
        for name in _NAMES[field]:
            if name in free:
                mapping[field] = free.pop(name)
                break
    return {field: mapping[field] for field in FIELDS if field in mapping}


def checked_mapping(mapping: Mapping[str, object], columns: Iterable[str]) -> Mapped:
    """A mapping of known fields to columns that exist, which names each video.

    Raises:
        UnreadableError: it is none; the message says what to change.
    """
    columns = [*columns]
    for field, column in mapping.items():
        if field not in FIELDS:
            msg = f"There is no field {field!r}. The fields are: {', '.join(FIELDS)}."
            raise UnreadableError(msg)
        if column not in columns:
            msg = f"{field}: the table has no column {column!r}, only {columns}."
            raise UnreadableError(msg)
    if not {"external_id", "url", "video_path"} & {*mapping}:
        msg = (
            "No column names the video. Map one to external_id, url or video_path. "
            f"The columns are: {', '.join(columns)}."
        )
        raise UnreadableError(msg)
    return {field: str(column) for field, column in mapping.items()}


class Table:
    """A CSV file: its columns, its first rows, and its videos by a mapping.

    Raises:
        UnreadableError: it is no table in UTF-8.
    """

    def __init__(
        self,
        path: Path,
        mapping: Mapping[str, object] | None = None,
        *,
        platform: str = "",
        max_rows: int | None = None,
        at_row: Callable[[], None] = lambda: None,
    ) -> None:
        """Look at its beginning.

        Args:
            path: The file.
            mapping: Columns by field; None: guessed.
            platform: Of videos whose row names none.
            max_rows: More are refused.
            at_row: Called for each row; what it raises ends the reading.
        """
        self._path = path
        self._platform = platform
        self._max_rows, self._at_row = max_rows, at_row
        self.byte_count = path.stat().st_size
        self.bytes_read = 0
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                head = file.read(_PREVIEW_BYTES)
            self._dialect = csv.Sniffer().sniff(head, delimiters=",;\t|")
        except UnicodeDecodeError as error:
            msg = f"{path} is not in UTF-8. Save it as CSV in UTF-8."
            raise UnreadableError(msg) from error
        except csv.Error:
            self._dialect = csv.excel
        self.columns = next(self._lines(), [])
        self.guess = guessed_mapping(self.columns)
        self._mapping = mapping

    @property
    def mapping(self) -> Mapped:
        """The mapping in use: the one given, else the guess.

        Raises:
            UnreadableError: it doesn't fit the table.
        """
        return checked_mapping(self._mapping or self.guess, self.columns)

    def preview(self, count: int = 10) -> list[dict[str, str]]:
        """The first rows, by column."""
        return [row for _, row in zip(range(count), self._rows(), strict=False)]

    def _lines(self) -> Iterator[list[str]]:
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, self._dialect)
            try:
                yield from reader
            except (csv.Error, UnicodeDecodeError) as error:
                msg = f"{self._path.name}, line {reader.line_num}: {error}"
                raise UnreadableError(msg) from error

    def _rows(self) -> Iterator[dict[str, str]]:
        lines = self._lines()
        next(lines, None)
        for number, cells in enumerate(lines, start=1):
            self._at_row()
            if self._max_rows is not None and number > self._max_rows:
                msg = f"The table has more than {self._max_rows:,} rows. Split it."
                raise UnreadableError(msg)
            yield dict(zip(self.columns, cells, strict=False))

    def __iter__(self) -> Iterator[Found]:
        yield from grouped(self._rows(), self.mapping, self._platform)
        self.bytes_read = self.byte_count


def grouped(
    rows: Iterable[Mapping[str, str]], mapping: Mapped, platform: str
) -> Iterator[Found]:
    """The videos of a table, each with its comments, in their order."""
    videos: dict[tuple[str, str], Found] = {}
    for number, row in enumerate(rows, start=2):  # below the header
        if not any(row.values()):  # as spreadsheets leave them at the end
            continue
        cells = {field: row.get(column) or "" for field, column in mapping.items()}
        fields = _video(cells, platform)
        name = str(fields.get("external_id") or fields.get("video_path") or "")
        # A row that names no video stands alone: the parser says what it lacks.
        key = (str(fields.get("platform")), name or f"row {number}")
        found = videos.setdefault(key, Found(number, {**fields, "comments": []}))
        if cells.get("comment_text", "").strip():
            found.fields["comments"].append(_comment(cells))
    yield from videos.values()


def _video(cells: Mapping[str, str], platform: str) -> dict[str, Any]:
    site, external_id = video_of_url(cells.get("url", ""))
    fields: dict[str, Any] = {
        name: cells[name].strip()
        for name in _VIDEO_FIELDS
        if name in cells and name not in COUNT_FIELDS
    }
    fields |= {name: count_of(cells[name]) for name in COUNT_FIELDS if name in cells}
    fields |= {
        "platform": fields.get("platform") or site or platform,
        "external_id": fields.get("external_id") or external_id,
        "webpage_url": fields.pop("url", ""),
        "duration_s": number_of(cells.get("duration_s", "")),
        "published_on": day_of(cells.get("published_on")),
        "tags": [*filter(None, re.split(r"[,;|\s]+", fields.get("tags", "")))],
    }
    return without_empty(fields)


def _comment(cells: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": cells["comment_text"],
        **without_empty(
            {
                "like_count": count_of(cells.get("comment_likes", "")),
                "reply_count": count_of(cells.get("comment_replies", "")),
                "published_on": day_of(cells.get("comment_date")),
            }
        ),
    }
