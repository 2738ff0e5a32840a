"""Making the next item while the last one is used."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from corpus.importing.read_ahead import read_ahead


def test_items_come_in_their_order() -> None:
    assert list(read_ahead(iter(range(100)))) == list(range(100))


def test_the_next_item_is_made_while_one_is_used() -> None:
    second_is_made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second_is_made.set()
        yield 2

    with closing(read_ahead(items())) as ahead:
        assert next(ahead) == 1
        assert second_is_made.wait(timeout=10)


def test_an_error_reaches_the_reader_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        msg = "broken"
        raise OSError(msg)

    ahead = read_ahead(items())

    assert next(ahead) == 1
    with pytest.raises(OSError, match="broken"):
        next(ahead)
