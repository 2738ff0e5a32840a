"""Fixtures of the media tests."""

from collections.abc import Iterator

import pytest

from corpus.media.tools import MediaTools


@pytest.fixture(scope="module")
def tools() -> Iterator[MediaTools]:
    with MediaTools() as tools:
        yield tools
