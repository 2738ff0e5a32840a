"""What a study no longer shows to annotators: a comment, or a whole video."""

from django.db import models
from django.db.models import Q

from annotation.models.batches import Batch, BatchComment
from annotation.models.studies import Study


class Withdrawal(models.Model):
    """A researcher's recorded decision, with a reason; it is not taken back."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="withdrawals")
    # One of the two: a video's batch, or one comment of a batch.
    batch = models.OneToOneField(
        Batch, models.CASCADE, null=True, blank=True, related_name="withdrawal"
    )
    batch_comment = models.OneToOneField(
        BatchComment, models.CASCADE, null=True, blank=True, related_name="withdrawal"
    )
    reason = models.TextField(max_length=2000)
    # Whether the judgments on it that are submitted count in results.
    counts = models.BooleanField()
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch__isnull=False, batch_comment__isnull=True)
                | Q(batch__isnull=True, batch_comment__isnull=False),
                name="withdrawal_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="withdrawal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal in {self.study_id}"
