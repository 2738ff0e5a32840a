"""Keeping runs going when a worker, a message or a moment was lost."""

from collections.abc import Callable

from django.db.models import QuerySet

from generation.services.claims import reap_of
from generation.services.waking import Work, silent_work_in, work_in
from thinking.models import AnswerJob, AnswerRun, RunState
from thinking.services.runs import finish_run_if_over


def runs_to_announce(*, queue_length: Callable[[str], int]) -> list[Work]:
    """Take back what vanished workers held; the runs whose workers must be woken.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap_of(AnswerJob.objects.all())
    asked = AnswerRun.objects.filter(state=RunState.OPEN)
    for run in asked:
        finish_run_if_over(run=run)
    return silent_work_in(asked, others=[_jobs], queue_length=queue_length)


def work_of_run(run: AnswerRun) -> list[Work]:
    """All that waits in one run, noted as announced."""
    return work_in(AnswerRun.objects.filter(pk=run.pk, state=RunState.OPEN))


def _jobs(queue: str) -> QuerySet[AnswerJob]:
    return AnswerJob.objects.filter(run__queue=queue)
