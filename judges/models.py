"""Runs of models as judges: what was asked, what came of it, which judge it gave."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models import StudyJudge
from annotation.models import Batch, Study
from generation.models import Job, JobState, job_constraints
from generation.models.rounds import round_seed

MOST_SAMPLES = 10


class RunView(models.TextChoices):
    """What is shown with the comments."""

    TEXT = "text", _("The texts alone")
    FRAMES = "frames", _("Frames of the video, too")


class RunMode(models.TextChoices):
    """How guesses are found (`judges.asking.Mode`)."""

    SAID = "said", _("A number that it says for each comment")
    LIKELIHOOD = "likelihood", _("How likely it finds each verdict")


class RunState(models.TextChoices):
    OPEN = "open", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class JudgeRun(models.Model):
    """One model of the registry is asked about all batches of a study."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="judge_runs")
    # Of the registry, and the queue of the workers that can run it.
    entry = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    queue = models.CharField(max_length=60)
    view = models.CharField(max_length=6, choices=RunView.choices, default=RunView.TEXT)
    mode = models.CharField(
        max_length=10, choices=RunMode.choices, default=RunMode.SAID
    )
    # How often each batch is asked about, each time in another order.
    samples = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_SAMPLES)]
    )
    prompt_version = models.CharField(max_length=40)
    # What annotators are told, as it was at the start (`judges.asking.Instructions`),
    # and SHA-256 of it with our own words.
    instructions = models.JSONField()
    prompt_hash = models.CharField(max_length=64)
    seed = models.BigIntegerField(default=round_seed)
    state = models.CharField(
        max_length=9, choices=RunState.choices, default=RunState.OPEN
    )
    # When workers were last told that there is work.
    woken_at = models.DateTimeField(null=True, blank=True)
    # Fitted on the guesses once all were asked for.
    judge = models.ForeignKey(
        StudyJudge, models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(view__in=RunView.values), name="judge_run_view_is_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=RunMode.values), name="judge_run_mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="judge_run_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(samples__range=(1, MOST_SAMPLES)),
                name="judge_run_samples_are_1_to_10",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.OPEN) ^ Q(finished_at__isnull=False),
                name="judge_run_is_finished_when_it_is_over",
            ),
            # Two clicks ask, and pay, once.
            models.UniqueConstraint(
                fields=["study", "entry", "view", "mode"],
                condition=Q(state=RunState.OPEN),
                name="one_judge_run_at_a_time_per_model_and_manner",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state != RunState.OPEN


class JudgeJob(Job):
    """One batch to be asked about, in one order of its comments."""

    run = models.ForeignKey(
        JudgeRun, models.CASCADE, related_name="jobs", db_index=False
    )
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="+")
    sample = models.PositiveSmallIntegerField(default=0)
    # As received, nothing removed.
    reply = models.TextField(blank=True)
    # Label of the comment to chance, null where the reply gives none; null until done.
    chances = models.JSONField(null=True, blank=True)
    # What gave it: engine, checkpoint, revision, device, settings.
    engine = models.JSONField(default=dict)
    prompt_token_count = models.PositiveIntegerField(default=0)
    token_count = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *job_constraints("judge_job"),
            models.UniqueConstraint(
                fields=["run", "batch", "sample"],
                name="one_judge_job_per_run_batch_and_sample",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.DONE) ^ Q(chances__isnull=True),
                name="done_judge_job_has_chances",
            ),
        ]
        indexes = [
            # A worker takes the next jobs of a run.
            models.Index(
                fields=["run", "lost_count", "id"],
                condition=Q(state=JobState.WAITING),
                name="waiting_judge_job_of_a_run",
            ),
            # The reaper looks for leases that ran out.
            models.Index(
                fields=["leased_until"],
                condition=Q(state=JobState.RUNNING),
                name="running_judge_job_by_lease",
            ),
        ]
