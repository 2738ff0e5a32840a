"""Tables of the study itself: what was judged, what was withdrawn, what was done."""

from typing import LiteralString

from annotation.collected.schema import COMMENT, VIDEO, Table, time
from annotation.long_table import Column, Kind, column

COMMENT_TABLE = Table(
    "comments",
    "a comment of a batch, as annotators were shown it",
    (
        VIDEO,
        column("platform"),
        column("category"),
        column("comment_id"),
        column("source"),
        column("source_title"),
        column("is_human"),
        Column(
            "slot",
            Kind.SMALL,
            "bc.slot",
            "place among the comments of its source in the batch: 1 is the most liked",
        ),
        Column(
            "like_count",
            Kind.COUNT,
            "c.like_count",
            "likes on its platform, where known",
            may_be_empty=True,
        ),
        column("text"),
        Column(
            "text_received",
            Kind.TEXT,
            "c.text_received",
            "its text before normalisation",
            is_foreign=True,
        ),
    ),
    """
    FROM annotation_batchcomment bc
    JOIN annotation_batch b ON b.id = bc.batch_id
    JOIN corpus_comment c ON c.id = bc.comment_id
    JOIN corpus_source s ON s.id = bc.source_id
    JOIN corpus_video v ON v.id = b.video_id
    WHERE b.study_id = {study} ORDER BY b.id, bc.id
    """,
    note="The texts belong to their authors.",
)


def _by(actor: LiteralString) -> LiteralString:
    """SQL for who did something, by their code in the study."""
    return (
        "coalesce((SELECT r.code FROM annotation_membership r "  # noqa: S608  (ours)
        f"WHERE r.study_id = {{study}} AND r.user_id = {actor}), 'staff')"
    )


WITHDRAWAL_TABLE = Table(
    "withdrawals",
    "a video or a comment that annotators are no longer shown",
    (
        time("withdrawn_at", "w.created_at", "when"),
        Column(
            "withdrawn_by",
            Kind.WORD,
            _by("w.created_by_id"),
            "the researcher's code in this study; `staff` if they are not in it",
        ),
        VIDEO,
        Column(
            "comment_id",
            Kind.TEXT,
            COMMENT.sql,
            "the comment; empty if the whole video was withdrawn",
            may_be_empty=True,
        ),
        Column(
            "reason",
            Kind.TEXT,
            "w.reason",
            "why, in the researcher's words",
            is_foreign=True,
        ),
        Column(
            "counts",
            Kind.FLAG,
            "w.counts::int",
            "1 if judgments submitted before count in results, 0 if they do not",
        ),
    ),
    """
    FROM annotation_withdrawal w
    LEFT JOIN annotation_batchcomment bc ON bc.id = w.batch_comment_id
    JOIN annotation_batch b ON b.id = coalesce(w.batch_id, bc.batch_id)
    JOIN corpus_video v ON v.id = b.video_id
    WHERE w.study_id = {study} ORDER BY w.created_at, w.id
    """,
)

# A researcher's login, and the words for an invitation, could name somebody.
_DETAIL: LiteralString = "(e.detail - 'user' - 'label')::text"
EVENT_TABLE = Table(
    "events",
    "an entry of the study's log",
    (
        time("at", "e.created_at", "when"),
        Column(
            "done_by",
            Kind.WORD,
            "CASE WHEN e.action IN ('annotator joined', 'annotator left') "
            "THEN coalesce(e.detail ->> 'code', '') "
            f"WHEN e.actor_id IS NULL THEN 'system' ELSE {_by('e.actor_id')} END",
            "code in this study of who did it; `staff` for an admin or somebody who is "
            "no longer in the study, `system` for a command",
        ),
        Column("action", Kind.WORD, "e.action", "what was done"),
        Column(
            "detail",
            Kind.TEXT,
            _DETAIL,
            "the details as JSON, without names of people",
            is_foreign=True,
        ),
    ),
    """
    FROM annotation_studyevent e
    WHERE e.study_id = {study} ORDER BY e.created_at, e.id
    """,
)

STUDY_TABLES = (COMMENT_TABLE, WITHDRAWAL_TABLE, EVENT_TABLE)
