"""Celery's entry points; what is left to ask is in the database, messages wake."""

from celery import Task, shared_task
from django.db import transaction

from analysis.models import JudgeKind, StudyJudge
from analysis.tasks import compute_judge_task
from generation.tasks import KEEPER, announce, end_if_broken, queue_length
from judges.models import JudgeRun
from judges.services import encoding
from judges.services.asking import ask_judge
from judges.services.tending import (
    judges_to_fit,
    runs_to_announce,
    work_of_run,
)


def wake_run_on_commit(run: JudgeRun) -> None:
    """Tell workers of all that waits in a run, once it is stored."""
    transaction.on_commit(lambda: announce(ask_shard, work_of_run(run)))


@shared_task(bind=True)  # type: ignore[untyped-decorator]
def ask_shard(self: Task, run_id: int) -> None:
    """Ask about some batches of one run."""
    ask_judge(run_id=run_id, worker=self.request.hostname, keeper=KEEPER)
    end_if_broken()


@shared_task  # type: ignore[untyped-decorator]
def tend_judges() -> None:
    """Take back what vanished workers held, and wake workers where work waits."""
    announce(ask_shard, runs_to_announce(queue_length=queue_length))
    for judge in judges_to_fit(JudgeKind.ASKED):
        compute_judge_task.delay(judge)
    if not queue_length(encoding.QUEUE):
        for judge in judges_to_fit(JudgeKind.ENCODER):
            encode_judge.apply_async((judge,), queue=encoding.QUEUE)


def encode_on_commit(judge: StudyJudge) -> None:
    """Let a worker with torch fit a judge of a text encoder, once it is stored."""
    transaction.on_commit(
        lambda: encode_judge.apply_async((judge.pk,), queue=encoding.QUEUE)
    )


@shared_task  # type: ignore[untyped-decorator]
def encode_judge(judge_id: int) -> None:
    """Embed a study's comments and fit the judge; the worker's engine makes room."""
    encoding.fit_encoder(judge_id=judge_id, make_room=KEEPER.close)


def fit_on_commit(run: JudgeRun) -> None:
    """Let a worker fit the run's judge, once that is stored."""
    compute_judge_task.delay_on_commit(run.judge_id)
