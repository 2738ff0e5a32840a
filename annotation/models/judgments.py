"""Judgments: what annotators recorded, and what they recorded before."""

from django.db import models
from django.db.models import Q

from annotation.instrument import HIGHEST_SCORE, LONGEST_VERDICT, LOWEST_SCORE
from annotation.models.assignments import Presentation
from annotation.querysets import JudgmentQuerySet


class Judgment(models.Model):
    """What one annotator recorded about one presentation: the newest answer.

    An answer may be half given (verdict or score alone) until the batch is
    submitted. Instants are the server's clock.
    """

    presentation = models.OneToOneField(
        Presentation, models.CASCADE, primary_key=True, related_name="judgment"
    )
    # Null, not empty: SQL leaves what was not given out of every count.
    verdict = models.CharField(  # noqa: DJ001
        max_length=LONGEST_VERDICT, null=True, blank=True
    )
    realism_score = models.PositiveSmallIntegerField(null=True, blank=True)
    # The browser's key of the newest answer: sent again, it changes nothing.
    key = models.UUIDField()
    # When the newest answer was given (not when it arrived).
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # Seconds that the comment had been in view, at the first and first full answer.
    first_answer_seconds = models.FloatField(null=True, blank=True)
    full_answer_seconds = models.FloatField(null=True, blank=True)

    objects = JudgmentQuerySet.as_manager()

    class Meta:
        constraints = [
            # What the study's instrument has is narrower; a trigger compares with it
            # (judgment_fits_the_instrument).
            models.CheckConstraint(
                condition=Q(verdict__isnull=True) | Q(verdict__regex="^[a-z]+$"),
                name="verdict_is_one_word",
            ),
            models.CheckConstraint(
                condition=Q(realism_score__isnull=True)
                | Q(realism_score__range=(LOWEST_SCORE, HIGHEST_SCORE)),
                name="realism_score_is_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=False) | Q(realism_score__isnull=False),
                name="judgment_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"judgment of presentation {self.presentation_id}"

    @property
    def is_full(self) -> bool:
        return self.verdict is not None and self.realism_score is not None


class JudgmentRevision(models.Model):
    """An earlier answer that a newer one replaced."""

    presentation = models.ForeignKey(
        Presentation, models.CASCADE, related_name="revisions"
    )
    verdict = models.CharField(  # noqa: DJ001
        max_length=LONGEST_VERDICT, null=True, blank=True
    )
    realism_score = models.PositiveSmallIntegerField(null=True, blank=True)
    key = models.UUIDField()
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["presentation", "answered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["presentation", "key"], name="answer_is_kept_once"
            ),
        ]

    def __str__(self) -> str:
        return f"earlier answer on presentation {self.presentation_id}"
