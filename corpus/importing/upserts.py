"""Bulk upserts of videos and human comments, through temporary tables and COPY.

All functions run inside the caller's transaction, at whose end the tables vanish.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from corpus.errors import RepeatedVideoError
from corpus.importing.rows import IncomingVideo
from corpus.selection import MIN_USABLE_COMMENTS

_VIDEO_TYPES = {
    "line": "integer",
    "platform": "text",
    "external_id": "text",
    "content_sha256": "text",
    "title": "text",
    "description": "text",
    "tags": "text[]",
    "topic": "text",
    "category": "text",
    "language": "text",
    "published_on": "date",
    "duration_s": "double precision",
    "view_count": "bigint",
    "like_count": "bigint",
    "favorite_count": "bigint",
    "share_count": "bigint",
    "comment_count": "bigint",
    "engagement": "double precision",
    "extra": "jsonb",
    # Of a video that is new; of a known one all its comments are counted.
    "usable_comment_count": "integer",
}
_COMMENT_TYPES = {
    "text": "text",
    "text_received": "text",
    "fingerprint": "bytea",
    "unusable_reason": "text",
    "like_count": "bigint",
    "reply_count": "bigint",
    "published_on": "date",
    "extra": "jsonb",
}
# What a newer version of a record may change; a known id or file is never emptied.
_UPDATED = [*_VIDEO_TYPES][4:-1]
_COUNTS = ("like_count", "reply_count", "published_on", "extra")
# Imports wait for each other, one batch at a time: two that bring the same new video
# would otherwise both create it. The number is this lock's name.
_IMPORT_LOCK = 0x636F_7270


class WrittenBatch(NamedTuple):
    """What a batch did, by the videos' ids."""

    # Line -> video.
    video_ids: dict[int, int]
    created: set[int]
    # Known videos whose metadata or comments changed.
    updated: set[int]
    comments_added: int
    comments_updated: int
    # Videos of these lines that have too few usable comments for a study.
    ineligible: int


def _columns(names: Sequence[str], table: str = "") -> str:
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{name}"' for name in names)


