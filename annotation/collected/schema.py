"""What a table of the full export is, and the columns that several of them share."""

from dataclasses import dataclass, replace
from typing import LiteralString

from annotation.long_table import Column, Kind, column, instant


@dataclass(frozen=True)
class Table:
    """A table of what a study collected.

    Attributes:
        name: Of its file, without the suffix.
        row: What one row is, for people.
        columns: In their order.
        rows: SQL from FROM on, with a `{study}` for the primary key. Aliases are those
            of the long table: `a` assignment, `b` batch, `bc` its comment, `m`
            membership, `u` user, `p` presentation, `s` source, `v` video.
        note: What people must know before they use or pass on the table.
    """

    name: LiteralString
    row: str
    columns: tuple[Column, ...]
    rows: LiteralString
    note: str = ""

    def without(self, *names: str) -> "Table":
        """The same without these columns."""
        kept = tuple(one for one in self.columns if one.name not in names)
        return replace(self, columns=kept)

    def query(self, *, is_safe: bool) -> LiteralString:
        """SQL of the whole table; see `Column.selected`."""
        columns = ", ".join([one.selected(is_safe=is_safe) for one in self.columns])
        return f"SELECT {columns} {self.rows}"


def time(name: LiteralString, sql: LiteralString, holds: str) -> Column:
    """A column of times; empty where it did not happen."""
    return Column(name, Kind.INSTANT, instant(sql), holds, "UTC", may_be_empty=True)


# By whom and on what, as in the long table.
ANNOTATOR = (
    column("annotator_id"),
    column("is_simulated"),
    Column(
        "is_excluded",
        Kind.FLAG,
        "(m.excluded_at IS NOT NULL)::int",
        "1 if a researcher left the annotator out of results, 0 otherwise",
    ),
)
VIDEO = column("video_id")
NUMBER = column("assignment_no")
ORDER = column("order")
STATE = Column(
    "state",
    Kind.WORD,
    "a.state",
    "of the assignment: `active` (in progress), `submitted`, or `lapsed` (its time ran "
    "out and its place was given back)",
)
COMMENT = Column(
    "comment_id",
    Kind.TEXT,
    "'c' || bc.comment_id",
    "the comment; empty for an attention check",
    may_be_empty=True,
)
CHECK = Column(
    "check_id",
    Kind.TEXT,
    "'k' || p.attention_check_id",
    "the attention check; empty for a comment",
    may_be_empty=True,
)
VERDICT = column("verdict")
SCORE = column("score")
FIRST_SECONDS = Column(
    "first_answer_seconds",
    Kind.NUMBER,
    "j.first_answer_seconds",
    "how long it had been in view when the first half of the answer was given",
    unit="seconds",
    may_be_empty=True,
)
SECONDS = column("seconds")

PEOPLE: LiteralString = """
JOIN annotation_membership m ON m.id = a.membership_id
LEFT JOIN accounts_user u ON u.id = m.user_id
"""
ASSIGNMENTS: LiteralString = f"""
FROM annotation_assignment a
JOIN annotation_batch b ON b.id = a.batch_id
JOIN corpus_video v ON v.id = b.video_id
{PEOPLE}
"""
PRESENTATIONS: LiteralString = f"""
{ASSIGNMENTS}
JOIN annotation_presentation p ON p.assignment_id = a.id
LEFT JOIN annotation_batchcomment bc ON bc.id = p.batch_comment_id
LEFT JOIN corpus_source s ON s.id = bc.source_id
"""
