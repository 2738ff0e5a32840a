"""Item builds and their items."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from corpus.models import Video, VideoSelection
from tasks.asking import CHOICE_ORDERS
from tasks.catalogue import LETTERS, Task
from tasks.mmla.prompts import label_orders
from tasks.mmla.sets import LabelSet, all_sets

# Of the set with the most labels.
MOST_OPTIONS = 30


class BuildKind(models.TextChoices):
    # Items with four options, made from a selection's metadata.
    CHOICES = "choices", _("Thinking tasks")
    # Utterances of one set and split, with the set's labels as options.
    LABELS = "labels", "MMLA"


class Build(models.Model):
    """An immutable, hashed set of items: of a selection, seed and rules, or of MMLA."""

    # split, rules, seed and the start of the hash (`tasks.builds.Build.name`), or set,
    # split and the start of the hash (`tasks.mmla.builds.LabelBuild.name`).
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        max_length=7, choices=BuildKind.choices, default=BuildKind.CHOICES
    )
    selection = models.ForeignKey(
        VideoSelection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="item_builds",
    )
    seed = models.BigIntegerField()
    split = models.CharField(max_length=40)
    rules_version = models.PositiveSmallIntegerField()
    prompt_version = models.PositiveSmallIntegerField()
    cleaning_version = models.PositiveSmallIntegerField()
    # Over the items as canonical JSON Lines; of MMLA over ids, texts and labels.
    sha256 = models.CharField(max_length=64)
    corpus_sha256 = models.CharField(max_length=64)
    # SHA-256 of each record that it was made from, by video.
    records = models.JSONField()
    # Items by task; of MMLA, by set.
    counts = models.JSONField()
    # `tasks.report.BuildReport.as_json()`; of MMLA, what its manifest says.
    report = models.JSONField()
    # What each video yielded and why not more: reasons by video, by task.
    missing = models.JSONField(default=dict)
    # Whether a rule that never sees the video finds too many right options.
    is_flagged = models.BooleanField()
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    # Why a flagged build is used all the same.
    seal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            # Whoever uses such a build has said why.
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True)
                | Q(is_flagged=False)
                | ~Q(seal_reason=""),
                name="flagged_build_is_sealed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BuildKind.values), name="build_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=BuildKind.CHOICES, selection__isnull=False)
                | Q(kind=BuildKind.LABELS, selection__isnull=True),
                name="build_of_choices_has_a_selection",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def item_count(self) -> int:
        return sum(self.counts.values())

    @property
    def labels(self) -> LabelSet | None:
        """The set of MMLA that it is of, if it is."""
        if self.kind != BuildKind.LABELS:
            return None
        return all_sets()[next(iter(self.counts))]

    def order_count(self, rotations: int) -> int:
        """In how many orders each item is asked; few labels have few orders."""
        most = len(label_orders(self.labels)) if self.labels else CHOICE_ORDERS
        return min(rotations, most)

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


_TASKS = [task.value for task in Task]


class Item(models.Model):
    """One multiple-choice question about one video."""

    build = models.ForeignKey(
        Build, models.CASCADE, related_name="items", db_index=False
    )
    # Follows from what the item asks (`tasks.items.Item.item_id`); of MMLA, the row's.
    item_id = models.CharField(max_length=80)
    # One of the seven, or a set of MMLA.
    task = models.CharField(max_length=20)
    # A video that is asked about stays.
    video = models.ForeignKey(Video, models.PROTECT, related_name="thinking_items")
    # In the order in which they are shown.
    options = ArrayField(models.TextField())
    # Place of the right option, from 0.
    answer = models.PositiveSmallIntegerField()
    # Video and field that each option is of.
    provenance = models.JSONField()
    relaxed = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.CharField(max_length=200, blank=True)
    # Of MMLA: what the speaker says, in which clip, and in which dialogue or episode.
    utterance = models.TextField(blank=True)
    clip = models.CharField(max_length=120, blank=True)
    cluster = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Replies find their item by it.
            models.UniqueConstraint(
                fields=["build", "item_id"], name="item_id_is_unique_in_its_build"
            ),
            models.UniqueConstraint(
                fields=["build", "video", "task"], name="one_item_per_video_and_task"
            ),
            models.CheckConstraint(
                condition=Q(answer__lt=F("options__len")),
                name="item_answer_is_an_option",
            ),
            models.CheckConstraint(
                condition=Q(task__in=_TASKS, options__len=len(LETTERS))
                | Q(task__in=[*all_sets()], options__len__range=(2, MOST_OPTIONS)),
                name="item_is_of_a_known_task_with_its_number_of_options",
            ),
        ]

    def __str__(self) -> str:
        return self.item_id

    @property
    def is_labelled(self) -> bool:
        """Whether it is of MMLA."""
        return self.task not in _TASKS
