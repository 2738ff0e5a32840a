"""Keeping runs going when a worker, a message or a moment was lost."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from analysis.models import JudgeKind, ReportState, StudyJudge
from generation.services.claims import reap_of
from generation.services.waking import Work, silent_work_in, work_in
from judges.models import JudgeJob, JudgeRun, RunState
from judges.services.runs import finish_run_if_over


def runs_to_announce(*, queue_length: Callable[[str], int]) -> list[Work]:
    """Take back what vanished workers held; the runs whose workers must be woken.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap_of(JudgeJob.objects.all())
    asked = JudgeRun.objects.filter(state=RunState.OPEN)
    for run in asked:
        finish_run_if_over(run=run)
    return silent_work_in(asked, others=[_jobs], queue_length=queue_length)


def judges_to_fit(kind: JudgeKind) -> list[int]:
    """Judges of a kind that were left waiting: their message or worker vanished."""
    since = timezone.now() - timedelta(seconds=settings.GENERATION_WAKE_AGAIN_SECONDS)
    waiting = StudyJudge.objects.filter(
        kind=kind, state=ReportState.WAITING, requested_at__lt=since
    )
    return [*waiting.values_list("pk", flat=True)]


def work_of_run(run: JudgeRun) -> list[Work]:
    """All that waits in one run, noted as announced."""
    return work_in(JudgeRun.objects.filter(pk=run.pk, state=RunState.OPEN))


def _jobs(queue: str) -> QuerySet[JudgeJob]:
    return JudgeJob.objects.filter(run__queue=queue)
