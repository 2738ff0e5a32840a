"""Item studies: people answer the items of a sealed build, in batches.

Who takes part, and how they come in and agree, is in the study of `annotation` that an
item study has.
"""

import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Membership, Study
from tasks.asking import CHOICE_ORDERS
from thinking.models.builds import MOST_OPTIONS, Build, Item

# Three of each of the seven tasks.
BATCH_SIZE = 21


class ItemStudy(models.Model):
    """Which items people answer in a study, and how they are cut into batches."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="item_study")
    build = models.ForeignKey(Build, models.PROTECT, related_name="item_studies")
    batch_size = models.PositiveSmallIntegerField(
        default=BATCH_SIZE, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Items of each task at most; null for all.
    items_per_task = models.PositiveIntegerField(null=True, blank=True)
    # Of the choice of items and of the batches.
    seed = models.BigIntegerField()
    # Whether each person sees the options moved on, by as much as their seed says;
    # otherwise everybody sees them as built, as models do.
    moves_options = models.BooleanField(default=False)
    # Over the batches as they were cut (`tasks.batching.batches_hash`).
    batches_sha256 = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch_size__range=(1, 100)),
                name="item_batch_size_is_1_to_100",
            ),
        ]

    def __str__(self) -> str:
        return str(self.study)


class ItemBatch(models.Model):
    """Items of different videos that one person answers in one go."""

    item_study = models.ForeignKey(ItemStudy, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["item_study", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_study", "number"], name="item_batch_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.number}"


class BatchItem(models.Model):
    """One item in its batch."""

    item_study = models.ForeignKey(ItemStudy, models.CASCADE, related_name="+")
    batch = models.ForeignKey(
        ItemBatch, models.CASCADE, related_name="batch_items", db_index=False
    )
    slot = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["batch", "slot"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "slot"], name="item_batch_slot_is_unique"
            ),
            # So nobody who gets each batch once is asked an item twice.
            models.UniqueConstraint(
                fields=["item_study", "item"], name="item_is_in_one_batch_of_a_study"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.slot} of {self.batch_id}"


class WorkState(models.TextChoices):
    ACTIVE = "active", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    # The lease ran out and the place was given back; the answers are kept.
    LAPSED = "lapsed", _("Lapsed")


def order_seed() -> str:
    """256 bits from the system's cryptographic source, in hex."""
    return secrets.token_hex(32)


class ItemAssignment(models.Model):
    """One batch of items given to one person, in an order of its own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(ItemBatch, models.PROTECT, related_name="assignments")
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="item_assignments"
    )
    state = models.CharField(
        max_length=9, choices=WorkState.choices, default=WorkState.ACTIVE
    )
    # Which of the batch's places is held, from 1; null when lapsed or freed.
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many batches the person had been given in the study, from 1.
    number = models.PositiveIntegerField()
    # Makes the order of the items, and of the options where they are moved on.
    seed = models.CharField(max_length=64, default=order_seed, editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Its person was excluded, and its place given to others.
    freed_at = models.DateTimeField(null=True, blank=True)
    # They said that they looked something up, in a search engine or elsewhere.
    looked_up = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WorkState.values),
                name="item_work_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["batch", "membership"], name="person_gets_an_item_batch_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "place"], name="item_place_is_held_once"
            ),
            # Two tabs that ask at once get the same batch.
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state=WorkState.ACTIVE),
                name="person_works_on_one_item_batch",
            ),
            models.UniqueConstraint(
                fields=["membership", "number"], name="item_work_number_is_unique"
            ),
            models.CheckConstraint(
                condition=(
                    Q(place__isnull=True, state=WorkState.LAPSED)
                    | Q(
                        place__isnull=True,
                        state=WorkState.SUBMITTED,
                        freed_at__isnull=False,
                    )
                    # Said apart: SQL lets a comparison with null pass.
                    | Q(place__isnull=False, place__gte=1, freed_at__isnull=True)
                    & ~Q(state=WorkState.LAPSED)
                ),
                name="only_held_item_places_are_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state=WorkState.SUBMITTED) | Q(submitted_at__isnull=False),
                name="submitted_item_work_has_a_time",
            ),
        ]
        indexes = [
            # Leases that have run out, looked for whenever work is given out.
            models.Index(
                fields=["leased_until"],
                condition=Q(state=WorkState.ACTIVE),
                name="item_work_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"item assignment {self.public_id}"

    @property
    def is_submitted(self) -> bool:
        return self.state == WorkState.SUBMITTED


class PersonAnswer(models.Model):
    """One item at one position of an assignment, and what the person answered."""

    assignment = models.ForeignKey(
        ItemAssignment, models.PROTECT, related_name="answers", db_index=False
    )
    # From 1.
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, related_name="person_answers")
    # By how many places the options were moved on (`tasks.rotations`).
    rotation = models.PositiveSmallIntegerField(default=0)
    # Of the chosen option as it was shown, from 0; null until one is chosen.
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    knows_video = models.BooleanField(default=False)
    # Names the answer in the person's browser, so that it counts once.
    key = models.UUIDField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    # How long the question had been in view by then.
    view_seconds = models.FloatField(null=True, blank=True)
    # How often the answer was changed afterwards.
    change_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["assignment", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "position"],
                name="one_answer_a_position_of_an_item_batch",
            ),
            models.UniqueConstraint(
                fields=["assignment", "item"], name="item_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__lt=MOST_OPTIONS),
                name="person_chooses_an_option",
            ),
            models.CheckConstraint(
                condition=Q(rotation__lt=CHOICE_ORDERS),
                name="person_sees_a_known_rotation",
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(given_at__isnull=False),
                name="person_answer_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.position} of {self.assignment_id}"


class PersonAnswerRevision(models.Model):
    """An earlier answer, which a newer one replaced."""

    answer = models.ForeignKey(
        PersonAnswer, models.CASCADE, related_name="revisions", db_index=False
    )
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    knows_video = models.BooleanField(default=False)
    # As sent by the person's browser, so that it is kept once.
    key = models.UUIDField()
    given_at = models.DateTimeField()
    view_seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["answer", "given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "key"], name="earlier_item_answer_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__lt=MOST_OPTIONS),
                name="person_chose_an_option",
            ),
        ]

    def __str__(self) -> str:
        return f"earlier answer to {self.answer_id}"
