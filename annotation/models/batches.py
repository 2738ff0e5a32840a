"""Batches: the comments to be judged under one video."""

import uuid

from django.db import models
from django.db.models import F, Q

from annotation.instrument import HIGHEST_SCORE, LONGEST_VERDICT, Instrument
from annotation.models.studies import Study
from corpus.models import Comment, Source, Video


class Batch(models.Model):
    """The comments of one video in one study: filling, then sealed for good."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="batches")
    video = models.ForeignKey(Video, models.PROTECT, related_name="batches")
    sealed_at = models.DateTimeField(null=True, blank=True)
    # The rule that every text in it kept when it was sealed (corpus.eligibility).
    eligibility_version = models.PositiveSmallIntegerField(null=True, blank=True)
    # SHA-256 of its comments, which a trigger writes when it is sealed; check_integrity
    # compares.
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Its video was withdrawn: it gives out no place any more, and has as many places as
    # are taken (a trigger keeps it so).
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The study's redundancy when the batch was sealed.
    place_count = models.PositiveSmallIntegerField(default=0)
    # Places held by active and submitted assignments.
    places_taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["study", "video"], name="one_batch_per_study_and_video"
            ),
            # Exact redundancy, whatever happens at the same moment.
            models.CheckConstraint(
                condition=Q(places_taken__lte=F("place_count")),
                name="batch_stays_within_its_redundancy",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=False) | Q(place_count=0),
                name="only_sealed_batches_have_places",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True)
                | Q(eligibility_version__isnull=False),
                name="sealed_batch_names_its_eligibility_rule",
            ),
        ]
        indexes = [
            # Giving out work: the least-taken batches with a free place.
            models.Index(
                fields=["study", "places_taken"],
                condition=Q(places_taken__lt=F("place_count")),
                name="batch_with_free_places",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.public_id}"


class BatchComment(models.Model):
    """One comment's place in a batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="batch_comments")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="+")
    # The comment's source, repeated so that the constraint below can see it.
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    # From 1: the human pool has several slots, an AI source one.
    slot = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "source", "slot"], name="batch_slot_is_filled_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "comment"], name="comment_stands_once_in_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.comment_id} in batch {self.batch_id}"


class AttentionCheck(models.Model):
    """An item whose right answer its own text states; looks like any comment."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="attention_checks")
    text = models.TextField()
    # Of the study's instrument, as is the score; the form and the seal see to it.
    expected_verdict = models.CharField(max_length=LONGEST_VERDICT, blank=True)
    expected_score = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(expected_verdict="") | Q(expected_score__isnull=False),
                name="attention_check_expects_something",
            ),
            models.CheckConstraint(
                condition=Q(expected_score__isnull=True)
                | Q(expected_score__lte=HIGHEST_SCORE),
                name="attention_check_score_is_0_to_10",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def fits(self, instrument: Instrument) -> bool:
        """Whether annotators can give the answer that it expects."""
        return instrument.allows(
            verdict=self.expected_verdict, score=self.expected_score
        )
