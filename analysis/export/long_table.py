"""The long table out of the database: CSV, JSON lines and Parquet, streamed."""

import io
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from analysis.selectors.database import copy_blocks
from analysis.version import software_version
from annotation.models import Study
from annotation.querysets import FROM_COUNTED, Annotators

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA = r"E'^[=+@\t\r-]'"


def _safe(column: str) -> str:
    """SQL that keeps a spreadsheet from reading the text as a formula."""
    return f"CASE WHEN {column} ~ {_FORMULA} THEN '''' || {column} ELSE {column} END"


_VIDEO_ID = "coalesce(nullif(v.external_id, ''), left(v.content_sha256, 16))"
# Name, SQL, and whether it is text from outside. The first eleven are the long table
# of metrics.md; the others describe the comment.
_COLUMNS = (
    ("annotator_id", "m.code", False),
    ("video_id", f"(v.platform || ':' || {_VIDEO_ID})", True),
    ("comment_id", "'c' || bc.comment_id", False),
    ("source", "s.key", True),
    ("is_human", "(s.origin = 'human')::int", False),
    ("verdict", "j.verdict", False),
    ("score", "j.realism_score", False),
    ("order", "p.position", False),
    ("seconds", "j.full_answer_seconds", False),
    ("assignment_no", "a.number", False),
    (
        "started_at",
        "to_char(a.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        False,
    ),
    ("source_title", "s.title", True),
    ("platform", "v.platform", True),
    ("category", "v.category", True),
    ("text", "c.text", True),
)
COLUMN_NAMES = tuple(name for name, _, _ in _COLUMNS)
_ROWS = f"""
{FROM_COUNTED}
JOIN corpus_comment c ON c.id = bc.comment_id
JOIN corpus_source s ON s.id = bc.source_id
JOIN corpus_video v ON v.id = b.video_id
WHERE b.study_id = {{study}} AND {{counted}}
ORDER BY m.code, a.number, p.position
"""


def long_table(*, is_safe: bool) -> str:
    """The query of the long table; safe to open in a spreadsheet, or as it is."""
    columns = (
        f'{_safe(source) if is_safe and is_foreign else source} AS "{name}"'
        for name, source, is_foreign in _COLUMNS
    )
    return f"SELECT {', '.join(columns)} {_ROWS}"


def csv_blocks(study: Study, whose: Annotators = Annotators.KEPT) -> Iterator[bytes]:
    """The long table as CSV, safe to open in a spreadsheet."""
    yield (",".join(COLUMN_NAMES) + "\n").encode()
    yield from copy_blocks(long_table(is_safe=True), study, whose=whose)


def jsonl_blocks(study: Study) -> Iterator[bytes]:
    """The long table as JSON, one object a line.

    JSON holds no control characters, so with two of them as quote and delimiter COPY
    passes each object through as it is.
    """
    rows = long_table(is_safe=False)
    query = f"SELECT row_to_json(judged)::text FROM ({rows}) judged"  # noqa: S608
    options = r"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02'"
    yield from copy_blocks(query, study, options)


class _Blocks(io.RawIOBase):
    """Blocks as a file that can be read once."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def write_parquet(
    study: Study, file: BinaryIO | Path, *, with_dictionaries: bool = True
) -> int:
    """The long table as Parquet with Arrow types, one row group after the other.

    Args:
        study: Whose.
        file: Where to.
        with_dictionaries: Repeated texts as dictionaries: smaller in memory, but not
            every reader takes them.

    Returns:
        The number of rows.
    """
    import pyarrow as pa
    from pyarrow import parquet

    text = pa.string()
    words = pa.dictionary(pa.int32(), text) if with_dictionaries else text
    types = dict.fromkeys(COLUMN_NAMES, words) | {
        "comment_id": text,
        "is_human": pa.bool_(),
        "score": pa.int8(),
        "order": pa.int16(),
        "seconds": pa.float64(),
        "assignment_no": pa.int32(),
        "started_at": pa.timestamp("us", tz="UTC"),
        "text": text,
    }
    schema = pa.schema(
        list(types.items()),
        metadata={"study": study.key, "software": f"mimic-bench {software_version()}"},
    )
    blocks = copy_blocks(long_table(is_safe=False), study)
    rows = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in _batches(blocks, types):
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
            rows += batch.num_rows
    return rows


def _batches(
    blocks: Iterator[bytes], types: "Mapping[str, pa.DataType]"
) -> "Iterator[pa.RecordBatch]":
    from pyarrow import csv

    first = next(blocks, None)
    if first is None:  # a reader of no rows at all would complain
        return
    yield from csv.open_csv(
        io.BufferedReader(_Blocks(chain([first], blocks))),
        read_options=csv.ReadOptions(column_names=list(types)),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
