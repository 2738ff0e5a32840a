"""Celery's entry points; what is left to ask is in the database, messages wake."""

from collections.abc import Iterable
from math import ceil

from celery import Task, shared_task
from django.db import transaction

from generation.services.working import SHARD_SIZE
from generation.tasks import KEEPER, end_if_broken, queue_length
from thinking.models import AnswerRun
from thinking.services.answering import run_answers
from thinking.services.tending import RunWork, runs_to_announce, work_of_run


def wake_run_on_commit(run: AnswerRun) -> None:
    """Tell workers of all that waits in a run, once it is stored."""
    transaction.on_commit(lambda: _announce(work_of_run(run)))


def _announce(found: Iterable[RunWork]) -> None:
    """One message a shard, run after run: so the weights stay loaded."""
    for work in found:
        for _ in range(ceil(work.job_count / SHARD_SIZE)):
            answer_shard.apply_async((work.run_id,), queue=work.queue)


@shared_task(bind=True)  # type: ignore[untyped-decorator]
def answer_shard(self: Task, run_id: int) -> None:
    """Ask some questions of one run."""
    run_answers(run_id=run_id, worker=self.request.hostname, keeper=KEEPER)
    end_if_broken()


@shared_task  # type: ignore[untyped-decorator]
def tend_runs() -> None:
    """Take back what vanished workers held, and wake workers where work waits."""
    _announce(runs_to_announce(queue_length=queue_length))
