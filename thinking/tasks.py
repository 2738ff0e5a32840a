"""Celery's entry points; what is left to ask is in the database, messages wake."""

from celery import Task, shared_task
from django.db import transaction

from generation.tasks import KEEPER, announce, end_if_broken, queue_length
from thinking.models import AnswerRun
from thinking.services.answering import run_answers
from thinking.services.tending import runs_to_announce, work_of_run


def wake_run_on_commit(run: AnswerRun) -> None:
    """Tell workers of all that waits in a run, once it is stored."""
    transaction.on_commit(lambda: announce(answer_shard, work_of_run(run)))


@shared_task(bind=True)  # type: ignore[untyped-decorator]
def answer_shard(self: Task, run_id: int) -> None:
    """Ask some questions of one run."""
    run_answers(run_id=run_id, worker=self.request.hostname, keeper=KEEPER)
    end_if_broken()


@shared_task  # type: ignore[untyped-decorator]
def tend_runs() -> None:
    """Take back what vanished workers held, and wake workers where work waits."""
    announce(answer_shard, runs_to_announce(queue_length=queue_length))
