"""Human comments that a draft leaves out although they are usable."""

from django.db import models
from django.db.models import Q

from annotation.models.studies import Study
from corpus.models import Comment


class HeldBackComment(models.Model):
    """A researcher's decision about one comment of one study, with a reason.

    Only drafts have them made or taken back; a trigger sees to it.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="held_back")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    reason = models.TextField(max_length=2000)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "comment"], name="comment_is_held_back_once"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="held_back_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} held back in {self.study_id}"
