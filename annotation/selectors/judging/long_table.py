"""The long table of judgments out of the database: its query, and a few of its rows."""

from collections.abc import Sequence
from typing import LiteralString

from django.db import connection

from annotation.long_table import COLUMNS, names
from annotation.querysets import FROM_COUNTED

_FROM: LiteralString = f"""
{FROM_COUNTED}
JOIN corpus_comment c ON c.id = bc.comment_id
JOIN corpus_source s ON s.id = bc.source_id
JOIN corpus_video v ON v.id = b.video_id
LEFT JOIN accounts_user u ON u.id = m.user_id
"""


def _select(*, is_safe: bool) -> LiteralString:
    columns = ", ".join([one.selected(is_safe=is_safe) for one in COLUMNS])
    return f"SELECT {columns} {_FROM}"


def long_table(*, is_safe: bool) -> LiteralString:
    """The query of the whole table; safe to open in a spreadsheet, or as it is.

    It has a `{study}` for the primary key, and a `{counted}` for the condition that a
    judgment counts.
    """
    return f"""
        {_select(is_safe=is_safe)}
        WHERE b.study_id = {{study}} AND {{counted}}
        ORDER BY m.code, a.number, p.position
    """


_SOME: LiteralString = f"""
{_select(is_safe=False)}
WHERE j.presentation_id = ANY(%s)
ORDER BY j.presentation_id
"""


def rows_of(keys: Sequence[int]) -> list[dict[str, object]]:
    """The rows of judgments by their primary keys, in order of these."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, [list(keys)])
        return [dict(zip(names(), row, strict=True)) for row in cursor.fetchall()]
