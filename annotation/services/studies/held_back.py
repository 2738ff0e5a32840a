"""Leaving a human comment out of a draft, and taking that back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Batch, BatchComment, HeldBackComment, Study
from annotation.services.studies.batches import fill_batches
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft
from corpus.models import Comment, Origin


@transaction.atomic
def hold_back(
    *, batch: Batch, comment: Comment, reason: str, actor: User
) -> HeldBackComment:
    """Leave a human comment out of a draft; the next most-liked one takes its place.

    Args:
        batch: of the draft, on the comment's video, with its study at hand.
        comment: a human comment.
        reason: why; the log and the protocol state it.
        actor: who decides it.

    Raises:
        AnnotationError: the study is no draft any more, no reason was given, or the
            comment isn't a person's on this video.
    """
    lock_draft(batch.study)
    if not reason.strip():
        msg = _("Say why you hold the comment back.")
        raise AnnotationError(msg)
    if comment.video_id != batch.video_id or not comment.source.is_human:
        msg = _("This isn't a human comment on this video.")
        raise AnnotationError(msg)
    held, is_new = HeldBackComment.objects.get_or_create(
        study=batch.study,
        comment=comment,
        defaults={"reason": reason.strip(), "created_by": actor},
    )
    if is_new:
        _choose_again(batch, actor, action="comment held back", comment=comment)
    return held


@transaction.atomic
def take_back(*, batch: Batch, comment: Comment, actor: User) -> None:
    """Let a comment that was held back stand in a draft again, if it is liked enough.

    Raises:
        AnnotationError: the study is no draft any more.
    """
    lock_draft(batch.study)
    deleted, _by_table = batch.study.held_back.filter(comment=comment).delete()
    if deleted:
        _choose_again(batch, actor, action="comment taken back", comment=comment)


def copy_held_back(*, study: Study, origin: Study) -> None:
    """Leave out of a new draft what another study leaves out; it is filled after."""
    HeldBackComment.objects.bulk_create(_copies(study, origin.held_back.all()))
    held = study.held_back.values("comment_id")
    BatchComment.objects.filter(batch__study=study, comment__in=held).delete()


def _copies(study: Study, held: Iterable[HeldBackComment]) -> Iterable[HeldBackComment]:
    for one in held:
        yield HeldBackComment(
            study=study,
            comment_id=one.comment_id,
            reason=one.reason,
            created_by_id=one.created_by_id,
        )


def _choose_again(batch: Batch, actor: User, *, action: str, comment: Comment) -> None:
    """Choose this batch's human comments anew; nothing else of the draft changes."""
    batch.batch_comments.filter(source__origin=Origin.HUMAN).delete()
    record_event(
        study=batch.study, actor=actor, action=action, comments=[comment.label]
    )
    fill_batches(study=batch.study, actor=actor, keeps_texts=True)
