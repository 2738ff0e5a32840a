"""Judges of a study: what they guess, apart from all that people judged.

A guess stands in no table of judgments. A judge that is done never changes, and its
guesses are made with it: one judge is one version, and an estimate names one judge.
"""

from django.db import models
from django.db.models import Q

from analysis.models.work import ReportState, StoredWork
from annotation.models import Batch, BatchComment, Study
from corpus.models import Source

LONGEST_NAME = 60
_SHA256 = r"^[0-9a-f]{64}$"


class JudgeKind(models.TextChoices):
    SURFACE = "surface", "Surface features"
    GIVEN = "given", "Guesses from a file"
    # A model of the registry, asked with the annotators' own guidelines.
    ASKED = "asked", "A model that was asked"
    # A frozen text encoder under a logistic head.
    ENCODER = "encoder", "A text encoder"


# Whose guesses come with them; the others' features are made at the fit.
_KINDS_WITH_GUESSES = [JudgeKind.GIVEN, JudgeKind.ASKED]


class ChoiceKind(models.TextChoices):
    """How the videos that people judged were chosen (analysis.judge.gates)."""

    RANDOM = "random", "At random"
    PROBABILITIES = "probabilities", "With known probabilities"
    BY_HAND = "by hand", "By hand"


class StudyJudge(StoredWork):
    """A judge, fitted on a study's judgments as they were then (services.judges)."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="judges")
    kind = models.CharField(max_length=10, choices=JudgeKind.choices)
    # What pages and files call it.
    name = models.CharField(max_length=LONGEST_NAME)
    # Somebody else's guesses by comment, which the fit calibrates; null: the kind makes
    # its own features.
    given = models.JSONField(null=True)
    # False where the given guesses come from a judge that learned from these judgments
    # and guesses what it learned.
    is_cross_fitted = models.BooleanField(default=True)
    # How the guesses, or the features, came about: model, revision, hashes, prompt.
    provenance = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    # SHA-256 of all that shaped the guesses, and of the judgments alone.
    version = models.CharField(max_length=64, blank=True)
    training_hash = models.CharField(max_length=64, blank=True)
    # Codes of the annotators, and names of the videos, that it did not learn from.
    excluded_annotators = models.JSONField(default=list)
    excluded_videos = models.JSONField(default=list)
    # judge.card.Card (reporting.storing); null until done.
    card = models.JSONField(null=True)
    fitted_at = models.DateTimeField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once fit it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_judge_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=JudgeKind.values), name="judge_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_KINDS_WITH_GUESSES) ^ Q(given__isnull=True),
                name="judge_of_given_guesses_has_them",
            ),
            # Without a card a judge is not used.
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE)
                | Q(
                    card__isnull=False,
                    fitted_at__isnull=False,
                    version__regex=_SHA256,
                    training_hash__regex=_SHA256,
                ),
                name="done_judge_has_a_card_and_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"judge {self.name} of {self.study_id}, {self.version[:12]}"

    @property
    def needs_a_model(self) -> bool:
        """Whether it is fitted again from the pages of its model alone."""
        return self.kind in {JudgeKind.ASKED, JudgeKind.ENCODER}


class JudgeGuess(models.Model):
    """What a judge guesses of one comment: never a judgment."""

    judge = models.ForeignKey(
        StudyJudge, models.CASCADE, related_name="guesses", db_index=False
    )
    batch_comment = models.ForeignKey(BatchComment, models.CASCADE, related_name="+")
    # Chance that a person judges it human, by a judge that never saw its video.
    chance = models.FloatField()
    # Of the cross-fit; null: people judged nothing under its video.
    fold = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "batch_comment"], name="comment_is_guessed_once"
            ),
            models.CheckConstraint(
                condition=Q(chance__gte=0, chance__lte=1), name="guess_is_a_chance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chance:.2f} for {self.batch_comment_id}"


class StoredEstimate(StoredWork):
    """A study's estimates with one judge, at one state of its data."""

    judge = models.ForeignKey(StudyJudge, models.CASCADE, related_name="estimates")
    # judge.estimating.PoweredStudy (reporting.storing); null until done.
    content = models.JSONField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once compute it once.
            models.UniqueConstraint(
                fields=["judge", "stamp"], name="one_estimate_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(content__isnull=False),
                name="done_estimate_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"estimate with judge {self.judge_id} at {self.stamp[:12]}"


class VideoChoice(models.Model):
    """How the videos that people judged were chosen, where not by the platform.

    The platform gives out batches at random; without a row, that is how.
    """

    study = models.OneToOneField(Study, models.CASCADE, related_name="video_choice")
    kind = models.CharField(max_length=14, choices=ChoiceKind.choices)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChoiceKind.values),
                name="choice_of_videos_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"videos of {self.study_id} chosen {self.kind}"


class VideoChance(models.Model):
    """The known probability that a batch's video was judged."""

    choice = models.ForeignKey(VideoChoice, models.CASCADE, related_name="chances")
    batch = models.OneToOneField(Batch, models.CASCADE, related_name="+")
    chance = models.FloatField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chance__gt=0, chance__lte=1),
                name="chance_of_a_video_is_above_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chance:g} for batch {self.batch_id}"


class JudgePupil(models.Model):
    """A source that was trained to please a judge; such a judge says nothing of it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    study = models.ForeignKey(Study, models.CASCADE, related_name="judge_pupils")
    kind = models.CharField(max_length=10, choices=JudgeKind.choices)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "study", "kind"], name="pupil_is_recorded_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=JudgeKind.values), name="pupils_judge_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} learned from {self.kind}"
