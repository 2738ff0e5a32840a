"""Everything that ever wrote for a study's sources: prompts, checkpoints, seeds."""

from typing import Final, NamedTuple

from django.db import connection

from annotation.models import Study


class WrittenVariant(NamedTuple):
    """One way in which a source's comments came about, in all studies and rounds."""

    source: str
    # Checkpoint with revision and content hash; empty for comments from files.
    checkpoint: str
    prompt: str
    frames: str
    decoding: str
    # Of the rounds, in their order.
    seeds: tuple[int, ...]
    # Comments that exist, and those among them that stand in the study's batches.
    written_count: int
    judged_count: int


_WRITTEN: Final = """
SELECT source.key,
    concat_ws(' ', nullif(a.engine->>'checkpoint', ''),
        '@ ' || nullif(a.engine->>'revision', ''),
        'sha256:' || left(nullif(a.engine->>'content_hash', ''), 12)),
    concat_ws(' ', a.prompt_version, left(a.prompt_hash, 12)),
    a.frames_policy,
    (SELECT coalesce(string_agg(d.key || ' ' || d.value, ', ' ORDER BY d.key), '')
     FROM jsonb_each_text(a.decoding) d WHERE d.key <> 'seed') AS decoding,
    array_agg(DISTINCT round.seed ORDER BY round.seed),
    count(DISTINCT a.comment_id),
    count(DISTINCT held.comment_id)
FROM generation_attempt a
JOIN generation_generationjob job ON job.id = a.job_id
JOIN generation_roundsource row ON row.id = job.round_source_id
JOIN generation_generationround round ON round.id = row.round_id
JOIN corpus_source source ON source.id = job.source_id
JOIN annotation_study_sources tested ON tested.source_id = source.id
LEFT JOIN (
    SELECT bc.comment_id FROM annotation_batchcomment bc
    JOIN annotation_batch b ON b.id = bc.batch_id
    WHERE b.study_id = %(study)s
) held ON held.comment_id = a.comment_id
WHERE tested.study_id = %(study)s AND a.comment_id IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
ORDER BY min(tested.id), min(a.created_at)
"""
_FROM_FILES: Final = """
SELECT source.key, count(*), count(held.comment_id)
FROM annotation_study_sources tested
JOIN corpus_source source ON source.id = tested.source_id
JOIN corpus_comment c ON c.source_id = source.id
LEFT JOIN (
    SELECT bc.comment_id FROM annotation_batchcomment bc
    JOIN annotation_batch b ON b.id = bc.batch_id
    WHERE b.study_id = %(study)s
) held ON held.comment_id = c.id
WHERE tested.study_id = %(study)s
  AND NOT EXISTS (SELECT FROM generation_attempt a WHERE a.comment_id = c.id)
GROUP BY source.key
ORDER BY min(tested.id)
"""


def variants_of(study: Study) -> list[WrittenVariant]:
    """Every variant of each AI source, the generated ones first (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, {"study": study.pk})
        written = [
            WrittenVariant(
                source, checkpoint, prompt, frames, decoding, tuple(seeds), made, judged
            )
            for (
                source,
                checkpoint,
                prompt,
                frames,
                decoding,
                seeds,
                made,
                judged,
            ) in cursor.fetchall()
        ]
        cursor.execute(_FROM_FILES, {"study": study.pk})
        imported = [
            WrittenVariant(source, "", "", "", "", (), made, judged)
            for source, made, judged in cursor.fetchall()
        ]
    return [*written, *imported]
