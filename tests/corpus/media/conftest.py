"""Fixtures of the media tests."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.media.tools import MediaTools

SHARED_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def tools() -> Iterator[MediaTools]:
    with MediaTools() as tools:
        yield tools


def real_clips() -> list[dict[str, str]]:
    """The rows of videos.csv; none where the real data is not on this machine."""
    table = SHARED_DATA / "videos.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
