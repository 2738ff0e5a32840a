"""Which comments stand in which batch."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Batch, Study
from annotation.services.studies.events import record_event
from annotation.services.studies.learning import refuse_pupils
from annotation.services.studies.locks import lock_draft
from corpus.models import Source, Video
from corpus.selectors import best_comments

# The comments that the study's batches should hold: (batch, comment, source, slot).
# People: the best ones, as everywhere (corpus.selectors.best_comments), but for those
# that the study holds back. An AI source:
# the usable one added last to the study's own pool, else to what admins share.
_WANTED = """
CREATE TEMPORARY TABLE annotation_wanted ON COMMIT DROP AS
SELECT b.id AS batch_id, c.id AS comment_id, c.source_id, c.slot::smallint
FROM annotation_batch b
JOIN ({best_comments}) c (video_id, id, source_id, slot) ON c.video_id = b.video_id
WHERE b.study_id = %s
UNION ALL
SELECT b.id, c.id, c.source_id, 1
FROM annotation_batch b
JOIN annotation_study_sources s ON s.study_id = b.study_id
CROSS JOIN LATERAL (
    SELECT c.id, c.source_id
    FROM corpus_comment c
    JOIN annotation_pooledcomment p
      ON p.comment_id = c.id AND (p.study_id = b.study_id OR p.study_id IS NULL)
    WHERE c.video_id = b.video_id AND c.source_id = s.source_id
      AND c.unusable_reason = ''
    ORDER BY p.study_id NULLS LAST, p.added_at DESC, p.id DESC
    LIMIT 1
) c
WHERE b.study_id = %s
"""
# Sources that have all their places in a batch keep what stands there.
_KEPT = """
CREATE TEMPORARY TABLE annotation_kept ON COMMIT DROP AS
SELECT held.batch_id, held.source_id
FROM annotation_batchcomment held
JOIN annotation_batch b ON b.id = held.batch_id
JOIN annotation_study study ON study.id = b.study_id
JOIN corpus_source source ON source.id = held.source_id
WHERE b.study_id = %s AND (source.origin = 'human' OR EXISTS (
    SELECT FROM annotation_study_sources s
    WHERE (s.study_id, s.source_id) = (b.study_id, held.source_id)
))
GROUP BY held.batch_id, held.source_id
HAVING count(*) = max(CASE source.origin
    WHEN 'human' THEN study.human_comment_count ELSE 1 END);
"""
_UNWANT_NEWER = """
DELETE FROM annotation_wanted w USING annotation_kept k
WHERE (w.batch_id, w.source_id) = (k.batch_id, k.source_id)
"""
_WANT_KEPT = """
INSERT INTO annotation_wanted (batch_id, comment_id, source_id, slot)
SELECT held.batch_id, held.comment_id, held.source_id, held.slot
FROM annotation_batchcomment held
JOIN annotation_kept k
  ON (k.batch_id, k.source_id) = (held.batch_id, held.source_id)
"""
# What the table of wanted comments says, in 32 letters.
_DIGEST = """
SELECT md5(coalesce(string_agg(
    concat_ws(':', batch_id, comment_id, slot), ',' ORDER BY batch_id, comment_id
), '')) FROM annotation_wanted
"""
# Batch and source with the texts that go and those that come; a change of slot is none.
_CHANGES = """
SELECT video.title, source.title,
    coalesce(array_agg(c.text ORDER BY c.id) FILTER (WHERE NOT d.is_new), '{}'),
    coalesce(array_agg(c.text ORDER BY c.id) FILTER (WHERE d.is_new), '{}')
