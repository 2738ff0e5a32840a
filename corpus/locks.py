"""Work that one process at a time may do for a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import connection, models


def lock_key(model: type[models.Model], pk: int) -> tuple[int, int]:
    """The two halves of the advisory lock of a row."""
    # Signed, as PostgreSQL's integers are.
    table = crc32(model._meta.db_table.encode()) - 2**31  # noqa: SLF001
    return table, pk


@contextmanager
def held(model: type[models.Model], pk: int) -> Iterator[bool]:
    """Hold a row's lock, if nobody else does; the value says whether it is held.

    Unlike a row lock it needs no transaction, and PostgreSQL lets go of it when the
    process dies.
    """
    key = lock_key(model, pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_held = bool(cursor.fetchone()[0])
        try:
            yield is_held
        finally:
            if is_held:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
