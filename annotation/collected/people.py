"""Tables of annotators: how they came to judge, and what became of them."""

from dataclasses import replace
from typing import LiteralString

from annotation.collected.schema import (
    ANNOTATOR,
    COMMENT,
    NUMBER,
    ORDER,
    SCORE,
    VERDICT,
    VIDEO,
    Table,
    time,
)
from annotation.long_table import Column, Kind

_MEMBERS: LiteralString = """
FROM annotation_membership m
LEFT JOIN accounts_user u ON u.id = m.user_id
"""
_ANNOTATORS: LiteralString = "WHERE m.study_id = {study} AND m.role = 'annotator'"

ANNOTATOR_TABLE = Table(
    "annotators",
    "an annotator of the study",
    (
        *ANNOTATOR,
        Column(
            "came_by",
            Kind.WORD,
            "(SELECT i.kind FROM annotation_invitation i WHERE i.id = m.invitation_id)",
            "`link` (invitation link), `crowd` (crowd platform); empty if a researcher "
            "added them",
            may_be_empty=True,
        ),
        time("joined_at", "m.joined_at", "when they joined"),
        Column(
            "first_verdict",
            Kind.WORD,
            "m.first_verdict",
            "the verdict whose button stands first for them (drawn at random)",
        ),
        Column(
            "guidelines_version",
            Kind.COUNT,
            "(SELECT d.version FROM annotation_studydocument d "
            "WHERE d.id = m.guidelines_id)",
            "version of the guidelines that they read",
            may_be_empty=True,
        ),
        Column(
            "consent_version",
            Kind.COUNT,
            "(SELECT d.version FROM annotation_studydocument d "
            "WHERE d.id = m.consent_id)",
            "version of the consent text that they agreed to",
            may_be_empty=True,
        ),
        time("consented_at", "m.consented_at", "when they agreed to take part"),
        time("declined_at", "m.declined_at", "when they refused to take part"),
        time("training_done_at", "m.training_done_at", "when they finished practice"),
        time("tour_done_at", "m.tour_done_at", "when they finished the tour"),
        time("completed_at", "m.completed_at", "when they were told they are done"),
        time("left_at", "m.left_at", "when they left the study"),
        Column(
            "submitted",
            Kind.COUNT,
            "(SELECT count(*) FROM annotation_assignment a "
            "WHERE a.membership_id = m.id AND a.state = 'submitted')",
            "batches submitted, planned repeats included",
        ),
    ),
    f"{_MEMBERS} {_ANNOTATORS} ORDER BY m.code",
)

EXCLUSION_TABLE = Table(
    "exclusions",
    "an annotator whom a researcher left out of results",
    (
        *ANNOTATOR,
        time("excluded_at", "m.excluded_at", "when"),
        Column(
            "reason",
            Kind.TEXT,
            "m.exclusion_reason",
            "why, in the researcher's words",
            is_foreign=True,
        ),
        Column(
            "answers",
            Kind.COUNT,
            """(SELECT count(*) FROM annotation_judgment j
                JOIN annotation_presentation p ON p.id = j.presentation_id
                JOIN annotation_assignment a ON a.id = p.assignment_id
                WHERE a.membership_id = m.id AND a.state = 'submitted'
                    AND a.repeat_of_id IS NULL AND p.batch_comment_id IS NOT NULL)""",
            "submitted judgments on comments that this leaves out",
        ),
    ),
    f"{_MEMBERS} {_ANNOTATORS} AND m.excluded_at IS NOT NULL ORDER BY m.code",
    note="Exclusions that were undone are in events.csv.",
)

TRAINING_TABLE = Table(
    "training_answers",
    "an annotator's answer to a practice comment; never counted in results",
    (
        *ANNOTATOR,
        Column("item_no", Kind.COUNT, "t.position", "which practice comment"),
        Column("text", Kind.TEXT, "t.text", "its text", is_foreign=True),
        Column(
            "is_human",
            Kind.FLAG,
            "(t.origin = 'human')::int",
            "1 if a person wrote it, 0 if an AI system did",
        ),
        VERDICT,
        SCORE,
        time("answered_at", "j.answered_at", "when it was answered"),
    ),
    f"""
    {_MEMBERS}
    JOIN annotation_traininganswer j ON j.membership_id = m.id
    JOIN annotation_trainingitem t ON t.id = j.item_id
    {_ANNOTATORS} ORDER BY m.code, t.position
    """,
)

