"""Rows of a raw statement as instances, for the statements that every request makes.

Through the ORM, building such a statement anew each time costs several times what
running it does.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

_Row = TypeVar("_Row", bound=Model)


def column_list(alias: str, table: type[Model]) -> str:
    """All columns of a table, for a SELECT in which the table is called `alias`."""
    return ", ".join(f"{alias}.{name}" for name in _fields(table))


def next_instance(table: type[_Row], values: Iterator[Any]) -> _Row:
    """The instance of one table, taken from the front of a joined row's values."""
    names = _fields(table)
    row = list(islice(values, len(names)))
    for place, field in _converted_fields(table):
        row[place] = field.from_db_value(row[place], None, connection)
    return table.from_db(connection.alias, names, row)


@cache
def _fields(table: type[Model]) -> list[str]:
    """Names of a table's columns, which are its fields' names as well."""
    return [field.attname for field in table._meta.concrete_fields]  # noqa: SLF001


@cache
def _converted_fields(table: type[Model]) -> list[tuple[int, Any]]:
    """The fields whose stored value becomes an object of its own, by place."""
    columns = enumerate(table._meta.concrete_fields)  # noqa: SLF001
    return [(at, field) for at, field in columns if hasattr(field, "from_db_value")]
