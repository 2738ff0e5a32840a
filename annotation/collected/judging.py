"""Tables of what annotators saw and answered."""

from typing import LiteralString

from annotation.collected.schema import (
    ANNOTATOR,
    ASSIGNMENTS,
    CHECK,
    COMMENT,
    FIRST_SECONDS,
    NUMBER,
    ORDER,
    PRESENTATIONS,
    SCORE,
    SECONDS,
    STATE,
    VERDICT,
    VIDEO,
    Table,
    time,
)
from annotation.long_table import Column, Kind, column

_OF_STUDY: LiteralString = "WHERE b.study_id = {study}"
_IN_ORDER: LiteralString = "ORDER BY m.code, a.number, p.position"

_IS_REPEAT = Column(
    "is_repeat",
    Kind.FLAG,
    "(a.repeat_of_id IS NOT NULL)::int",
    "1 if it was a planned repeat of a batch judged before, 0 otherwise",
)
ASSIGNMENT_TABLE = Table(
    "assignments",
    "a batch given to an annotator, submitted or not",
    (
        *ANNOTATOR,
        VIDEO,
        NUMBER,
        STATE,
        _IS_REPEAT,
        Column(
            "repeat_of_no",
            Kind.COUNT,
            "(SELECT f.number FROM annotation_assignment f "
            "WHERE f.id = a.repeat_of_id)",
            "for a planned repeat, `assignment_no` of the first time",
            may_be_empty=True,
        ),
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
            "the random seed from which the order of the comments was drawn",
        ),
        column("started_at"),
        time("submitted_at", "a.submitted_at", "when the annotator submitted it"),
        time("reopened_at", "a.reopened_at", "when an admin last opened it again"),
        time(
            "freed_at",
            "a.freed_at",
            "when its place was given to others after the annotator was excluded",
        ),
        Column(
            "played_seconds",
            Kind.NUMBER,
            "a.played_seconds",
            "how long the video was played",
            unit="seconds",
        ),
        Column(
            "played_percent",
            Kind.NUMBER,
            "a.played_percent",
            "how much of the video was played at least once",
            unit="percent",
        ),
    ),
    f"{ASSIGNMENTS} {_OF_STUDY} ORDER BY m.code, a.number",
)

_COUNTS: LiteralString = "coalesce(bc.id IS NOT NULL AND {counted}, false)"
ANSWER_TABLE = Table(
    "answers",
    "a comment or attention check shown to an annotator, answered or not, with the "
    "newest answer",
    (
        *ANNOTATOR,
        VIDEO,
        NUMBER,
        STATE,
        _IS_REPEAT,
        ORDER,
        COMMENT,
        CHECK,
        column("source"),
        column("is_human"),
        VERDICT,
        SCORE,
        FIRST_SECONDS,
        SECONDS,
        time("answered_at", "j.answered_at", "when the newest answer was given"),
        time("received_at", "j.received_at", "when the server received it"),
        Column(
            "counts",
            Kind.FLAG,
            f"({_COUNTS} AND j.presentation_id IS NOT NULL)::int",
            "1 if results rest on it, as the rows of judgments.csv; 0 otherwise",
        ),
    ),
    f"""
    {PRESENTATIONS}
    LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
    {_OF_STUDY} {_IN_ORDER}
    """,
)

