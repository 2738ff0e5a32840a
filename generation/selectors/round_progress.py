"""How far a round is, model by model, and how fast."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from generation.engines.base import Reason
from generation.models import (
    REASON_LABELS,
    Attempt,
    GenerationJob,
    GenerationRound,
    JobState,
)

# The rate is that of the last minutes.
_WINDOW = timedelta(minutes=5)
_RECENT = 10


@dataclass(frozen=True, slots=True)
class ModelProgress:
    """One model's jobs in numbers, or those of all models together."""

    title: str
    waiting: int
    running: int
    done: int
    failed: int
    cancelled: int
    # Of the done ones.
    flagged: int
    # Finished in the window.
    lately: int
    window: timedelta = field(kw_only=True)

    @property
    def total(self) -> int:
        return self.left + self.done + self.failed + self.cancelled

    @property
    def left(self) -> int:
        return self.waiting + self.running

    @property
    def percent(self) -> float:
        return 100 * (self.total - self.left) / self.total if self.total else 100.0

    @property
    def per_minute(self) -> float:
        """Jobs finished per minute, recently."""
        return self.lately / (self.window / timedelta(minutes=1))

    @property
    def time_left(self) -> timedelta | None:
        """At that rate; None while nothing is finished."""
        return self.window * self.left / self.lately if self.lately else None


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """A round's models, and their sum."""

    models: tuple[ModelProgress, ...]
    overall: ModelProgress


def round_progress(generation_round: GenerationRound) -> RoundProgress:
    """Count a round's jobs (two queries)."""
    now = generation_round.finished_at or timezone.now()
    window = _window(generation_round, now)
    counted = generation_round.sources.select_related("source").annotate(
        **{state.value: Count("jobs", filter=_in(state)) for state in JobState},
        flagged=Count("jobs", filter=_in(JobState.DONE) & Q(jobs__flags__len__gt=0)),
        lately=Count("jobs", filter=Q(jobs__finished_at__gt=now - window)),
    )
    rows = counted.values_list("source__title", *_COUNTS).order_by("pk")
    models = tuple(ModelProgress(*row, window=window) for row in rows)
    sums = [sum(getattr(model, name) for model in models) for name in _COUNTS]
    return RoundProgress(models, ModelProgress(_("All models"), *sums, window=window))


_COUNTS = (
    *("waiting", "running", "done", "failed", "cancelled"),
    *("flagged", "lately"),
)


def _in(state: JobState) -> Q:
    return Q(jobs__state=state)


def _window(generation_round: GenerationRound, now: datetime) -> timedelta:
    """The last minutes, or since the round began to be worked on."""
    jobs = GenerationJob.objects.filter(round_source__round=generation_round)
    began = (
        jobs.exclude(started_at=None)
        .order_by("started_at")
        .values_list("started_at", flat=True)
        .first()
    )
    shortest = timedelta(seconds=1)
    return min(max(now - began, shortest), _WINDOW) if began else _WINDOW


def recent_jobs(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    """The jobs that were finished last, with what they made."""
    jobs = GenerationJob.objects.filter(
        round_source__round=generation_round, finished_at__isnull=False
    )
    return jobs.select_related("source", "video", "comment").order_by("-finished_at")[
        :_RECENT
    ]


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How many jobs failed for one reason."""

    reason: str
    label: str | Promise
    count: int


def failures_of(generation_round: GenerationRound) -> list[FailureCount]:
    """Failed jobs by reason, most frequent first."""
    counted = (
        failed_jobs(generation_round)
        .order_by()
        .values_list("error_reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "error_reason")
    )
    return [
        FailureCount(reason, REASON_LABELS[Reason(reason)], count)
        for reason, count in counted
    ]


def failed_jobs(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    """The failed jobs, with model and video."""
    return (
        GenerationJob.objects.filter(
            round_source__round=generation_round, state=JobState.FAILED
        )
        .select_related("source", "video")
        .order_by("source", "pk")
    )


def written_jobs(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    """The jobs whose comment is written, with model, video and text."""
    return (
        GenerationJob.objects.filter(
            round_source__round=generation_round, state=JobState.DONE
        )
        .select_related("source", "video", "comment")
        .order_by("source", "pk")
    )


def flags_in(generation_round: GenerationRound) -> list[tuple[str, int]]:
    """The flags of the round's comments with their numbers, most frequent first."""
    raised = written_jobs(generation_round).order_by().values_list("flags", flat=True)
    return Counter(flag for flags in raised for flag in flags).most_common()


def attempts_of(job: GenerationJob) -> QuerySet[Attempt]:
    """Every attempt at a job, the last one first: the comment that stands is its."""
    return job.attempts.order_by("-number")
