"""The full export of a study: a zip of every table, with one codebook, streamed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection, transaction

from analysis.export.codebook import codebook
from analysis.export.long_table import csv_blocks
from analysis.selectors.database import copy_blocks
from analysis.version import software_name
from annotation.collected import SHARED_TABLES, TABLES, Table
from annotation.long_table import described
from annotation.models import Study
from annotation.rules.studies.kinds import other_work

_README: Final = """# Everything collected in: {title}

Created with {software}. `codebook.md` says what each column of each table holds.

| file | one row is |
| --- | --- |
{files}
| texts/ | each version of the guidelines and of the consent text |
{instrument}
Annotators stand under a code of this study. Names, logins, addresses and the ids of
crowd platforms are not in here.{simulated}
"""
_JUDGMENTS: Final = "| judgments.csv | a judgment that results rest on |\n"
_INSTRUMENT: Final = (
    "| instrument.json | what annotators were asked, and every possible answer |\n"
)
_SIMULATED: Final = """

This study holds judgments of a simulation: their rows have `is_simulated` 1."""


_CODEBOOK: Final = """# Codebook

Text that a spreadsheet would take for a formula (it starts with `=`, `+`, `-` or `@`)
has an apostrophe in front.
"""


class _Sink:
    """What the zip writes into, emptied after every block; it cannot seek."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, block: bytes) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def everything(study: Study) -> Iterator[bytes]:
    """The zip in blocks, in constant memory; all tables show the same moment."""
    sink = _Sink()
    file = cast("BinaryIO", sink)  # which is all that a zip needs of one
    with _one_moment(), ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, text in _texts(study):
            packed.writestr(name, text)
            yield sink.taken()
        for name, blocks in _tables(study):
            with packed.open(name, "w", force_zip64=True) as inside:
                for block in blocks:
                    inside.write(block)
                    yield sink.taken()
    yield sink.taken()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let every query see the same rows, while people go on judging."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
                )
        yield


def tables_of(study: Study) -> tuple[Table, ...]:
    """What there is beside the long table; studies of items have no such table."""
    work = other_work(study)
    return TABLES if work is None else (*work.tables, *SHARED_TABLES)


def _tables(study: Study) -> Iterator[tuple[str, Iterator[bytes]]]:
    if study.is_of_comments:
        yield "judgments.csv", csv_blocks(study)
    for table in tables_of(study):
        yield f"{table.name}.csv", table_blocks(study, table)


def table_blocks(study: Study, table: Table) -> Iterator[bytes]:
    """One table as CSV, safe to open in a spreadsheet."""
    yield (",".join(one.name for one in table.columns) + "\n").encode()
    yield from copy_blocks(table.query(is_safe=True), study)


def _texts(study: Study) -> Iterator[tuple[str, str]]:
    tables = tables_of(study)
    files = "\n".join(f"| {one.name}.csv | {one.row} |" for one in tables)
    simulated = _SIMULATED if study.is_simulated else ""
    is_of_comments = study.is_of_comments
    yield (
        "README.md",
        _README.format(
            title=study.title,
            software=software_name(),
            files=(_JUDGMENTS if is_of_comments else "") + files,
            instrument=_INSTRUMENT if is_of_comments else "",
            simulated=simulated,
        ),
    )
    yield "codebook.md", full_codebook(study)
    if is_of_comments:
        instrument = json.dumps(study.instrument.as_json(), indent=1)
        yield "instrument.json", f"{instrument}\n"
    for document in study.documents.all():
        yield f"texts/{document.kind}-v{document.version}.md", document.text


def full_codebook(study: Study) -> str:
    """What each column of each table holds, in the words of the study's instrument."""
    head = codebook(study.instrument) if study.is_of_comments else _CODEBOOK
    return "\n".join([head, *_sections(study)])


def _sections(study: Study) -> Iterator[str]:
    for table in tables_of(study):
        columns = described(study.instrument, table.columns)
        yield f"## {table.name}.csv\n\nOne row is {table.row}.\n\n{columns}\n"
        if table.note:
            yield f"{table.note}\n"
