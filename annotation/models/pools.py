"""Which comments of AI sources a study may take."""

from django.db import models
from django.db.models import Q

from annotation.models.studies import Study
from corpus.models import Comment


class PooledComment(models.Model):
    """One comment in a study's pool: from its own imports and rounds, or taken over.

    Comments are stored once for all studies. Without the pool, whoever imports one for
    a study of theirs could change everybody's drafts.
    """

    # Null: an admin shares the comment with every study.
    study = models.ForeignKey(
        Study, models.CASCADE, null=True, blank=True, related_name="pool"
    )
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    # Of several from one source about one video, the one added last is taken.
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "comment"], name="comment_is_in_a_pool_once"
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(study__isnull=True),
                name="comment_is_shared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.comment_id} for study {self.study_id}"
