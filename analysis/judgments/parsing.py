"""From the cells of an Arrow table to typed columns; errors name row and column."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.judgments.arrays import (
    NO_SCORE,
    NO_VERDICT,
    NOT_GIVEN,
    FloatArray,
    TimeArray,
    verdict_codes,
)
from analysis.judgments.columns import Coded, Columns
from annotation.instrument import PAPER, Instrument

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST = 2**31 - 1
_ORIGINS = {"1": True, "true": True, "0": False, "false": False}
_SPREADSHEET_FORMULA = tuple("=+-@\t\r")


def columns_of(table: "pa.Table", instrument: Instrument = PAPER) -> Columns:
    """Parse the columns that the analysis knows; columns that are absent are empty.

    Raises:
        AnalysisError: A cell is not what its column holds.
    """
    verdict, score = _verdicts(instrument), _scores(instrument)
    return Columns(
        annotator=_labels(table, "annotator_id"),
        video=_labels(table, "video_id"),
        comment=_labels(table, "comment_id"),
        source=_labels(table, "source"),
        is_human=_small_integers(table, "is_human", _origin, missing=0) == 1,
        verdict=_small_integers(table, "verdict", verdict, NO_VERDICT).astype(np.int8),
        score=_small_integers(table, "score", score, NO_SCORE).astype(np.int8),
        order=_small_integers(table, "order", _count, NOT_GIVEN),
        seconds=_seconds(table),
        assignment_no=_small_integers(table, "assignment_no", _count, NOT_GIVEN),
        started_at=_times(table),
        instrument=instrument,
        category=_known_labels(table, "category"),
    )


def _encoded(
    table: "pa.Table", name: str
) -> tuple[npt.NDArray[np.int64], list[object]]:
    """The column as codes (-1 where null) and its distinct values."""
    import pyarrow as pa

    column = table[name]
    if pa.types.is_null(column.type):
        return np.full(table.num_rows, -1), []
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    chunks = column.unify_dictionaries().chunks
    if not chunks:
        return np.empty(0, dtype=np.int64), []
    codes = [
        chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks
    ]
    return np.concatenate(codes), chunks[0].dictionary.to_pylist()


def _text(value: object) -> str:
    """A cell as text; a gap in a column has turned its integers to floats."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode()
    return str(value)


def _labels(table: "pa.Table", name: str) -> Coded:
    codes, values = _encoded(table, name)
    texts = [_unescaped(_text(value)) for value in values]
    empty = [number for number, text in enumerate(texts) if not text]
    rows = np.flatnonzero(np.isin(codes, [-1, *empty]))
    if len(rows):
        raise AnalysisError(f"row {rows[0] + 1}, column {name}: empty")
    labels = tuple(dict.fromkeys(texts))
    if len(labels) == len(texts):
        return Coded(codes, labels)
    place = {label: number for number, label in enumerate(labels)}
    return Coded(np.array([place[text] for text in texts])[codes], labels)


def _known_labels(table: "pa.Table", name: str) -> Coded | None:
    """A column of labels that may be absent, or empty."""
    if name not in table.column_names:
        return None
    codes, values = _encoded(table, name)
    labels = ["", *(_unescaped(_text(value)) for value in values)]
    return Coded(codes + 1, labels)


def _unescaped(text: str) -> str:
    """Undo the apostrophe that keeps a spreadsheet from reading a cell as a formula."""
    is_escaped = text.startswith("'") and text[1:].startswith(_SPREADSHEET_FORMULA)
    return text[1:] if is_escaped else text


def _small_integers(
    table: "pa.Table", name: str, parse: Callable[[str], int], missing: int
) -> npt.NDArray[np.int32]:
    """Parse each distinct value once; `parse` raises ValueError with what it wants."""
    if name not in table.column_names:
        return np.full(table.num_rows, missing, dtype=np.int32)
    codes, values = _encoded(table, name)
    parsed = np.full(len(values) + 1, missing, dtype=np.int32)  # the last: null
    for number, value in enumerate(values):
        try:
            parsed[number] = parse(_text(value))
        except ValueError as error:
            row = int(np.flatnonzero(codes == number)[0]) + 1
            shown = _text(value)
            raise AnalysisError(
                f"row {row}, column {name}: {shown!r} is not {error}"
            ) from None
    if name == "is_human" and (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0]) + 1
        raise AnalysisError(f"row {row}, column {name}: empty")
    return parsed[codes]


def _one_of(text: str, meanings: Mapping[str, int], wanted: str) -> int:
    if text not in meanings:
        raise ValueError(wanted)
    return meanings[text]


def _origin(text: str) -> int:
    return _one_of(text.lower(), _ORIGINS, "1 or 0 (true or false)")


def _verdicts(instrument: Instrument) -> Callable[[str], int]:
    meanings = {**verdict_codes(instrument), "": NO_VERDICT}
    wanted = f"{', '.join(instrument.labels)} or empty"

    def verdict(text: str) -> int:
        return _one_of("" if text == "nan" else text, meanings, wanted)

    return verdict


def _scores(instrument: Instrument) -> Callable[[str], int]:
    scale = instrument.scale
    wanted = f"a whole number {scale.lowest} to {scale.highest} or empty"

    def score(text: str) -> int:
        return _whole(text, NO_SCORE, scale.scores, wanted)

    return score


def _count(text: str) -> int:
    wanted = f"a whole number from 1, below {_LARGEST}, or empty"
    return _whole(text, NOT_GIVEN, range(1, _LARGEST), wanted)


def _whole(text: str, missing: int, allowed: range, wanted: str) -> int:
    if text in {"", "nan"}:
        return missing
    try:
        number = float(text)
    except ValueError:
        raise ValueError(wanted) from None
    if not number.is_integer() or int(number) not in allowed:
        raise ValueError(wanted)
    return int(number)


def _seconds(table: "pa.Table") -> FloatArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if "seconds" not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column = table["seconds"]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.if_else(pc.equal(column, ""), None, column)
    try:
        numbers = column.cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        numbers = np.array([_number(text) for text in column.to_pylist()])
    given = np.zeros(len(numbers), dtype=bool)
    given[:] = ~np.asarray(column.is_null(nan_is_null=True))
    wrong = np.flatnonzero(given & ~(np.isfinite(numbers) & (numbers >= 0)))
    if len(wrong):
        row = int(wrong[0])
        raise AnalysisError(
            f"row {row + 1}, column seconds: {str(column[row].as_py())!r} is not a "
            "number of seconds from 0 or empty"
        )
    return np.where(given, numbers, np.nan) + 0.0


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.inf


def _times(table: "pa.Table") -> TimeArray:
    if "started_at" not in table.column_names:
        return np.full(table.num_rows, "NaT", dtype="M8[us]")
    codes, values = _encoded(table, "started_at")
    parsed = np.full(len(values) + 1, "NaT", dtype="M8[us]")
    for number, value in enumerate(values):
        try:
            parsed[number] = _moment(value)
        except ValueError:
            row = int(np.flatnonzero(codes == number)[0]) + 1
            raise AnalysisError(
                f"row {row}, column started_at: {_text(value)!r} is not a time such as "
                "2026-03-01T12:30:00Z or empty"
            ) from None
    return parsed[codes]


def _moment(value: object) -> np.datetime64:
    if value in {"", "NaT"}:
        return np.datetime64("NaT")
    moment = (
        value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    )
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "us")
