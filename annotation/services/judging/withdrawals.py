"""Withdrawing a video or a comment from a study that people judge: for good."""

from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import (
    Batch,
    BatchComment,
    Study,
    StudyState,
    Withdrawal,
)
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_study

# Who works on it goes on with another batch; the places count down with the batch.
_END_WORK: Final = """
WITH ended AS (
    UPDATE annotation_assignment SET state = 'lapsed', place = NULL
    WHERE batch_id = %(batch)s AND state = 'active'
    RETURNING place
)
SELECT count(*) FROM ended
"""
_CLOSE_BATCH: Final = """
UPDATE annotation_batch b SET
    withdrawn_at = %(now)s,
    places_taken = (
        SELECT count(*) FROM annotation_assignment a
        WHERE a.batch_id = b.id AND a.place IS NOT NULL
    )
WHERE b.id = %(batch)s
"""


@transaction.atomic
def withdraw_video(
    *, batch: Batch, actor: User, reason: str, counts: bool
) -> Withdrawal:
    """Show a study's video to no annotator any more; what was submitted stays stored.

    Whoever works on it goes on with another batch; nobody is given it again.

    Args:
        batch: the video's, with its study at hand.
        actor: who decides it.
        reason: why; reports state it.
        counts: whether the judgments that are submitted count in results.

    Raises:
        AnnotationError: no reason was given, the study isn't open, it is withdrawn
            already, or an admin opened a submitted batch of it again.
    """
    _require(batch.study, reason)
    # First its assignments, then the batch: in the order of everybody else.
    assignments = batch.assignments.select_for_update().order_by("pk")
    if any(one.is_active and one.reopened_at for one in assignments):
        msg = _(
            "A submitted batch of this video was opened again and isn't submitted yet. "
            "Wait until it is, or exclude its annotator."
        )
        raise AnnotationError(msg)
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.withdrawn_at is not None:
        msg = _("This video is already withdrawn.")
        raise AnnotationError(msg)
    with connection.cursor() as cursor:
        cursor.execute(_END_WORK, {"batch": batch.pk})
        (ended,) = cursor.fetchone()
        cursor.execute(_CLOSE_BATCH, {"batch": batch.pk, "now": timezone.now()})
    withdrawal = Withdrawal.objects.create(
        study=batch.study,
        batch=batch,
        reason=reason.strip(),
        counts=counts,
        created_by=actor,
    )
    record_event(
        study=batch.study,
        actor=actor,
        action="video withdrawn",
        video=batch.video.label,
        reason=withdrawal.reason,
        counts=counts,
        ended=ended,
    )
    return withdrawal


@transaction.atomic
def withdraw_comment(
    *, batch_comment: BatchComment, actor: User, reason: str, counts: bool
) -> Withdrawal:
    """The same of one comment: its batch is judged without it.

    Raises:
        AnnotationError: as `withdraw_video`, or it is the last comment that is left.
    """
    batch = batch_comment.batch
    _require(batch.study, reason)
    left = BatchComment.objects.filter(batch=batch, withdrawal=None)
    if batch.withdrawn_at is not None or not left.filter(pk=batch_comment.pk).exists():
        msg = _("This comment is already withdrawn.")
        raise AnnotationError(msg)
    if left.count() == 1:
        msg = _("It is the last comment under this video. Withdraw the video instead.")
        raise AnnotationError(msg)
    withdrawal = Withdrawal.objects.create(
        study=batch.study,
        batch_comment=batch_comment,
        reason=reason.strip(),
        counts=counts,
        created_by=actor,
    )
    record_event(
        study=batch.study,
        actor=actor,
        action="comment withdrawn",
        video=batch.video.label,
        comment=batch_comment.comment_id,
        reason=withdrawal.reason,
        counts=counts,
    )
    return withdrawal


def _require(study: Study, reason: str) -> None:
    """Lock the study: withdrawals come one after the other."""
    if not reason.strip():
        msg = _("Enter a reason. Reports state it.")
        raise AnnotationError(msg)
    lock_study(study, StudyState.OPEN, StudyState.PAUSED)
