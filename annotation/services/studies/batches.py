"""Which comments stand in which batch."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Batch, Study
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft
from corpus.models import Source, Video
from corpus.selectors import best_comments

# The comments that the study's batches should hold: (batch, comment, source, slot).
# People: the best ones, as everywhere (corpus.selectors.best_comments). An AI source:
# the newest usable one.
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
    SELECT id, source_id
    FROM corpus_comment
    WHERE video_id = b.video_id AND source_id = s.source_id AND unusable_reason = ''
    ORDER BY created_at DESC, id DESC
    LIMIT 1
) c
WHERE b.study_id = %s
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


@transaction.atomic
def fill_batches(*, study: Study, actor: User | None = None) -> FillReport:
    """Put into every batch of a draft the comments that belong there now.

    Running it again changes nothing unless comments, videos or sources changed; then
    a newer comment of an AI source takes the place of the older one.

    Raises:
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study)
    videos = study.batches.values("video_id")
    best = best_comments(videos, study.human_comment_count).values_list(
        "video_id", "pk", "source_id", "slot"
    )
    statement, parameters = best.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS annotation_wanted")
        cursor.execute(
            _WANTED.format(best_comments=statement),
            [*parameters, study.pk, study.pk],
        )
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
        AnnotationError: the study is no draft any more, or a video does not exist.
    """
    lock_draft(study)
    leaving = Batch.objects.filter(study=study, video_id__in=remove)
    empty_batches(leaving.values_list("pk", flat=True))
    removed, _ = leaving.delete()
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
    return fill_batches(study=study, actor=actor)


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
        AnnotationError: the study is no draft any more, or the human pool is named.
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
    return fill_batches(study=study, actor=actor)


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
