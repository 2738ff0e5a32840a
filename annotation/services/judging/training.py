"""Training: comments with known authors, one by one, with feedback. Never counted."""

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    Membership,
    TrainingAnswer,
    TrainingItem,
)


@transaction.atomic
def answer_training_item(
    *, membership: Membership, item: TrainingItem, verdict: str, score: int
) -> TrainingAnswer:
    """Store the first answer on a training item; the last item ends the training.

    A later answer on the same item changes nothing: the feedback was shown by then.
    """
    answer, _ = TrainingAnswer.objects.get_or_create(
        membership=membership,
        item=item,
        defaults={"verdict": verdict, "realism_score": score},
    )
    left = TrainingItem.objects.filter(study_id=membership.study_id).exclude(
        answers__membership=membership
    )
    if membership.training_done_at is None and not left.exists():
        membership.training_done_at = timezone.now()
        membership.save(update_fields=["training_done_at"])
    return answer


def end_tour(*, membership: Membership) -> None:
    """Store that the tour of the judge page was seen or skipped."""
    Membership.objects.filter(pk=membership.pk, tour_done_at__isnull=True).update(
        tour_done_at=timezone.now()
    )
