"""Which reader reads what, and where its clips lie."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from corpus.foreign.parquet import ParquetFolder
from corpus.foreign.reading import ForeignRecords, Terms, UnreadableError
from corpus.foreign.tables import Table
from corpus.foreign.yt_dlp import YtDlpFolder


class Format(StrEnum):
    """What can be imported beside records."""

    YT_DLP = "yt-dlp"
    CSV = "csv"
    CLIPS = "clips"
    DATASET = "dataset"


class Opened(NamedTuple):
    """Records of a foreign format; `clips` is the folder of their `video_path`."""

    records: ForeignRecords
    clips: Path | None


@contextmanager
def opened(
    path: Path,
    kind: Format,
    *,
    terms: Terms,
    mapping: Mapping[str, object] | None = None,
    platform: str = "",
    media: Path | None = None,
) -> Iterator[Opened]:
    """Open a file or folder as records.

    Args:
        path: The file or folder.
        kind: Its format.
        terms: By whose leave the data are used.
        mapping: Of a table: columns by field; None: guessed.
        platform: Of videos whose row names none.
        media: Folder of a table's clips; None: none, or beside the table of `clips`.

    Raises:
        UnreadableError: it isn't of this format; the message says what to do.
        OSError: it can't be read.
    """
    if kind != Format.CSV and not path.is_dir():
        msg = f"{path} is not a folder."
        raise UnreadableError(msg)
    match kind:
        case Format.YT_DLP:
            yield Opened(ForeignRecords(YtDlpFolder(path), terms), path)
        case Format.DATASET:
            with tempfile.TemporaryDirectory() as clips:
                reader = ParquetFolder(path, Path(clips), platform=platform)
                yield Opened(ForeignRecords(reader, terms), Path(clips))
        case Format.CLIPS:
            table = Table(_only_table(path), mapping, platform=platform)
            _ = table.mapping  # or say at once why there is none
            yield Opened(ForeignRecords(table, terms), media or path)
        case Format.CSV:
            table = Table(path, mapping, platform=platform)
            _ = table.mapping
            yield Opened(ForeignRecords(table, terms), media)


def _only_table(folder: Path) -> Path:
    found = sorted([*folder.glob("*.csv"), *folder.glob("*.tsv")])
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        msg = (
            f"{folder} must hold one CSV file that names its clips, and holds {names}. "
            "Or name the file itself: --from csv FILE --media FOLDER."
        )
        raise UnreadableError(msg)
    return found[0]


def read_mapping(path: Path) -> dict[str, object]:
    """A mapping that was saved: a JSON object, fields to columns.

    Raises:
        UnreadableError: it is none.
        OSError: it can't be read.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"{path} is not JSON: {error}"
        raise UnreadableError(msg) from error
    if not isinstance(given, dict):
        msg = f'{path} must hold an object, such as {{"external_id": "Video ID"}}.'
        raise UnreadableError(msg)
    return given
