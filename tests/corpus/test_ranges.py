"""Range headers: what part of a file they mean."""

import pytest

from corpus.ranges import ByteRange, UnsatisfiableRangeError, requested_range


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=10-", 10, 99),
        ("bytes=90-500", 90, 99),
        ("bytes=-5", 95, 99),
        ("bytes=-500", 0, 99),
        ("Bytes = 10 - 19", 10, 19),
    ],
)
def test_one_range_is_understood(header: str, start: int, end: int) -> None:
    assert requested_range(header, 100) == ByteRange(start, end)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-1,5-6"),
        *("lines=1-2", f"bytes={'9' * 5000}-", f"bytes=-{'9' * 5000}"),
    ],
)
def test_what_is_not_understood_means_the_whole_file(header: str) -> None:
    assert requested_range(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_met(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        requested_range(header, 100)


def test_nothing_of_an_empty_file_can_be_met() -> None:
    with pytest.raises(UnsatisfiableRangeError):
        requested_range("bytes=0-", 0)


def test_the_length_counts_both_ends() -> None:
    assert ByteRange(10, 19).length == 10
