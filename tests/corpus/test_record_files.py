"""Files of records: plain, compressed, damaged."""

import gzip
from pathlib import Path

import pytest

from corpus.record_files import MAX_LINE_BYTES, NumberedRecord, RecordFile
from corpus.records import LineError, LineErrorCode, VideoRecord, record_line
from tests.conftest import RecordCounts


def lines_of(path: Path) -> list[NumberedRecord | LineError]:
    with RecordFile(path) as records:
        return list(records)


def record_bytes(count: int) -> bytes:
    records = (VideoRecord("youtube", f"id-{number}") for number in range(count))
    return "".join(map(record_line, records)).encode()


def test_lines_are_numbered_and_bad_ones_stop_nobody(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    first, second = record_bytes(2).splitlines(keepends=True)
    path.write_bytes(b"\xef\xbb\xbf" + first + b"\r\n\nbad\n" + second.rstrip())

    lines = lines_of(path)

    assert lines[0] == NumberedRecord(1, VideoRecord("youtube", "id-0"))
    assert isinstance(lines[1], LineError)
    assert (lines[1].line, lines[1].code) == (4, LineErrorCode.NOT_JSON)
    assert lines[2] == NumberedRecord(5, VideoRecord("youtube", "id-1"))


def test_a_compressed_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "no-suffix"
    path.write_bytes(gzip.compress(record_bytes(3)))

    assert [line.line for line in lines_of(path)] == [1, 2, 3]


def test_progress_reaches_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(record_bytes(100)))

    with RecordFile(path) as records:
        before = records.bytes_read
        list(records)

        assert before < records.bytes_read == records.byte_count


@pytest.mark.parametrize("damage", ["cut", "changed", "garbage after"])
def test_a_damaged_compressed_file_ends_with_an_error(
    tmp_path: Path, damage: str
) -> None:
    content = gzip.compress(record_bytes(2000))
    middle = len(content) // 2
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(
        {
            "cut": content[:middle],
            "changed": content[:middle] + b"\xff" * 64 + content[middle + 64 :],
            "garbage after": content + b"garbage",
        }[damage]
    )

    lines = lines_of(path)

    last = lines[-1]
    assert isinstance(last, LineError)
    assert last.code is LineErrorCode.FILE_DAMAGED
    assert last.line == len(lines)
    assert isinstance(lines[0], NumberedRecord)


def test_an_endless_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    first, second = record_bytes(2).splitlines(keepends=True)
    path.write_bytes(first + b"x" * (3 * MAX_LINE_BYTES) + b"\n" + second)

    lines = lines_of(path)

    assert isinstance(lines[1], LineError)
    assert lines[1].code is LineErrorCode.LINE_TOO_LONG
    assert lines[2] == NumberedRecord(3, VideoRecord("youtube", "id-1"))


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert lines_of(tmp_path / "empty") == []


@pytest.mark.parametrize(
    ("name", "count", "comment_count"),
    [
        ("metadata_only.jsonl.gz", 11_253, 25_106),
        ("bilibili_danmaku.jsonl.gz", 837, 203_063),
    ],
)
def test_real_files_are_read_whole(
    real_data: Path, name: str, count: int, comment_count: int
) -> None:
    assert size_of(real_data / name) == (count, comment_count)


def test_records_with_clips_are_read_whole(
    shared_data: Path, record_counts: RecordCounts
) -> None:
    size = size_of(shared_data / "mimic_data.jsonl")

    assert size == (record_counts.videos, record_counts.comments)


def size_of(path: Path) -> tuple[int, int]:
    """How many records a file has, and how many comments they have."""
    records = [x.record for x in lines_of(path) if isinstance(x, NumberedRecord)]
    return len(records), sum(len(record.comments) for record in records)


def test_a_file_is_read_up_to_its_limit_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    content = record_bytes(3)
    path.write_bytes(gzip.compress(content))

    with RecordFile(path, max_bytes=len(content)) as records:
        assert [type(line) for line in records] == [NumberedRecord] * 3
    with RecordFile(path, max_bytes=len(content) - 1) as records:
        *read, error = list(records)

    assert [line.line for line in read] == [1, 2]
    assert isinstance(error, LineError)
    assert (error.line, error.code) == (3, LineErrorCode.FILE_TOO_LARGE)


def test_one_line_without_an_end_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(b"x" * 5 * MAX_LINE_BYTES))

    with RecordFile(path, max_bytes=2 * MAX_LINE_BYTES) as records:
        errors = list(records)

    assert [error.code for error in errors if isinstance(error, LineError)] == [
        LineErrorCode.LINE_TOO_LONG,
        LineErrorCode.FILE_TOO_LARGE,
    ]
