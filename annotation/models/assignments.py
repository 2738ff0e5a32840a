"""Assignments: a batch given to an annotator, in an order of its own."""

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.batches import AttentionCheck, Batch, BatchComment
from annotation.models.people import Membership


class AssignmentState(models.TextChoices):
    ACTIVE = "active", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    # The lease ran out and the place was given back; the answers are kept.
    LAPSED = "lapsed", _("Lapsed")


def assignment_seed() -> str:
    """256 bits from the system's cryptographic source, in hex."""
    return secrets.token_hex(32)


class Assignment(models.Model):
    """One batch given to one annotator, in an order of its own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="assignments")
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="assignments"
    )
    state = models.CharField(
        max_length=9, choices=AssignmentState.choices, default=AssignmentState.ACTIVE
    )
    # Which of the batch's places is held, from 1; null when lapsed or a repeat.
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    # The planned repeat's first time; null for ordinary assignments.
    repeat_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats"
    )
    # How many batches the annotator had been given in the study, from 1.
    number = models.PositiveIntegerField()
    # Makes the presentation order (annotation/rules/judging/presentation.py).
    seed = models.CharField(max_length=64, default=assignment_seed, editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Its annotator was excluded, and its place given to others.
    freed_at = models.DateTimeField(null=True, blank=True)
    # An admin opened it again after submission (recorded in the study's log).
    reopened_at = models.DateTimeField(null=True, blank=True)
    # Playback, as the page reports it: seconds played, and share of the video seen.
    played_seconds = models.FloatField(default=0.0)
    played_percent = models.FloatField(default=0.0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values),
                name="assignment_state_is_known",
            ),
            # Nobody gets the same batch twice, except as a planned repeat.
            models.UniqueConstraint(
                fields=["batch", "membership"],
                condition=Q(repeat_of__isnull=True),
                name="annotator_gets_a_batch_once",
            ),
            models.UniqueConstraint(
                fields=["batch", "place"],
                name="place_is_held_once",
            ),
            # Two tabs that ask at once get the same batch.
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state=AssignmentState.ACTIVE, reopened_at__isnull=True),
                name="annotator_works_on_one_batch",
            ),
            models.UniqueConstraint(
                fields=["membership", "number"], name="assignment_number_is_unique"
            ),
            models.CheckConstraint(
                condition=(
                    Q(repeat_of__isnull=False, place__isnull=True)
                    | Q(
                        repeat_of__isnull=True,
                        place__isnull=True,
                        state=AssignmentState.LAPSED,
                    )
                    | Q(
                        repeat_of__isnull=True,
                        place__isnull=True,
                        state=AssignmentState.SUBMITTED,
                        freed_at__isnull=False,
                    )
                    | (
                        # Said apart: SQL lets a comparison with null pass.
                        Q(repeat_of__isnull=True, place__isnull=False, place__gte=1)
                        & Q(freed_at__isnull=True)
                        & ~Q(state=AssignmentState.LAPSED)
                    )
                ),
                name="only_held_places_are_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.SUBMITTED)
                | Q(submitted_at__isnull=False),
                name="submitted_assignment_has_a_time",
            ),
        ]
        indexes = [
            # Leases that have run out, looked for whenever work is given out.
            models.Index(
                fields=["leased_until"],
                condition=Q(state=AssignmentState.ACTIVE),
                name="assignment_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.public_id}"

    @property
    def is_submitted(self) -> bool:
        return self.state == AssignmentState.SUBMITTED

    @property
    def is_active(self) -> bool:
        return self.state == AssignmentState.ACTIVE


class Presentation(models.Model):
    """One comment, or attention check, at one position of an assignment."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="presentations"
    )
    position = models.PositiveSmallIntegerField()
    batch_comment = models.ForeignKey(
        BatchComment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    attention_check = models.ForeignKey(
        AttentionCheck, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["assignment", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "position"], name="position_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "batch_comment"],
                name="comment_is_presented_once",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="position_counts_from_1"
            ),
            models.CheckConstraint(
                condition=Q(batch_comment__isnull=False, attention_check__isnull=True)
                | Q(batch_comment__isnull=True, attention_check__isnull=False),
                name="presentation_shows_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"position {self.position} of assignment {self.assignment_id}"
