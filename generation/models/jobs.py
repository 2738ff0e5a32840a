"""Jobs, the unit of state and retry, and every attempt at one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from corpus.models import Comment, Source, Video
from generation.engines.base import Reason
from generation.models.rounds import RoundSource

# How often a job whose comment is flagged may be run again.
MAX_REGENERATIONS = 3

REASON_LABELS = {
    Reason.UNDECODABLE: _("Video can't be decoded"),
    Reason.OUT_OF_MEMORY: _("Out of memory"),
    Reason.REFUSED: _("Refused"),
    Reason.EMPTY: _("No comment"),
    Reason.INELIGIBLE: _("Comment can't be used"),
    Reason.BAD_OUTPUT: _("Unreadable output"),
    Reason.TIMEOUT: _("Timed out"),
    Reason.CRASHED: _("Crashed"),
    Reason.DEVICE_BROKEN: _("Accelerator failed"),
    Reason.RATE_LIMITED: _("Rate limited (HTTP 429)"),
    Reason.SERVER_ERROR: _("Server error"),
    Reason.UNAVAILABLE: _("Not available"),
    Reason.MISCONFIGURED: _("Misconfigured"),
}
_REASONS = [(reason.value, label) for reason, label in REASON_LABELS.items()]


class JobState(models.TextChoices):
    WAITING = "waiting", _("Queued")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = [JobState.WAITING, JobState.RUNNING]


class Job(models.Model):
    """What a worker takes under a lease: the unit of state and retry."""

    state = models.CharField(
        max_length=9, choices=JobState.choices, default=JobState.WAITING
    )
    # Whose it is while it runs: a worker that lost it cannot store an answer.
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    # Errors that may pass: how many since the start or the last retry, and until when
    # to leave the job alone.
    try_count = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    # Workers that stopped responding with it.
    lost_count = models.PositiveSmallIntegerField(default=0)
    error_reason = models.CharField(max_length=20, choices=_REASONS, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"job {self.pk}"


def job_constraints(name: str) -> list[models.CheckConstraint]:
    """What holds of every job; `name` is what the constraints call it."""
    return [
        models.CheckConstraint(
            condition=Q(state__in=JobState.values), name=f"{name}_state_is_known"
        ),
        models.CheckConstraint(
            condition=Q(
                state=JobState.RUNNING,
                claim__isnull=False,
                leased_until__isnull=False,
            )
            | (
                ~Q(state=JobState.RUNNING)
                & Q(claim__isnull=True, leased_until__isnull=True)
            ),
            name=f"{name}_is_claimed_while_it_runs",
        ),
        models.CheckConstraint(
            condition=Q(state=JobState.FAILED) ^ Q(error_reason=""),
            name=f"failed_{name}_and_no_other_says_why",
        ),
    ]


class GenerationJob(Job):
    """One model on one video in a round."""

    round_source = models.ForeignKey(RoundSource, models.CASCADE, related_name="jobs")
    # The round's source again, so that a constraint below can see it.
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    video = models.ForeignKey(Video, models.CASCADE, related_name="+")
    regeneration_count = models.PositiveSmallIntegerField(default=0)
    # Of the last attempt.
    flags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # The newest comment that the job made.
    comment = models.ForeignKey(
        Comment, models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round_source", "video"],
                name="one_job_per_round_source_and_video",
            ),
            # The same round twice at once, or two rounds that overlap, write nothing
            # twice.
            models.UniqueConstraint(
                fields=["source", "video"],
                condition=Q(state__in=ACTIVE),
                name="one_job_at_a_time_per_source_and_video",
            ),
            *job_constraints("job"),
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | Q(comment__isnull=False),
                name="done_job_has_a_comment",
            ),
            models.CheckConstraint(
                condition=Q(regeneration_count__lte=MAX_REGENERATIONS),
                name="job_is_regenerated_only_so_often",
            ),
        ]
        indexes = [
            # A worker takes the next jobs of a model.
            models.Index(
                fields=["round_source", "lost_count", "id"],
                condition=Q(state=JobState.WAITING),
                name="waiting_job_of_a_model",
            ),
            # The reaper looks for leases that ran out.
            models.Index(
                fields=["leased_until"],
                condition=Q(state=JobState.RUNNING),
                name="running_job_by_lease",
            ),
            # Progress: the latest of a round, and the rate.
            models.Index(
                fields=["round_source", "finished_at"], name="job_by_finishing"
            ),
        ]


class Attempt(models.Model):
    """How one comment of a model came about, or why none did. Never changed."""

    job = models.ForeignKey(GenerationJob, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    # --- What went in.
    seed = models.BigIntegerField()
    prompt_version = models.CharField(max_length=40)
    prompt_hash = models.CharField(max_length=64)
    frames_policy = models.CharField(max_length=160)
    # Settings of the decoding, as given to the engine.
    decoding = models.JSONField(default=dict)
    # What wrote it: engine, checkpoint, revision, hash, dtype, quantisation, device.
    engine = models.JSONField(default=dict)
    worker = models.CharField(max_length=200)
    batch_size = models.PositiveIntegerField(default=1)
    # --- What came out.
    raw_text = models.TextField(blank=True)
    text = models.TextField(blank=True)
    cleaning_version = models.PositiveSmallIntegerField(default=0)
    flags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    flags_version = models.PositiveSmallIntegerField(default=0)
    token_count = models.PositiveIntegerField(default=0)
    prompt_token_count = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    comment = models.ForeignKey(
        Comment, models.RESTRICT, null=True, blank=True, related_name="attempts"
    )
    error_reason = models.CharField(max_length=20, choices=_REASONS, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"], name="attempt_number_is_unique_in_its_job"
            ),
            models.CheckConstraint(
                condition=Q(comment__isnull=False) ^ ~Q(error_reason=""),
                name="attempt_made_a_comment_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.job}"