FROM (
    SELECT held.batch_id, held.source_id, held.comment_id, false AS is_new
    FROM annotation_batchcomment held
    JOIN annotation_batch b ON b.id = held.batch_id
    WHERE b.study_id = %s AND NOT EXISTS (
        SELECT FROM annotation_wanted w
        WHERE (w.batch_id, w.comment_id) = (held.batch_id, held.comment_id)
    )
    UNION ALL
    SELECT w.batch_id, w.source_id, w.comment_id, true
    FROM annotation_wanted w
    WHERE NOT EXISTS (
        SELECT FROM annotation_batchcomment held
        WHERE (held.batch_id, held.comment_id) = (w.batch_id, w.comment_id)
    )
) d
JOIN annotation_batch b ON b.id = d.batch_id
JOIN corpus_video video ON video.id = b.video_id
JOIN corpus_source source ON source.id = d.source_id
JOIN corpus_comment c ON c.id = d.comment_id
GROUP BY b.id, video.id, source.id
ORDER BY b.id, source.key
"""
_REMOVE_UNWANTED = """
DELETE FROM annotation_batchcomment held
USING annotation_batch b
WHERE b.id = held.batch_id AND b.study_id = %s
  AND NOT EXISTS (
    SELECT FROM annotation_wanted w
    WHERE (w.batch_id, w.comment_id, w.source_id, w.slot)
        = (held.batch_id, held.comment_id, held.source_id, held.slot)
  )
"""
_ADD_MISSING = """
INSERT INTO annotation_batchcomment (batch_id, comment_id, source_id, slot)
SELECT batch_id, comment_id, source_id, slot FROM annotation_wanted w
-- Asking is cheap; trying to insert runs the trigger on each row.
WHERE NOT EXISTS (
    SELECT FROM annotation_batchcomment held
    WHERE (held.batch_id, held.comment_id) = (w.batch_id, w.comment_id)
)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class FillReport:
    """What one filling did: comments put into batches, and taken out of them."""

    added: int
    removed: int


class FillChange(NamedTuple):
    """What one source's part in one batch would lose and get."""

    video: str
    source: str
    leaving: list[str]
    coming: list[str]


@dataclass(frozen=True, slots=True)
class FillPreview:
    """What a filling would change; `digest` names the outcome."""

    digest: str
    changes: tuple[FillChange, ...]

    @property
    def coming_count(self) -> int:
        return sum(len(change.coming) for change in self.changes)

    @property
    def leaving_count(self) -> int:
        return sum(len(change.leaving) for change in self.changes)


