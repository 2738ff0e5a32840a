"""Keeping rounds going when a worker, a message or a moment was lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from generation.models import (
    GenerationJob,
    GenerationRound,
    JobState,
    RoundSource,
    RoundState,
)
from generation.services.claims import reap
from generation.services.rounds import finish_if_over


class Work(NamedTuple):
    """A model of a round that has jobs to do, and how many."""

    round_source_id: int
    queue: str
    job_count: int


def work_to_announce(*, queue_length: Callable[[str], int]) -> list[Work]:
    """Take back what vanished workers held; the models whose workers must be woken.

    A queue is silent when nobody works on its jobs and no message waits in it: its
    messages were lost, or jobs became due again after they were handled.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap()
    for generation_round in GenerationRound.objects.filter(state=RoundState.OPEN):
        finish_if_over(generation_round=generation_round)
    silent: dict[str, bool] = {}
    found = []
    for work in _models_with_work():
        queue = work.queue
        if queue not in silent:
            silent[queue] = not (_is_worked_on(queue) or queue_length(queue))
        if silent[queue]:
            found.append(work)
    return _note_woken(found)


def _models_with_work(
    generation_round: GenerationRound | None = None,
) -> list[Work]:
    """The models of open rounds that have jobs to do now, with `waiting_count`.

    Args:
        generation_round: Only of this one, whenever its workers were last woken.
    """
    now = timezone.now()
    is_due = Q(jobs__due_at__isnull=True) | Q(jobs__due_at__lte=now)
    waiting = Count("jobs", filter=is_due & Q(jobs__state=JobState.WAITING))
    rows = (
        RoundSource.objects.filter(round__state=RoundState.OPEN)
        .annotate(waiting_count=waiting)
        .filter(waiting_count__gt=0)
        .order_by("pk")
    )
    if generation_round is not None:
        rows = rows.filter(round=generation_round)
    else:
        # A worker that was just woken may still be starting.
        left_alone = now - timedelta(seconds=settings.GENERATION_WAKE_AGAIN_SECONDS)
        rows = rows.filter(Q(woken_at__isnull=True) | Q(woken_at__lt=left_alone))
    return [Work(*row) for row in rows.values_list("pk", "queue", "waiting_count")]


def work_of(generation_round: GenerationRound) -> list[Work]:
    """All that waits in one round, noted as announced."""
    return _note_woken(_models_with_work(generation_round))


def _is_worked_on(queue: str) -> bool:
    running = GenerationJob.objects.filter(state=JobState.RUNNING)
    return running.filter(round_source__queue=queue).exists()


def _note_woken(found: list[Work]) -> list[Work]:
    """Remember that workers are about to be told; the same work."""
    keys = [work.round_source_id for work in found]
    RoundSource.objects.filter(pk__in=keys).update(woken_at=timezone.now())
    return found
