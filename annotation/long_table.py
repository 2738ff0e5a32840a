"""The long table of judgments: one row a judgment, one line here a column.

Everything that writes, shows, explains or reads the table derives from these lines:
CSV, Parquet and JSON, the REST API and its schema, the codebook, the table in
docs/api.md (`python -m docs.columns` writes it), and what `python -m analysis` reads.
No Django, since the analysis of a file needs none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import LiteralString

from annotation.instrument import PAPER, Instrument


class Kind(Enum):
    """What the cells of a column are; each format and the API have a type for each."""

    WORD = "word"  # the same text in many rows
    TEXT = "text"
    FLAG = "flag"
    SMALL = "small"  # whole number to 100
    POSITION = "position"  # whole number to 30,000
    COUNT = "count"
    NUMBER = "number"
    INSTANT = "instant"


_TOLD = {
    Kind.WORD: "text",
    Kind.TEXT: "text",
    Kind.FLAG: "1 or 0",
    Kind.SMALL: "whole number",
    Kind.POSITION: "whole number",
    Kind.COUNT: "whole number",
    Kind.NUMBER: "number",
    Kind.INSTANT: "time",
}


class Use(Enum):
    """What the analysis of a file makes of a column."""

    NEEDED = "a table without it cannot be analysed"
    ANSWER = "one of these is needed"
    HELPFUL = "read where it is present"
    NOT_READ = "describes the comment, for people"


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: In every format.
        kind: What its cells are.
        sql: The expression, over the tables of selectors/judging/long_table.py.
        holds: For people: what it says, and when it is empty; see `told`.
        unit: Of numbers and times.
        use: Of the analysis of a file.
        may_be_empty: Whether a judgment may lack it.
        is_foreign: Whether people outside wrote it; a spreadsheet could take such a
            text for a formula, so that CSV makes it harmless.
    """

    name: LiteralString
    kind: Kind
    sql: LiteralString
    holds: str
    unit: str = ""
    use: Use = Use.NOT_READ
    may_be_empty: bool = False
    is_foreign: bool = False

    def selected(self, *, is_safe: bool) -> LiteralString:
        """SQL for its cells: safe to open in a spreadsheet, or as they are.

        Safe, what a spreadsheet would read as a formula has an apostrophe in front.
        """
        cell = self.sql
        if is_safe and self.is_foreign:
            escaped: LiteralString = f"'''' || {cell}"
            cell = f"CASE WHEN {cell} ~ {_FORMULA} THEN {escaped} ELSE {cell} END"
        return f'{cell} AS "{self.name}"'

    def told(self, instrument: Instrument) -> str:
        """What it holds, in the words of a study's instrument."""
        scale = instrument.scale
        return self.holds.format(
            verdicts=", ".join(
                f"`{v.value}` ({v.meaning})" for v in instrument.verdicts
            ),
            lowest=f"{scale.lowest} ({scale.low_anchor})",
            highest=f"{scale.highest} ({scale.high_anchor})",
        )


_FORMULA: LiteralString = r"E'^[=+@\t\r-]'"
_VIDEO_ID: LiteralString = (
    "coalesce(nullif(v.external_id, ''), left(v.content_sha256, 16))"
)
_ISO: LiteralString = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def instant(moment: LiteralString) -> LiteralString:
    """SQL for a time in UTC, as every table writes it."""
    return f"to_char({moment} AT TIME ZONE 'UTC', '{_ISO}')"


COLUMNS = (
    Column(
        "annotator_id",
        Kind.WORD,
        "m.code",
        "who judged: an opaque code of this study, never a name",
        use=Use.NEEDED,
    ),
    Column(
        "video_id",
        Kind.WORD,
        f"(v.platform || ':' || {_VIDEO_ID})",
        "the video that the comment is about, as `platform:id`",
        use=Use.NEEDED,
        is_foreign=True,
    ),
    Column(
        "comment_id",
        Kind.TEXT,
        "'c' || bc.comment_id",
        "the comment",
        use=Use.NEEDED,
    ),
    Column(
        "source",
        Kind.WORD,
        "s.key",
        "who wrote the comment: the human pool, or one AI system",
        use=Use.NEEDED,
        is_foreign=True,
    ),
    Column(
        "is_human",
        Kind.FLAG,
        "(s.origin = 'human')::int",
        "1 if a person wrote the comment, 0 if an AI system did",
        use=Use.NEEDED,
    ),
    Column(
        "verdict",
        Kind.WORD,
        "j.verdict",
        "who the annotator believed wrote it: {verdicts}; empty if not answered",
        use=Use.ANSWER,
        may_be_empty=True,
    ),
    Column(
        "score",
        Kind.SMALL,
        "j.realism_score",
        "realism score, from {lowest} to {highest}; empty if not answered",
        use=Use.ANSWER,
        may_be_empty=True,
    ),
    Column(
        "order",
        Kind.POSITION,
        "p.position",
        "position at which the comment was shown in its batch, from 1",
        use=Use.HELPFUL,
    ),
    Column(
        "seconds",
        Kind.NUMBER,
        "j.full_answer_seconds",
        "how long the comment had been in view when verdict and score were first both "
        "given; empty if that was not recorded",
        unit="seconds",
        use=Use.HELPFUL,
        may_be_empty=True,
    ),
    Column(
        "assignment_no",
        Kind.COUNT,
        "a.number",
        "how many batches the annotator had been given by then, from 1",
        use=Use.HELPFUL,
    ),
    Column(
        "started_at",
        Kind.INSTANT,
        instant("a.started_at"),
        "when the annotator was given the batch",
        unit="UTC",
        use=Use.HELPFUL,
    ),
    Column(
        "one_tap",
        Kind.FLAG,
        "(SELECT y.one_tap::int FROM annotation_study y WHERE y.id = b.study_id)",
        "1 if verdict and score were given together, with one tap; 0 if one by one",
    ),
    Column(
        "is_simulated",
        Kind.FLAG,
        "coalesce(u.is_simulated, false)::int",
        "1 if a simulation judged, not a person; 0 otherwise",
    ),
    Column(
        "source_title", Kind.WORD, "s.title", "title of the source", is_foreign=True
    ),
    Column(
        "platform", Kind.WORD, "v.platform", "platform of the video", is_foreign=True
    ),
    Column(
        "category",
        Kind.WORD,
        "v.category",
        "category of the video",
        use=Use.HELPFUL,
        is_foreign=True,
    ),
    Column("text", Kind.TEXT, "c.text", "text of the comment", is_foreign=True),
)


def names(*uses: Use) -> tuple[str, ...]:
    """The names of all columns, or of those with one of the uses."""
    return tuple(one.name for one in COLUMNS if not uses or one.use in uses)


def column(name: str) -> Column:
    """The column of a name.

    Raises:
        KeyError: There is none.
    """
    return {one.name: one for one in COLUMNS}[name]


def described(
    instrument: Instrument = PAPER, columns: Iterable[Column] = COLUMNS
) -> str:
    """The columns as a table in Markdown."""

    def rows() -> Iterator[str]:
        for one in columns:
            kind = ", ".join(filter(None, [_TOLD[one.kind], one.unit]))
            yield f"| `{one.name}` | {kind} | {one.told(instrument)} |"

    return "\n".join(["| column | type | holds |", "| --- | --- | --- |", *rows()])
