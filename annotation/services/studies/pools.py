"""Putting comments into the pool that a study may take from."""

from collections.abc import Collection

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft

# In the order given: of two comments added at once, the later one is the newer.
_ADD = """
INSERT INTO annotation_pooledcomment (study_id, comment_id, added_at)
SELECT %s, comment_id, clock_timestamp()
FROM unnest(%s::bigint[]) WITH ORDINALITY AS new (comment_id, number)
ORDER BY number
ON CONFLICT DO NOTHING
"""
_RENEW = """
INSERT INTO annotation_pooledcomment (study_id, comment_id, added_at)
VALUES (%s, %s, clock_timestamp())
ON CONFLICT (study_id, comment_id) DO UPDATE SET added_at = clock_timestamp()
"""
_TAKE = """
INSERT INTO annotation_pooledcomment (study_id, comment_id, added_at)
SELECT %s, comment_id, clock_timestamp()
FROM annotation_pooledcomment WHERE study_id = %s ORDER BY added_at, id
ON CONFLICT DO NOTHING
"""


def add_to_pool(*, study: Study | None, comments: Collection[int]) -> None:
    """Let a study, or with None every study, take these comments (ids, oldest first).

    What is in the pool already keeps its age.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [study.pk if study else None, [*comments]])


def renew_in_pool(*, study_id: int, comment: int) -> None:
    """Let a study take a comment as its newest one."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [study_id, comment])


@transaction.atomic
def take_comments(*, study: Study, origin: Study, actor: User | None) -> int:
    """Let a draft take what another study has by now; its batches stay as they are.

    The caller sees to it that the actor may read both.

    Returns:
        How many comments were added to the draft's pool.

    Raises:
        AnnotationError: the study is no draft any more, or is its own origin.
    """
    lock_draft(study)
    if study.pk == origin.pk:
        raise AnnotationError(_("Choose another study."))
    added = copy_pool(study=study, origin=origin)
    record_event(
        study=study, actor=actor, action="comments taken", of=origin.key, added=added
    )
    record_event(study=origin, actor=actor, action="comments shared", to=study.key)
    return added


def copy_pool(*, study: Study, origin: Study) -> int:
    """Add another study's own comments to a study's pool; how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [study.pk, origin.pk])
        return int(cursor.rowcount)