HISTORY_TABLE = Table(
    "answer_history",
    "an answer as it was given: each earlier one and, last, the one that stands",
    (
        *ANNOTATOR,
        VIDEO,
        NUMBER,
        STATE,
        ORDER,
        COMMENT,
        CHECK,
        Column(
            "answer_no",
            Kind.COUNT,
            "j.number",
            "which answer to this comment by this annotator, from 1",
        ),
        Column(
            "stands",
            Kind.FLAG,
            "j.stands",
            "1 if it is the newest answer, 0 if a later one replaced it",
        ),
        VERDICT,
        SCORE,
        time("answered_at", "j.answered_at", "when it was given"),
        time("received_at", "j.received_at", "when the server received it"),
    ),
    f"""
    {PRESENTATIONS}
    JOIN LATERAL (
        SELECT verdict, realism_score, answered_at, received_at, stands,
            row_number() OVER (ORDER BY stands, answered_at, received_at) AS number
        FROM (
            SELECT r.verdict, r.realism_score, r.answered_at, r.received_at,
                0 AS stands
            FROM annotation_judgmentrevision r WHERE r.presentation_id = p.id
            UNION ALL
            SELECT n.verdict, n.realism_score, n.answered_at, n.received_at, 1
            FROM annotation_judgment n WHERE n.presentation_id = p.id
        ) every_answer
    ) j ON true
    {_OF_STUDY} {_IN_ORDER}, j.number
    """,  # noqa: S608  (our own words)
)

# As annotation.selectors.people.attention_checks says what passes.
_PASSED: LiteralString = """CASE WHEN j.presentation_id IS NOT NULL THEN (
    (k.expected_verdict = '' OR coalesce(j.verdict = k.expected_verdict, false))
    AND (k.expected_score IS NULL
        OR coalesce(j.realism_score = k.expected_score, false))
)::int END"""
CHECK_TABLE = Table(
    "attention_checks",
    "an attention check shown to an annotator; never counted in results",
    (
        *ANNOTATOR,
        VIDEO,
        NUMBER,
        STATE,
        ORDER,
        CHECK,
        Column("text", Kind.TEXT, "k.text", "text of the check", is_foreign=True),
        Column(
            "expected_verdict",
            Kind.WORD,
            "nullif(k.expected_verdict, '')",
            "the verdict that the text asks for; empty if any passes",
            may_be_empty=True,
        ),
        Column(
            "expected_score",
            Kind.SMALL,
            "k.expected_score",
            "the score that the text asks for; empty if any passes",
            may_be_empty=True,
        ),
        VERDICT,
        SCORE,
        SECONDS,
        Column(
            "passed",
            Kind.FLAG,
            _PASSED,
            "1 if answered as the text asks, 0 if not; empty if not answered",
            may_be_empty=True,
        ),
    ),
    f"""
    {PRESENTATIONS}
    JOIN annotation_attentioncheck k ON k.id = p.attention_check_id
    LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
    {_OF_STUDY} {_IN_ORDER}
    """,
)

REPEAT_TABLE = Table(
    "repeats",
    "a comment that an annotator judged again in a planned repeat; never counted in "
    "results",
    (
        *ANNOTATOR,
        VIDEO,
        COMMENT,
        column("source"),
        column("is_human"),
        Column(
            "first_assignment_no",
            Kind.COUNT,
            "f.number",
            "`assignment_no` of the first time",
        ),
        NUMBER,
        STATE,
        Column(
            "first_order",
            Kind.POSITION,
            "fp.position",
            "position at which the comment was shown the first time",
        ),
        ORDER,
        Column(
            "first_verdict",
            Kind.WORD,
            "fj.verdict",
            "verdict of the first time",
            may_be_empty=True,
        ),
        VERDICT,
        Column(
            "first_score",
            Kind.SMALL,
            "fj.realism_score",
            "realism score of the first time",
            may_be_empty=True,
        ),
        SCORE,
        SECONDS,
    ),
    f"""
    {PRESENTATIONS}
    JOIN annotation_assignment f ON f.id = a.repeat_of_id
    JOIN annotation_presentation fp
        ON fp.assignment_id = f.id AND fp.batch_comment_id = p.batch_comment_id
    LEFT JOIN annotation_judgment fj ON fj.presentation_id = fp.id
    LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
    {_OF_STUDY} {_IN_ORDER}
    """,
)

JUDGING_TABLES = (
    ASSIGNMENT_TABLE,
    ANSWER_TABLE,
    HISTORY_TABLE,
    CHECK_TABLE,
    REPEAT_TABLE,
)
