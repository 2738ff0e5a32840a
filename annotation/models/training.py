"""What comes before the first batch: practice and comprehension."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotation.instrument import LONGEST_VERDICT
from annotation.models.people import Membership
from annotation.models.studies import Study
from corpus.models import Origin, Video


class TrainingItem(models.Model):
    """A comment with a known author, for practice with feedback; never counted."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="training_items")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    origin = models.CharField(max_length=5, choices=Origin.choices)
    feedback = models.TextField(blank=True)
    # What it is about; annotators of the study may watch it.
    video = models.ForeignKey(
        Video, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "position"], name="training_position_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="training_origin_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class TrainingAnswer(models.Model):
    """What an annotator said about a training item."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="training_answers"
    )
    item = models.ForeignKey(TrainingItem, models.CASCADE, related_name="answers")
    verdict = models.CharField(max_length=LONGEST_VERDICT)
    realism_score = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "item"], name="training_item_is_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"training answer of {self.membership_id}"


class ComprehensionQuestion(models.Model):
    """A question on the guidelines; the study begins when all are right."""

    study = models.ForeignKey(
        Study, models.CASCADE, related_name="comprehension_questions"
    )
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    choices = ArrayField(models.CharField(max_length=200))
    # Index into choices, from 0.
    right_choice = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "position"], name="question_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


COMPREHENSION_ATTEMPTS = 2


class ComprehensionAttempt(models.Model):
    """One try at the comprehension check; there are two."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="comprehension_attempts"
    )
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    passed = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["membership", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "number"], name="attempt_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, COMPREHENSION_ATTEMPTS)),
                name="comprehension_check_has_two_attempts",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.membership_id}"
