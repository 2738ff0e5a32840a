"""Keeping runs going when a worker, a message or a moment was lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from generation.models import GenerationJob, JobState
from generation.services.claims import reap_of
from thinking.models import AnswerJob, AnswerRun, RunState
from thinking.services.runs import finish_run_if_over


class RunWork(NamedTuple):
    """A run that has questions to ask now, and how many."""

    run_id: int
    queue: str
    job_count: int


def runs_to_announce(*, queue_length: Callable[[str], int]) -> list[RunWork]:
    """Take back what vanished workers held; the runs whose workers must be woken.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap_of(AnswerJob.objects.all())
    asked = AnswerRun.objects.filter(state=RunState.OPEN)
    for run in asked:
        finish_run_if_over(run=run)
    # A worker that was just woken may still be starting.
    left_alone = timezone.now() - timedelta(
        seconds=settings.GENERATION_WAKE_AGAIN_SECONDS
    )
    silent: dict[str, bool] = {}
    found = []
    for work in _work(asked.filter(Q(woken_at=None) | Q(woken_at__lt=left_alone))):
        queue = work.queue
        if queue not in silent:
            silent[queue] = not (_is_worked_on(queue) or queue_length(queue))
        if silent[queue]:
            found.append(work)
    return _note_woken(found)


def work_of_run(run: AnswerRun) -> list[RunWork]:
    """All that waits in one run, noted as announced."""
    return _note_woken(_work(AnswerRun.objects.filter(pk=run.pk, state=RunState.OPEN)))


def _work(runs: QuerySet[AnswerRun]) -> list[RunWork]:
    is_due = Q(jobs__due_at=None) | Q(jobs__due_at__lte=timezone.now())
    waiting = Count("jobs", filter=is_due & Q(jobs__state=JobState.WAITING))
    rows = (
        runs.annotate(waiting_count=waiting).filter(waiting_count__gt=0).order_by("pk")
    )
    return [RunWork(*row) for row in rows.values_list("pk", "queue", "waiting_count")]


def _is_worked_on(queue: str) -> bool:
    running = JobState.RUNNING
    return (
        AnswerJob.objects.filter(state=running, run__queue=queue).exists()
        or GenerationJob.objects.filter(
            state=running, round_source__queue=queue
        ).exists()
    )


def _note_woken(found: list[RunWork]) -> list[RunWork]:
    keys = [work.run_id for work in found]
    AnswerRun.objects.filter(pk__in=keys).update(woken_at=timezone.now())
    return found
