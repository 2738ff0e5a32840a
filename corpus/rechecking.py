"""Apply today's rule of what is usable to comments that came in under an older one."""

from collections import Counter
from itertools import islice

from django.db import connection, transaction

from corpus.cleaning import unusable_reason
from corpus.models import Comment

_CHUNK = 5_000
_UPDATE = """
UPDATE corpus_comment SET unusable_reason = new.reason
FROM unnest(%s::bigint[], %s::text[]) AS new (id, reason)
WHERE corpus_comment.id = new.id
"""
_COUNT = """
UPDATE corpus_video v SET usable_comment_count = (
    SELECT count(*) FROM corpus_comment c JOIN corpus_source s ON s.id = c.source_id
    WHERE c.video_id = v.id AND s.origin = 'human' AND c.unusable_reason = ''
)
WHERE id IN (SELECT video_id FROM corpus_comment WHERE id = ANY(%s))
"""


def recheck_comments() -> Counter[str]:
    """Say anew of every comment whether it is usable; its text stays as it is.

    Sealed batches keep what they hold; drafts take other comments when they are filled
    again. A chunk is one transaction, and running it again changes nothing.

    Returns:
        How many comments changed, by what is said of them now (empty: usable).
    """
    changed: Counter[str] = Counter()
    rows = Comment.objects.order_by("pk").values_list("pk", "text", "unusable_reason")
    found = rows.iterator(chunk_size=_CHUNK)
    while chunk := [*islice(found, _CHUNK)]:
        new = {
            pk: reason
            for pk, text, known in chunk
            if (reason := str(unusable_reason(text) or "")) != known
        }
        if new:
            _store(new)
            changed.update(new.values())
    return changed


@transaction.atomic
def _store(reasons: dict[int, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [[*reasons], [*reasons.values()]])
        cursor.execute(_COUNT, [[*reasons]])
