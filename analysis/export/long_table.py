"""The long table out of the database: CSV, JSON lines and Parquet, streamed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from analysis.selectors.database import copy_blocks
from analysis.version import software_name
from annotation.long_table import COLUMNS, Kind, names
from annotation.models import Study
from annotation.querysets import Annotators
from annotation.selectors.judging.long_table import long_table

if TYPE_CHECKING:
    import pyarrow as pa

# Of text; a few thousand judgments.
_ROW_GROUP_BYTES = 1 << 20


def csv_blocks(study: Study, whose: Annotators = Annotators.KEPT) -> Iterator[bytes]:
    """The long table as CSV, safe to open in a spreadsheet."""
    yield (",".join(names()) + "\n").encode()
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

    types = _types(with_dictionaries=with_dictionaries)
    schema = pa.schema(
        list(types.items()),
        metadata={"study": study.key, "software": software_name()},
    )
    blocks = copy_blocks(long_table(is_safe=False), study)
    rows = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for text in _row_groups(blocks):
            table = _parsed(text, types)
            writer.write_table(pa.Table.from_arrays(table.columns, schema=schema))
            rows += table.num_rows
    return rows


def _types(*, with_dictionaries: bool) -> "dict[str, pa.DataType]":
    import pyarrow as pa

    text = pa.string()
    types = {
        Kind.WORD: pa.dictionary(pa.int32(), text) if with_dictionaries else text,
        Kind.TEXT: text,
        Kind.FLAG: pa.bool_(),
        Kind.SMALL: pa.int8(),
        Kind.POSITION: pa.int16(),
        Kind.COUNT: pa.int32(),
        Kind.NUMBER: pa.float64(),
        Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    }
    return {column.name: types[column.kind] for column in COLUMNS}


def _row_groups(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks of whole rows, put together to the size of a row group."""
    text = bytearray()
    for block in blocks:
        text += block
        if len(text) >= _ROW_GROUP_BYTES:
            yield bytes(text)
            text.clear()
    if text:
        yield bytes(text)


def _parsed(text: bytes, types: "Mapping[str, pa.DataType]") -> "pa.Table":
    """CSV as a table, in this thread alone.

    Arrow's streaming reader fetches ahead in a thread of its own. One that still waits
    for Python while the process ends aborts it ("terminate called without an active
    exception").
    """
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        pa.BufferReader(text),
        read_options=csv.ReadOptions(column_names=list(types), use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
