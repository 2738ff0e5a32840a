"""How a job ends: done, failed, or waiting for another try."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from generation.engines.base import EngineError, Reason
from generation.models import Job, JobState
from generation.models.jobs import ACTIVE
from generation.services.claims import Kind

# Errors that may pass: attempts before the job is given up.
MAX_TRIES = 3
# Accelerators that may break with a job before the job is taken for the cause.
MAX_BREAKS = 2


def finish(job: Job) -> None:
    """It is done; to be saved."""
    job.state = JobState.DONE
    job.error = job.error_reason = ""
    _release(job)
    job.finished_at = timezone.now()


def fail_or_wait(job: Job, error: EngineError) -> None:
    """Let it wait for another try if the error may pass, else end it; to be saved."""
    _release(job)
    job.try_count += 1
    if error.reason == Reason.DEVICE_BROKEN:
        # It may be the cause: from now on it is taken alone, after all others.
        job.lost_count += 1
    if _may_pass(job, error):
        job.state = JobState.WAITING
        first = timedelta(seconds=settings.GENERATION_RETRY_SECONDS)
        job.due_at = timezone.now() + first * 4 ** (job.try_count - 1)
        return
    job.state = JobState.FAILED
    job.error_reason, job.error = error.reason, error.message
    job.finished_at = timezone.now()


def _may_pass(job: Job, error: EngineError) -> bool:
    if error.reason == Reason.DEVICE_BROKEN and job.lost_count >= MAX_BREAKS:
        return False
    return error.retryable and job.try_count < MAX_TRIES


def _release(job: Job) -> None:
    job.claim = job.leased_until = None


def cancel_all(jobs: QuerySet[Kind]) -> int:
    """End those that wait or are in progress, undone; how many."""
    return jobs.filter(state__in=ACTIVE).update(
        state=JobState.CANCELLED,
        claim=None,
        leased_until=None,
        finished_at=timezone.now(),
    )


def queue_again(jobs: QuerySet[Kind], **more: Any) -> int:  # noqa: ANN401
    """Let jobs wait as if they were new; how many. `more` is set as well."""
    return jobs.update(
        **more,
        state=JobState.WAITING,
        error="",
        error_reason="",
        try_count=0,
        lost_count=0,
        due_at=None,
        finished_at=None,
    )


def fail_all(jobs: QuerySet[Kind], error: EngineError) -> int:
    """End those among the jobs that wait, as their model cannot run; how many."""
    return jobs.filter(state=JobState.WAITING).update(
        state=JobState.FAILED,
        error_reason=error.reason,
        error=error.message,
        finished_at=timezone.now(),
    )
