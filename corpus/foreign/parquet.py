"""Folders of Hugging Face data sets: Parquet files with a row for each video.

The clip is a column of bytes, of `{bytes, path}` (the Hub's video feature), or of paths
in the folder. Comments are a column of texts, or of objects with `text` and, if known,
`like_count`. The other columns are found by their names, as in a table.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from corpus.foreign.reading import Found, UnreadableError, without_empty
from corpus.foreign.tables import COMMENT_FIELDS, guessed_mapping
from corpus.foreign.values import count_of, day_of

_CLIP_COLUMNS: Final = ("video", "clip", "mp4", "video_path", "file_name", "path")
_COMMENT_COLUMNS: Final = ("comments", "human_comments", "viewer_comments")
_ROWS_AT_ONCE: Final = 8
_ID_COLUMNS: Final = ("external_id", "video_id", "id")


class ParquetFolder:
    """The Parquet files of a folder, and the folders in it.

    Args:
        folder: Where they lie.
        clips: An empty folder for clips that are stored inside of the files.
        platform: Of rows that name none.

    Raises:
        UnreadableError: there is none, or pyarrow isn't installed.
    """

    def __init__(self, folder: Path, clips: Path, *, platform: str) -> None:
        self._folder, self._clips, self._platform = folder, clips, platform
        self._files = sorted(folder.rglob("*.parquet"))
        if not self._files:
            msg = f"{folder} has no file *.parquet. Name the data set's folder."
            raise UnreadableError(msg)
        self.byte_count = sum(path.stat().st_size for path in self._files)
        self.bytes_read = 0

    def __iter__(self) -> Iterator[Found]:
        number = 0
        for path in self._files:
            for row in self._rows(path):
                number += 1
                yield Found(number, self._fields(row, number), path.name)
            self.bytes_read += path.stat().st_size

    def _rows(self, path: Path) -> Iterator[dict[str, Any]]:
        try:
            import pyarrow.parquet
        except ImportError as error:
            msg = "Parquet needs pyarrow: pip install 'mimic-blind-test[analysis]'."
            raise UnreadableError(msg) from error
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                    yield from batch.to_pylist()
        except (pyarrow.ArrowException, OSError) as error:
            msg = f"{path} is no Parquet file that can be read: {error}"
            raise UnreadableError(msg) from error

    def _fields(self, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        clip = next((row[name] for name in _CLIP_COLUMNS if row.get(name)), None)
        comments: object = next(
            (row[name] for name in _COMMENT_COLUMNS if row.get(name)), []
        )
        taken = (*_CLIP_COLUMNS, *_COMMENT_COLUMNS)
        mapping = guessed_mapping(name for name in row if name not in taken)
        fields = {
            field: row[column]
            for field, column in mapping.items()
            if field not in COMMENT_FIELDS and field != "url"
        }
        fields |= {
            "platform": fields.get("platform") or self._platform,
            "external_id": next((str(row[n]) for n in _ID_COLUMNS if row.get(n)), ""),
            "published_on": day_of(fields.get("published_on")),
            "video_path": self._clip(clip, number),
            "comments": [*_comments(comments)],
        }
        return without_empty(fields)

    def _clip(self, clip: object, number: int) -> str:
        """Its path below the folder that the import reads clips from."""
        path, content = clip, None
        if isinstance(clip, Mapping):
            path, content = clip.get("path"), clip.get("bytes")
        elif isinstance(clip, bytes):
            path, content = None, clip
        if content is None:
            return self._copied(str(path)) if path else ""
        suffix = Path(str(path or "")).suffix or ".mp4"
        name = f"{number}{suffix}"
        (self._clips / name).write_bytes(content)
        return name

    def _copied(self, path: str) -> str:
        """A copy of a file of the data set; what isn't in it is refused later."""
        below = Path(path)
        source = (self._folder / below).resolve()
        is_inside = source.is_relative_to(self._folder.resolve())
        is_plain = not below.is_absolute() and ".." not in below.parts
        if not (is_plain and is_inside and source.is_file()):
            return path
        target = self._clips / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return path


def _comments(given: object) -> Iterator[dict[str, Any]]:
    for one in given if isinstance(given, list) else []:
        if isinstance(one, Mapping):
            likes = one.get("like_count", one.get("likes"))
            count = count_of(likes) if isinstance(likes, str) else likes
            yield {"text": one.get("text") or ""} | without_empty({"like_count": count})
        elif isinstance(one, str):
            yield {"text": one}
