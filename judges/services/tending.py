"""Keeping runs going when a worker, a message or a moment was lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from analysis.models import JudgeKind, ReportState, StudyJudge
from generation.models import GenerationJob, JobState
from generation.services.claims import reap_of
from judges.models import JudgeJob, JudgeRun, RunState
from judges.services.runs import finish_run_if_over


class RunWork(NamedTuple):
    """A run that has batches to ask about now, and how many."""

    run_id: int
    queue: str
    job_count: int


def runs_to_announce(*, queue_length: Callable[[str], int]) -> list[RunWork]:
    """Take back what vanished workers held; the runs whose workers must be woken.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap_of(JudgeJob.objects.all())
    asked = JudgeRun.objects.filter(state=RunState.OPEN)
    for run in asked:
        finish_run_if_over(run=run)
    # A worker that was just woken may still be starting.
    left_alone = timezone.now() - timedelta(
        seconds=settings.GENERATION_WAKE_AGAIN_SECONDS
    )
    waiting = asked.filter(Q(woken_at=None) | Q(woken_at__lt=left_alone))
    found = [
        work
        for work in _work(waiting)
        if not (_is_worked_on(work.queue) or queue_length(work.queue))
    ]
    return _note_woken(found)


def judges_to_fit(kind: JudgeKind) -> list[int]:
    """Judges of a kind that were left waiting: their message or worker vanished."""
    since = timezone.now() - timedelta(seconds=settings.GENERATION_WAKE_AGAIN_SECONDS)
    waiting = StudyJudge.objects.filter(
        kind=kind, state=ReportState.WAITING, requested_at__lt=since
    )
    return [*waiting.values_list("pk", flat=True)]


def work_of_run(run: JudgeRun) -> list[RunWork]:
    """All that waits in one run, noted as announced."""
    return _note_woken(_work(JudgeRun.objects.filter(pk=run.pk, state=RunState.OPEN)))


def _work(runs: QuerySet[JudgeRun]) -> list[RunWork]:
    is_due = Q(jobs__due_at=None) | Q(jobs__due_at__lte=timezone.now())
    waiting = Count("jobs", filter=is_due & Q(jobs__state=JobState.WAITING))
    rows = (
        runs.annotate(waiting_count=waiting).filter(waiting_count__gt=0).order_by("pk")
    )
    return [RunWork(*row) for row in rows.values_list("pk", "queue", "waiting_count")]


def _is_worked_on(queue: str) -> bool:
    running = JobState.RUNNING
    return (
        JudgeJob.objects.filter(state=running, run__queue=queue).exists()
        or GenerationJob.objects.filter(
            state=running, round_source__queue=queue
        ).exists()
    )


def _note_woken(found: list[RunWork]) -> list[RunWork]:
    keys = [work.run_id for work in found]
    JudgeRun.objects.filter(pk__in=keys).update(woken_at=timezone.now())
    return found
