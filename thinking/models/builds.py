"""Item builds and their items."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from corpus.models import Video, VideoSelection
from tasks.catalogue import LETTERS, Task


class Build(models.Model):
    """An immutable, hashed set of items made from one selection, seed and rules."""

    # split, rules, seed and the start of the hash (`tasks.builds.Build.name`).
    name = models.CharField(max_length=80, unique=True)
    selection = models.ForeignKey(
        VideoSelection, models.PROTECT, related_name="item_builds"
    )
    seed = models.BigIntegerField()
    split = models.CharField(max_length=40)
    rules_version = models.PositiveSmallIntegerField()
    prompt_version = models.PositiveSmallIntegerField()
    cleaning_version = models.PositiveSmallIntegerField()
    # Over the items as canonical JSON Lines.
    sha256 = models.CharField(max_length=64)
    corpus_sha256 = models.CharField(max_length=64)
    # SHA-256 of each record that it was made from, by video.
    records = models.JSONField()
    # Items by task.
    counts = models.JSONField()
    # `tasks.report.BuildReport.as_json()`.
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
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def item_count(self) -> int:
        return sum(self.counts.values())

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


class Item(models.Model):
    """One multiple-choice question about one video."""

    build = models.ForeignKey(
        Build, models.CASCADE, related_name="items", db_index=False
    )
    # Follows from what the item asks (`tasks.items.Item.item_id`).
    item_id = models.CharField(max_length=40)
    task = models.CharField(max_length=3)
    # A video that is asked about stays.
    video = models.ForeignKey(Video, models.PROTECT, related_name="thinking_items")
    # In the order in which they are shown.
    options = ArrayField(models.TextField(), size=len(LETTERS))
    # Place of the right option, from 0.
    answer = models.PositiveSmallIntegerField()
    # Video and field that each option is of.
    provenance = models.JSONField()
    relaxed = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.CharField(max_length=200, blank=True)

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
                condition=Q(task__in=[task.value for task in Task]),
                name="item_task_is_known",
            ),
            models.CheckConstraint(
                condition=Q(answer__lt=len(LETTERS)), name="item_answer_is_an_option"
            ),
            models.CheckConstraint(
                condition=Q(options__len=len(LETTERS)), name="item_has_four_options"
            ),
        ]

    def __str__(self) -> str:
        return self.item_id