def _definition(types: dict[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in types.items())


# Dropped first for the sake of callers whose transaction spans several batches.
_CREATE_VIDEOS = f"""
DROP TABLE IF EXISTS pg_temp.incoming_video;
CREATE TEMPORARY TABLE incoming_video (
    {_definition(_VIDEO_TYPES)}, video_id bigint, is_new boolean DEFAULT false
) ON COMMIT DROP
"""
_CREATE_COMMENTS = f"""
DROP TABLE IF EXISTS pg_temp.incoming_comment;
CREATE TEMPORARY TABLE incoming_comment (
    video_id bigint, number integer, {_definition(_COMMENT_TYPES)}
) ON COMMIT DROP
"""
_MATCH_BY_ID = """
UPDATE incoming_video SET video_id = known.id FROM corpus_video known
WHERE known.external_id <> ''
  AND known.platform = incoming_video.platform
  AND known.external_id = incoming_video.external_id
"""
# A record without an id means any video with its file; one with an id may be the first
# to give an id to a video that had none.
_MATCH_BY_FILE = """
UPDATE incoming_video SET video_id = known.id
FROM (
    SELECT DISTINCT ON (incoming.line) incoming.line, video.id
    FROM incoming_video incoming
    JOIN corpus_videomedia media ON media.sha256 = incoming.content_sha256
    JOIN corpus_video video
      ON video.id = media.video_id AND video.platform = incoming.platform
    WHERE incoming.video_id IS NULL
      AND (incoming.external_id = '' OR video.external_id = '')
    ORDER BY incoming.line, video.external_id <> '', video.id
) known
WHERE known.line = incoming_video.line
"""
_NUMBER_NEW = """
UPDATE incoming_video
SET is_new = true,
    video_id = nextval(pg_get_serial_sequence('corpus_video', 'id'))
WHERE video_id IS NULL
"""
_UPDATE_KNOWN = f"""
UPDATE corpus_video known
SET external_id = CASE known.external_id
        WHEN '' THEN incoming.external_id ELSE known.external_id END,
    content_sha256 = CASE incoming.content_sha256
        WHEN '' THEN known.content_sha256 ELSE incoming.content_sha256 END,
    {", ".join(f'"{name}" = incoming."{name}"' for name in _UPDATED)},
    updated_at = statement_timestamp()
FROM incoming_video incoming
WHERE known.id = incoming.video_id
  AND NOT incoming.is_new
  AND (
    ({_columns(_UPDATED, "known")}) IS DISTINCT FROM ({_columns(_UPDATED, "incoming")})
    OR (known.external_id = '' AND incoming.external_id <> '')
    OR incoming.content_sha256 NOT IN ('', known.content_sha256)
  )
RETURNING known.id
"""  # noqa: S608 (our own column names)
_INSERTED = [*_VIDEO_TYPES][1:]
_INSERT_NEW = f"""
INSERT INTO corpus_video (id, {_columns(_INSERTED)}, created_at, updated_at)
SELECT video_id, {_columns(_INSERTED)}, statement_timestamp(), statement_timestamp()
FROM incoming_video WHERE is_new
"""  # noqa: S608 (our own column names)
_COPY_NEW = f"""
COPY corpus_comment (video_id, source_id, created_at, {_columns([*_COMMENT_TYPES])})
FROM STDIN
"""
_COPY_KNOWN = f"""
COPY incoming_comment (video_id, number, {_columns([*_COMMENT_TYPES])}) FROM STDIN
"""
_UPSERT_KNOWN = f"""
WITH written AS (
    INSERT INTO corpus_comment AS known
        (video_id, source_id, created_at, {_columns([*_COMMENT_TYPES])})
    SELECT video_id, %s, statement_timestamp(), {_columns([*_COMMENT_TYPES])}
    FROM incoming_comment
    ORDER BY video_id, number
    ON CONFLICT (video_id, source_id, fingerprint) DO UPDATE
    SET {", ".join(f'"{name}" = excluded."{name}"' for name in _COUNTS)}
    WHERE ({_columns(_COUNTS, "known")}) IS DISTINCT FROM
          ({_columns(_COUNTS, "excluded")})
    -- Of a row that was inserted, no transaction has updated anything yet.
    RETURNING video_id, xmax = 0 AS is_added
)
SELECT video_id, count(*) FILTER (WHERE is_added), count(*) FILTER (WHERE NOT is_added)
FROM written GROUP BY video_id
"""  # noqa: S608 (our own column names)
_COUNT_USABLE = """
UPDATE corpus_video
SET usable_comment_count = usable.count, updated_at = statement_timestamp()
FROM (
    SELECT video_id, count(*) FILTER (WHERE unusable_reason = '')
    FROM corpus_comment WHERE source_id = %s AND video_id = ANY(%s) GROUP BY video_id
) usable
WHERE corpus_video.id = usable.video_id
"""
_INELIGIBLE = """
SELECT count(*) FROM corpus_video
WHERE id IN (SELECT video_id FROM incoming_video) AND usable_comment_count < %s
"""


def stage(cursor: CursorWrapper, videos: Sequence[IncomingVideo]) -> dict[int, int]:
    """Lock, copy the records into a temporary table, and find the known videos.

    Returns:
        The lines of known videos, with the videos' ids.

    Raises:
        RepeatedVideoError: Two lines mean one video; write them one after the other.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
    cursor.execute(_CREATE_VIDEOS)
    with cursor.copy(
        f"COPY incoming_video ({_columns([*_VIDEO_TYPES])}) FROM STDIN"
    ) as copy:
        for video in videos:
            copy.write_row(video.row())
    cursor.execute("ANALYZE incoming_video")
    cursor.execute(_MATCH_BY_ID)
    if any(video.clip for video in videos):
        cursor.execute(_MATCH_BY_FILE)
    cursor.execute(
        "SELECT line, video_id FROM incoming_video WHERE video_id IS NOT NULL"
    )
    known = dict(cursor.fetchall())
    if len(set(known.values())) < len(known):
        raise RepeatedVideoError
    return known


def unstage(cursor: CursorWrapper, lines: Sequence[int]) -> None:
    """Take refused lines out again."""
    cursor.execute("DELETE FROM incoming_video WHERE line = ANY(%s)", [list(lines)])


def write(
    cursor: CursorWrapper, videos: Sequence[IncomingVideo], human_source_id: int
) -> WrittenBatch:
    """Bring what is staged into the corpus; what is equal already stays untouched."""
    cursor.execute(_UPDATE_KNOWN)
    updated = {video_id for (video_id,) in cursor.fetchall()}
    cursor.execute(_NUMBER_NEW)
    cursor.execute(_INSERT_NEW)
    cursor.execute("SELECT line, video_id, is_new FROM incoming_video")
    written = cursor.fetchall()
    video_ids = {line: video_id for line, video_id, _ in written}
    created = {video_id for _, video_id, is_new in written if is_new}
    staged = [(video_ids[v.line], v) for v in videos if v.line in video_ids]
    added = _insert_comments(
        cursor, [pair for pair in staged if pair[0] in created], human_source_id
    )
    changes = _merge_comments(
        cursor, [pair for pair in staged if pair[0] not in created], human_source_id
    )
    cursor.execute(_INELIGIBLE, [MIN_USABLE_COMMENTS])
    return WrittenBatch(
        video_ids=video_ids,
        created=created,
        updated=updated.union(changes.video_ids),
        comments_added=added + changes.added,
        comments_updated=changes.updated,
        ineligible=cursor.fetchone()[0],
    )


def _insert_comments(
    cursor: CursorWrapper,
    videos: Sequence[tuple[int, IncomingVideo]],
    human_source_id: int,
) -> int:
    """Copy the comments of new videos, which have none yet; how many."""
    now = timezone.now()
    with cursor.copy(_COPY_NEW) as copy:
        for video_id, video in videos:
            for comment in video.comments:
                copy.write_row((video_id, human_source_id, now, *comment))
    return sum(len(video.comments) for _, video in videos)


class _Changes(NamedTuple):
    """What became of the comments of known videos."""

    # Videos with any change.
    video_ids: list[int]
    added: int
    updated: int


def _merge_comments(
    cursor: CursorWrapper,
    videos: Sequence[tuple[int, IncomingVideo]],
    human_source_id: int,
) -> _Changes:
    """Add the comments that known videos lack, and update the counts of the others."""
    if not videos:
        return _Changes([], 0, 0)
    cursor.execute(_CREATE_COMMENTS)
    with cursor.copy(_COPY_KNOWN) as copy:
        for video_id, video in videos:
            for number, comment in enumerate(video.comments):
                copy.write_row((video_id, number, *comment))
    cursor.execute(_UPSERT_KNOWN, [human_source_id])
    rows = cursor.fetchall()
    changed = [video_id for video_id, *_ in rows]
    cursor.execute(_COUNT_USABLE, [human_source_id, changed])
    return _Changes(changed, sum(row[1] for row in rows), sum(row[2] for row in rows))