@transaction.atomic
def preview_fill(*, study: Study) -> FillPreview:
    """What `fill_batches` would do with a draft now; nothing is changed.

    Raises:
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study)
    with connection.cursor() as cursor:
        digest = _want(cursor, study)
        cursor.execute(_CHANGES, [study.pk])
        changes = tuple(FillChange(*row) for row in cursor.fetchall())
    return FillPreview(digest, changes)


@transaction.atomic
def fill_batches(
    *,
    study: Study,
    actor: User | None = None,
    keeps_texts: bool = False,
    expected: str | None = None,
) -> FillReport:
    """Put into every batch of a draft the comments that belong there now.

    Running it again changes nothing unless comments, videos or sources changed; then
    a newer comment of an AI source takes the place of the older one.

    Args:
        study: A draft.
        actor: For the log.
        keeps_texts: Only fill what is missing: a source that has its places filled
            keeps the texts that stand there.
        expected: The digest of the preview that somebody agreed to.

    Raises:
        AnnotationError: the study is no draft any more, or something changed since the
            preview.
    """
    lock_draft(study)
    with connection.cursor() as cursor:
        digest = _want(cursor, study, keeps_texts=keeps_texts)
        if expected is not None and digest != expected:
            msg = _("Comments changed since you looked. Check the changes again.")
            raise AnnotationError(msg)
        cursor.execute(_REMOVE_UNWANTED, [study.pk])
        removed = cursor.rowcount
        cursor.execute(_ADD_MISSING)
        report = FillReport(added=cursor.rowcount, removed=removed)
    if report != FillReport(0, 0):
        record_event(
            study=study,
            actor=actor,
            action="batches filled",
            added=report.added,
            removed=report.removed,
        )
    return report


def _want(cursor: CursorWrapper, study: Study, *, keeps_texts: bool = False) -> str:
    """Make the table of what the batches should hold; its digest."""
    videos = study.batches.values("video_id")
    best = best_comments(
        videos, study.human_comment_count, without=study.held_back.values("comment_id")
    ).values_list("video_id", "pk", "source_id", "slot")
    statement, parameters = best.query.sql_with_params()
    cursor.execute("DROP TABLE IF EXISTS annotation_wanted, annotation_kept")
    cursor.execute(
        _WANTED.format(best_comments=statement), [*parameters, study.pk, study.pk]
    )
    if keeps_texts:
        cursor.execute(_KEPT, [study.pk])
        cursor.execute(_UNWANT_NEWER)
        cursor.execute(_WANT_KEPT)
    cursor.execute(_DIGEST)
    (digest,) = cursor.fetchone()
    return str(digest)


@transaction.atomic
def choose_videos(
    *,
    study: Study,
    actor: User | None = None,
    add: Collection[int] = (),
    remove: Collection[int] = (),
) -> FillReport:
    """Add videos to a draft and take others out (database ids); fill its batches.

    Raises:
        AnnotationError: the study is no draft any more, a video does not exist, or
            one of its sources learned from it.
    """
    lock_draft(study)
    leaving = Batch.objects.filter(study=study, video_id__in=remove)
    empty_batches(leaving.values_list("pk", flat=True))
    removed, _by_table = leaving.delete()
    known = set(Video.objects.filter(pk__in=add).values_list("pk", flat=True))
    if unknown := set(add) - known:
        msg = ngettext(
            "%(count)d of the chosen videos no longer exists.",
            "%(count)d of the chosen videos no longer exist.",
            len(unknown),
        ) % {"count": len(unknown)}
        raise AnnotationError(msg)
    before = set(study.batches.values_list("video", flat=True))
    Batch.objects.bulk_create(
        # In the order given, so that batches are numbered as the list is read.
        Batch(study=study, video_id=video_id)
        for video_id in dict.fromkeys(add)
        if video_id not in before
    )
    added = len({*add} - before)
    if added or removed:
        record_event(
            study=study,
            actor=actor,
            action="videos changed",
            added=added,
            removed=removed,
            total=len(before) + added,
        )
    refuse_pupils(study)
    return fill_batches(study=study, actor=actor, keeps_texts=True)


def empty_batches(batch_ids: Iterable[int]) -> None:
    """Take every comment out of batches that are not sealed, before they are deleted.

    In one statement: the ORM reads each of the rows before it deletes them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM annotation_batchcomment WHERE batch_id = ANY(%s)",
            [[*batch_ids]],
        )


@transaction.atomic
def choose_sources(
    *, study: Study, sources: Collection[Source], actor: User | None = None
) -> FillReport:
    """Set the AI sources that a draft tests; fill its batches.

    Those it tested already keep their order, the others follow in the order given.

    Raises:
        AnnotationError: the study is no draft any more, the human pool is named, or
            a source learned from this study or its videos.
    """
    lock_draft(study)
    if any(source.is_human for source in sources):
        msg = _("Choose AI sources only. Human comments are always included.")
        raise AnnotationError(msg)
    before = study.declared_sources
    if {*sources} != {*before}:
        study.sources.remove(*(source for source in before if source not in sources))
        for source in sources:  # one at a time: in this order they are declared
            study.sources.add(source)
        record_event(
            study=study,
            actor=actor,
            action="sources changed",
            sources=sorted(source.key for source in sources),
        )
    refuse_pupils(study)
    return fill_batches(study=study, actor=actor, keeps_texts=True)


@transaction.atomic
def add_sources(
    *, study: Study, sources: Iterable[Source], actor: User | None = None
) -> FillReport:
    """Add AI sources to those that a draft tests; fill its batches.

    Raises:
        AnnotationError: the study is no draft any more, or the human pool is named.
    """
    together = [*study.declared_sources, *sources]
    return choose_sources(study=study, sources=together, actor=actor)