COMPREHENSION_TABLE = Table(
    "comprehension_answers",
    "an annotator's answer to a comprehension question, in one of at most two attempts",
    (
        *ANNOTATOR,
        Column("attempt_no", Kind.COUNT, "t.number", "which attempt, from 1"),
        time("attempted_at", "t.created_at", "when"),
        Column(
            "attempt_passed",
            Kind.FLAG,
            "t.passed::int",
            "1 if every answer of the attempt was right, 0 otherwise",
        ),
        Column("question_no", Kind.COUNT, "x.number", "which question, from 1"),
        Column(
            "question",
            Kind.TEXT,
            "q.text",
            "the question; empty if it was removed since",
            may_be_empty=True,
            is_foreign=True,
        ),
        Column(
            "answer",
            Kind.TEXT,
            "q.choices[x.choice + 1]",
            "the chosen answer",
            may_be_empty=True,
            is_foreign=True,
        ),
        Column(
            "is_right",
            Kind.FLAG,
            "(x.choice = q.right_choice)::int",
            "1 if it is the right one, 0 otherwise",
            may_be_empty=True,
        ),
    ),
    f"""
    {_MEMBERS}
    JOIN annotation_comprehensionattempt t ON t.membership_id = m.id
    JOIN LATERAL (
        SELECT key::int AS number, value::int AS choice FROM jsonb_each_text(t.answers)
    ) x ON true
    LEFT JOIN annotation_comprehensionquestion q
        ON q.study_id = m.study_id AND q.position = x.number
    {_ANNOTATORS} ORDER BY m.code, t.number, x.number
    """,  # noqa: S608  (our own words)
)

PROBLEM_TABLE = Table(
    "problem_reports",
    "a problem that an annotator reported from a batch",
    (
        *ANNOTATOR,
        replace(VIDEO, may_be_empty=True),
        replace(NUMBER, sql="r.batch_number"),
        Column(
            "subject",
            Kind.WORD,
            "r.subject",
            "what it is about: `comment`, `question`, `video` or `page`",
        ),
        replace(ORDER, may_be_empty=True),
        COMMENT,
        Column(
            "item_id",
            Kind.TEXT,
            "nullif(r.item_id, '')",
            "the item, where items are answered; empty for the page",
            may_be_empty=True,
        ),
        Column(
            "kind",
            Kind.WORD,
            "r.kind",
            "`offensive`, `broken`, `personal` (contains personal data) or `other`",
        ),
        Column(
            "text",
            Kind.TEXT,
            "nullif(r.text, '')",
            "in the annotator's words",
            may_be_empty=True,
            is_foreign=True,
        ),
        time("reported_at", "r.created_at", "when it was reported"),
        time("answered_at", "r.answered_at", "when a researcher answered it"),
        Column(
            "note",
            Kind.TEXT,
            "nullif(r.note, '')",
            "the researchers' note",
            may_be_empty=True,
            is_foreign=True,
        ),
    ),
    f"""
    {_MEMBERS}
    JOIN annotation_problemreport r ON r.membership_id = m.id
    LEFT JOIN annotation_assignment a ON a.id = r.assignment_id
    LEFT JOIN annotation_batch b ON b.id = a.batch_id
    LEFT JOIN corpus_video v ON v.id = b.video_id
    LEFT JOIN annotation_presentation p ON p.id = r.presentation_id
    LEFT JOIN annotation_batchcomment bc ON bc.id = p.batch_comment_id
    WHERE m.study_id = {{study}} ORDER BY r.created_at, r.id
    """,
    note="People wrote the texts freely: read them before you publish them.",
)

PEOPLE_TABLES = (
    ANNOTATOR_TABLE,
    EXCLUSION_TABLE,
    TRAINING_TABLE,
    COMPREHENSION_TABLE,
    PROBLEM_TABLE,
)
