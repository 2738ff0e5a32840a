"""Judgments as data to train on: who allowed it, and what was written."""

from django.db import models
from django.db.models import Q

from analysis.models.work import ReportState, StoredWork
from analysis.preferences.kinds import Kind
from analysis.preferences.splits import SPLITS
from annotation.models import Study, StudyDocument
from corpus.models import Source, Video

_SHA256 = r"^[0-9a-f]{64}$"


class TrainingConsent(models.Model):
    """A researcher's record that a version of a consent text names training."""

    document = models.OneToOneField(
        StudyDocument, models.CASCADE, related_name="training_consent"
    )
    recorded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"training is named in document {self.document_id}"


class EvaluationOnly(models.Model):
    """A study whose judgments nobody may train on."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="evaluation_only")
    recorded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.study_id} is for evaluation alone"


class PreferenceExport(StoredWork):
    """Preference data of a study at one state of its data, as they were written."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="preference_exports")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in Kind]
    )
    seed = models.PositiveIntegerField(default=0)
    # Of the videos: held out of training and of the choice of a checkpoint.
    test_share = models.FloatField(default=0.1)
    # preferences.counts.Counts (reporting.storing); null until done.
    counts = models.JSONField(null=True)
    # A zip of the folder; null until done.
    pack = models.BinaryField(null=True)
    # SHA-256 of the judgments that went in, and of the lines that came out.
    judgments_hash = models.CharField(max_length=64, blank=True)
    preferences_hash = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once make it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_export_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]),
                name="kind_of_preferences_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE)
                | Q(
                    counts__isnull=False,
                    pack__isnull=False,
                    finished_at__isnull=False,
                    judgments_hash__regex=_SHA256,
                    preferences_hash__regex=_SHA256,
                ),
                name="done_export_has_files_and_hashes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.study_id}, {self.preferences_hash[:12]}"


class PreferenceVideo(models.Model):
    """In which part of an export a video is."""

    export = models.ForeignKey(
        PreferenceExport, models.CASCADE, related_name="videos", db_index=False
    )
    video = models.ForeignKey(Video, models.CASCADE, related_name="+")
    split = models.CharField(max_length=10, choices=[(one, one) for one in SPLITS])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["export", "video"], name="video_is_in_one_part_of_an_export"
            ),
            models.CheckConstraint(
                condition=Q(split__in=SPLITS), name="part_of_an_export_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.video_id}: {self.split}"


class LearningRound(models.Model):
    """One turn of the loop: judgments, preferences, checkpoint, follow-up study."""

    export = models.ForeignKey(
        PreferenceExport, models.PROTECT, related_name="learning_rounds"
    )
    # From 1; one more than the round that made the source it started from.
    number = models.PositiveSmallIntegerField()
    start = models.ForeignKey(Source, models.PROTECT, related_name="+")
    trained = models.OneToOneField(
        Source, models.PROTECT, related_name="learning_round"
    )
    # Of the trained weights.
    checkpoint_hash = models.CharField(max_length=64)
    # The run's result.json: objective, comments before and after, signs.
    result = models.JSONField()
    # Judges both versions, blind to which is which.
    follow_up = models.OneToOneField(
        Study, models.SET_NULL, null=True, related_name="evaluated_round"
    )
    recorded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(start=models.F("trained")),
                name="round_ends_with_another_source",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="rounds_count_from_1"
            ),
            models.CheckConstraint(
                condition=Q(checkpoint_hash__regex=_SHA256),
                name="checkpoint_of_a_round_has_a_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number}: {self.trained_id}"
