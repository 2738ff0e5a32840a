"""What a study of items collects, for the full export: one line a column.

No table names a person: people stand under their code alone.
"""

from typing import Final, LiteralString

from annotation.collected.schema import (
    ANNOTATOR,
    NUMBER,
    PEOPLE,
    STATE,
    VIDEO,
    Table,
    time,
)
from annotation.long_table import Column, Kind, column

_BATCH: Final = Column("batch_no", Kind.COUNT, "b.number", "number of the batch")
_ITEM: Final = (
    Column("item_id", Kind.TEXT, "i.item_id", "the item, as in the build's files"),
    Column("task", Kind.WORD, "i.task", "its task, or its set of MMLA"),
    VIDEO,
)
_STUDY: LiteralString = """
JOIN thinking_itemstudy s ON s.id = b.item_study_id
"""
_WORK: LiteralString = f"""
FROM thinking_itemassignment a
JOIN thinking_itembatch b ON b.id = a.batch_id
{_STUDY}
{PEOPLE}
"""
_ANSWERS: LiteralString = f"""
{_WORK}
JOIN thinking_personanswer p ON p.assignment_id = a.id
JOIN thinking_item i ON i.id = p.item_id
JOIN corpus_video v ON v.id = i.video_id
"""
_OF_STUDY: LiteralString = "WHERE s.study_id = {study}"
_IN_ORDER: LiteralString = "ORDER BY m.code, a.number, p.position"

_POSITION: Final = Column(
    "order",
    Kind.POSITION,
    "p.position",
    "position at which the item was asked in its batch, from 1",
)
_ROTATION: Final = Column(
    "rotation",
    Kind.SMALL,
    "p.rotation",
    "in which order its options were shown; 0 as built",
)
_SHOWN: Final = Column(
    "choice",
    Kind.SMALL,
    "g.place + 1",
    "place of the chosen option as it was shown, from 1; empty without an answer",
    may_be_empty=True,
)
# As `tasks.rotations` moves options on, and `tasks.mmla.prompts.label_orders` labels.
_BUILT: LiteralString = """(CASE
    WHEN i.task IN ('TiS', 'DeS', 'TaM', 'ToM', 'CaM', 'CoM', 'CoP')
        THEN ((g.place - p.rotation) % 4 + 4) % 4
    WHEN cardinality(i.options) < 4
        THEN (g.place + p.rotation) % cardinality(i.options)
    ELSE (g.place + p.rotation * cardinality(i.options) / 4) % cardinality(i.options)
END)"""
_CHOSEN: Final = (
    _SHOWN,
    Column(
        "option_no",
        Kind.SMALL,
        f"{_BUILT} + 1",
        "the same in the order of the build, from 1",
        may_be_empty=True,
    ),
    Column(
        "option",
        Kind.TEXT,
        f"i.options[{_BUILT} + 1]",
        "text of the chosen option",
        may_be_empty=True,
        is_foreign=True,
    ),
    Column(
        "is_right",
        Kind.FLAG,
        f"({_BUILT} = i.answer)::int",
        "1 if it is the right option, 0 if not; empty without an answer",
        may_be_empty=True,
    ),
    Column(
        "knows_video",
        Kind.FLAG,
        "g.knows_video::int",
        "1 if the person said that they know the video, 0 otherwise",
    ),
    Column(
        "seconds",
        Kind.NUMBER,
        "g.view_seconds",
        "how long the question had been in view by then",
        unit="seconds",
        may_be_empty=True,
    ),
    time("answered_at", "g.given_at", "when it was given"),
)

BATCH_TABLE: Final = Table(
    "item_batches",
    "an item in its batch",
    (
        _BATCH,
        Column("slot", Kind.SMALL, "x.slot", "its place in the batch as cut, from 1"),
        *_ITEM,
        Column(
            "right_option_no",
            Kind.SMALL,
            "i.answer + 1",
            "the right option in the order of the build, from 1",
        ),
    ),
    f"""
    FROM thinking_batchitem x
    JOIN thinking_itembatch b ON b.id = x.batch_id
    {_STUDY}
    JOIN thinking_item i ON i.id = x.item_id
    JOIN corpus_video v ON v.id = i.video_id
    {_OF_STUDY} ORDER BY b.number, x.slot
    """,
)

WORK_TABLE: Final = Table(
    "item_assignments",
    "a batch of items given to a person, submitted or not",
    (
        *ANNOTATOR,
        _BATCH,
        NUMBER,
        STATE,
        Column(
            "place",
            Kind.COUNT,
            "a.place",
            "which of the batch's numbered places it holds; empty if none",
            may_be_empty=True,
        ),
        Column(
            "order_seed",
            Kind.TEXT,
            "a.seed",
            "the random seed from which the order of the items was drawn",
        ),
        column("started_at"),
        time("submitted_at", "a.submitted_at", "when the person submitted it"),
        time(
            "freed_at",
            "a.freed_at",
            "when its place was given to others after the person was excluded",
        ),
        Column(
            "looked_up",
            Kind.FLAG,
            "a.looked_up::int",
            "1 if the person said that they looked something up, 0 otherwise",
        ),
    ),
    f"{_WORK} {_OF_STUDY} ORDER BY m.code, a.number",
)

ANSWER_TABLE: Final = Table(
    "item_answers",
    "an item asked of a person, answered or not, with the newest answer",
    (
        *ANNOTATOR,
        _BATCH,
        NUMBER,
        STATE,
        _POSITION,
        *_ITEM,
        _ROTATION,
        *_CHOSEN,
        Column(
            "changes",
            Kind.SMALL,
            "p.change_count",
            "how often another option was chosen afterwards",
        ),
        Column(
            "counts",
            Kind.FLAG,
            "(a.state = 'submitted' AND m.excluded_at IS NULL)::int",
            "1 if results rest on it, 0 otherwise",
        ),
    ),
    f"{_ANSWERS} JOIN thinking_personanswer g ON g.id = p.id {_OF_STUDY} {_IN_ORDER}",
)

HISTORY_TABLE: Final = Table(
    "item_answer_history",
    "an answer as it was given: each earlier one and, last, the one that stands",
    (
        *ANNOTATOR,
        _BATCH,
        NUMBER,
        STATE,
        _POSITION,
        *_ITEM,
        _ROTATION,
        Column(
            "answer_no",
            Kind.COUNT,
            "g.number",
            "which answer to this item by this person, from 1",
        ),
        Column(
            "stands",
            Kind.FLAG,
            "g.stands",
            "1 if it is the newest answer, 0 if a later one replaced it",
        ),
        *_CHOSEN,
    ),
    f"""
    {_ANSWERS}
    JOIN LATERAL (
        SELECT place, knows_video, view_seconds, given_at, stands,
            row_number() OVER (ORDER BY stands, given_at) AS number
        FROM (
            SELECT r.place, r.knows_video, r.view_seconds, r.given_at, 0 AS stands
            FROM thinking_personanswerrevision r WHERE r.answer_id = p.id
            UNION ALL
            SELECT p.place, p.knows_video, p.view_seconds, p.given_at, 1
            WHERE p.given_at IS NOT NULL
        ) every_answer
    ) g ON true
    {_OF_STUDY} {_IN_ORDER}, g.number
    """,  # noqa: S608  (our own words)
    note="A tick at *I know this video* before a choice is an answer without one.",
)

ITEM_TABLES: Final = (BATCH_TABLE, WORK_TABLE, ANSWER_TABLE, HISTORY_TABLE)
