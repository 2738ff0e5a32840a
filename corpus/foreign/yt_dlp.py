"""Folders of yt-dlp: `NAME.info.json` beside the clip.

    yt-dlp --write-info-json --write-comments -o '%(id)s.%(ext)s' ADDRESS...

Of comments only text, likes, replies and day are taken; who wrote them is not. Replies
to comments and the uploader's own comments are left out: they are no viewer's word
about the video alone.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from corpus.foreign.reading import Found, UnreadableError, without_empty
from corpus.foreign.values import day_of

_INFO: Final = ".info.json"
_CLIPS: Final = frozenset(
    {".mp4", ".webm", ".mkv", ".mov", ".m4v", ".avi", ".flv", ".gif", ".3gp", ".ts"}
)
# Fields of ours by theirs.
_SAME: Final = {
    "title": "title",
    "description": "description",
    "tags": "tags",
    "language": "language",
    "duration_s": "duration",
    "view_count": "view_count",
    "like_count": "like_count",
    "favorite_count": "save_count",
    "share_count": "repost_count",
    "comment_count": "comment_count",
    "license": "license",
}
_WHOLE_LISTS: Final = ("playlist", "multi_video")


class YtDlpFolder:
    """A folder that yt-dlp wrote, and the folders in it.

    Raises:
        UnreadableError: it has no `*.info.json`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = sorted(folder.rglob(f"*{_INFO}"))
        if not self._files:
            msg = (
                f"{folder} has no file *.info.json. Download with "
                "yt-dlp --write-info-json --write-comments."
            )
            raise UnreadableError(msg)
        self.byte_count = len(self._files)
        self.bytes_read = 0

    def __iter__(self) -> Iterator[Found]:
        for number, path in enumerate(self._files, start=1):
            self.bytes_read = number
            name = path.relative_to(self._folder).as_posix()
            try:
                info = json.loads(path.read_bytes())
            except (ValueError, RecursionError) as error:
                yield Found(number, {}, name, f"is not JSON: {error}")
                continue
            if not isinstance(info, dict):
                yield Found(number, {}, name, "is no description of a video")
            elif info.get("_type") not in _WHOLE_LISTS:
                yield Found(number, self._fields(info, path), name)

    def _fields(self, info: Mapping[str, Any], path: Path) -> dict[str, Any]:
        categories = info.get("categories") or []
        fields = {ours: info.get(theirs) for ours, theirs in _SAME.items()}
        fields |= {
            "platform": _platform(info),
            "external_id": str(info.get("id") or ""),
            "category": categories[0] if categories else "",
            "published_on": day_of(info.get("upload_date")),
            "video_path": self._clip(path),
            "comments": [*_comments(info.get("comments") or [])],
            "webpage_url": info.get("webpage_url"),
        }
        return without_empty(fields)

    def _clip(self, path: Path) -> str:
        """The clip beside a description; empty if there is none."""
        stem = path.name.removesuffix(_INFO)
        beside = sorted(
            one
            for one in path.parent.iterdir()
            if one.stem == stem and one.suffix.lower() in _CLIPS
        )
        return beside[0].relative_to(self._folder).as_posix() if beside else ""


def _platform(info: Mapping[str, Any]) -> str:
    """The site; `youtube:tab` and the like are youtube."""
    name = str(info.get("extractor_key") or info.get("extractor") or "")
    return name.partition(":")[0].lower()


def _comments(given: object) -> Iterator[dict[str, Any]]:
    """Viewers' comments on the video itself."""
    rows = (
        [row for row in given if isinstance(row, dict)]
        if isinstance(given, list)
        else []
    )
    replies = Counter(str(row.get("parent")) for row in rows)
    for row in rows:
        if row.get("parent") not in (None, "root") or row.get("author_is_uploader"):
            continue
        yield without_empty(
            {
                "text": row.get("text"),
                "like_count": row.get("like_count"),
                "reply_count": replies.get(str(row.get("id")), 0),
                "published_on": day_of(row.get("timestamp")),
            }
        ) | ({} if row.get("text") else {"text": ""})
