"""Readers of foreign formats, and what they have in common."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from corpus.record_files import NumberedRecord
from corpus.record_parsing import parse_record
from corpus.records import InvalidRecordError, LineError, LineErrorCode


class UnreadableError(Exception):
    """The whole is nothing that the reader knows; the message says what to do."""


class Found(NamedTuple):
    """One video as a reader found it.

    Attributes:
        number: Of its file or line, from 1.
        fields: Of the record; `problem` instead where it can't be read.
        name: Of its file, for messages; empty for tables.
    """

    number: int
    fields: dict[str, Any]
    name: str = ""
    problem: str = ""


class Reader(Protocol):
    """Reads one kind of thing."""

    # How much there is, and how much of it is read: bytes, or files.
    byte_count: int

    @property
    def bytes_read(self) -> int: ...

    def __iter__(self) -> Iterator[Found]: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What the importing person says of the data: by whose leave they are used.

    Attributes:
        licence: Such as "CC BY 4.0" or "platform terms, research use". A licence that
            the data state themselves wins.
        consent: On which ground people's comments are used, such as the number of an
            ethics approval; empty: not stated.
    """

    licence: str
    consent: str = ""


class ForeignRecords:
    """The records of a reader; iterating gives each record or its error."""

    def __init__(self, reader: Reader, terms: Terms) -> None:
        self._reader = reader
        self._terms = terms
        self.byte_count = reader.byte_count

    @property
    def bytes_read(self) -> int:
        return self._reader.bytes_read

    def __iter__(self) -> Iterator[NumberedRecord | LineError]:
        for found in self._reader:
            yield self._record(found)

    def _record(self, found: Found) -> NumberedRecord | LineError:
        if found.problem:
            code = LineErrorCode.NOT_JSON
            return LineError(found.number, code, found.name, found.problem)
        stated = {"license": self._terms.licence, "consent": self._terms.consent}
        fields = {name: text for name, text in stated.items() if text} | found.fields
        try:
            line = json.dumps(fields, ensure_ascii=False).encode(errors="surrogatepass")
            record = parse_record(line)
        except InvalidRecordError as error:
            where = ", ".join(filter(None, (found.name, error.field_name)))
            return LineError(found.number, error.code, where, error.reason)
        return NumberedRecord(found.number, record)


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {
        name: value for name, value in fields.items() if value not in (None, "", [])
    }
