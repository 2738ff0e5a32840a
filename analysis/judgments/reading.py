"""Judgments from CSV, Parquet, pandas and Arrow tables, without a database."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.judgments.columns import judgments_from_columns
from analysis.judgments.parsing import columns_of
from annotation.instrument import PAPER, Instrument
from annotation.long_table import Use, names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_REQUIRED = names(Use.NEEDED)
_ANSWERS = names(Use.ANSWER)
_KNOWN = names(Use.NEEDED, Use.ANSWER, Use.HELPFUL)
_NAMED = 20  # columns of a table that has the wrong ones


def read_judgments(
    path: str | Path,
    *,
    also: str | Path | None = None,
    declared_sources: Iterable[str] = (),
    instrument: Instrument = PAPER,
) -> Judgments:
    """Read the long table from a `.csv` or `.parquet` file.

    Args:
        path: The file.
        also: A file of the same kind with more rows.
        declared_sources: Sources that belong to the study even without rows.
        instrument: The verdicts and the scale that annotators chose from.

    Raises:
        AnalysisError: The file cannot be read, or a row is wrong; the message names
            the row (from 1, after the header) and the column.
    """
    table = _read_table(Path(path))
    if also is not None:
        table = _joined(table, _read_table(Path(also)), also)
    try:
        return judgments_from_table(
            table, declared_sources=declared_sources, instrument=instrument
        )
    except AnalysisError as error:
        raise AnalysisError(f"{path}: {error}") from error


def _read_table(path: Path) -> "pa.Table":
    import pyarrow as pa

    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise AnalysisError(f"{path}: expected a file ending in .csv or .parquet")
    try:
        return reader(path)
    except UnicodeDecodeError as error:
        raise AnalysisError(f"{path}: is not text in UTF-8") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise AnalysisError(f"{path}: cannot be read: {error}") from error


def _joined(table: "pa.Table", more: "pa.Table", path: str | Path) -> "pa.Table":
    import pyarrow as pa

    try:
        return pa.concat_tables([table, more], promote_options="default")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise AnalysisError(f"{path}: not like the judgments: {error}") from error


def judgments_from_table(
    table: "pa.Table | pd.DataFrame",
    *,
    declared_sources: Iterable[str] = (),
    instrument: Instrument = PAPER,
) -> Judgments:
    """Take the long table from an Arrow table or a pandas DataFrame.

    Raises:
        AnalysisError: A column is missing, or a row is wrong; see `read_judgments`.
    """
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        table = _from_pandas(table)
    _check_columns(table.column_names)
    columns = columns_of(table, instrument)
    return judgments_from_columns(columns, declared_sources=declared_sources)


def _read_csv(path: Path) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    header = _csv_header(path)
    wanted = [name for name in header if name in _KNOWN]
    label = pa.dictionary(pa.int32(), pa.string())
    types = {name: pa.string() if name == "seconds" else label for name in wanted}
    return csv.read_csv(
        path,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=wanted, column_types=types, strings_can_be_null=False
        ),
    )


def _csv_header(path: Path) -> list[str]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), None)
    if header is None:
        raise AnalysisError(f"{path}: the file is empty; a header row is needed")
    try:
        _check_columns(header)
    except AnalysisError as error:
        raise AnalysisError(f"{path}: {error}") from error
    return header


def _read_parquet(path: Path) -> "pa.Table":
    from pyarrow import parquet

    present = parquet.read_schema(path).names
    wanted = [n for n in _KNOWN if n in present]
    return parquet.read_table(path, columns=wanted)


def _from_pandas(frame: "pd.DataFrame") -> "pa.Table":
    import pyarrow as pa

    wanted = [n for n in _KNOWN if n in frame.columns]
    arrays = []
    for name in wanted:
        try:
            arrays.append(pa.array(frame[name], from_pandas=True))
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # a column of mixed types
            arrays.append(pa.array([_plain(v) for v in frame[name]], pa.string()))
    return pa.table(arrays, names=wanted)


def _plain(value: object) -> str | None:
    is_nan = isinstance(value, float) and math.isnan(value)
    return None if value is None or is_nan else str(value)


def _check_columns(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnalysisError(f"columns given twice: {', '.join(twice)}")
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise AnalysisError(
            f"columns missing: {', '.join(missing)}; the table has "
            f"{', '.join(map(repr, names[:_NAMED])) or 'none'}"
        )
    if not any(name in names for name in _ANSWERS):
        raise AnalysisError("neither a verdict nor a score column: nothing to analyse")
