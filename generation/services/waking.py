"""Which workers must be told that jobs wait: of rounds' models, and of runs like them.

What owns jobs here (a model of a round, a run) has `jobs`, a `queue` and `woken_at`.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from generation.models import GenerationJob, Job, JobState

Owner = TypeVar("Owner", bound=Model)


class Work(NamedTuple):
    """What has jobs to do now, and how many."""

    owner_id: int
    queue: str
    job_count: int


def work_in(owners: QuerySet[Owner]) -> list[Work]:
    """All of them that have jobs to do now, noted as announced."""
    return _note_woken(owners, _waiting(owners))


def silent_work_in(
    owners: QuerySet[Owner],
    *,
    others: Collection[Callable[[str], QuerySet[Job]]] = (),
    queue_length: Callable[[str], int],
) -> list[Work]:
    """Those whose queue is silent, noted as announced.

    A queue is silent when nobody works on its jobs and no message waits in it: its
    messages were lost, or jobs became due again after they were handled.

    Args:
        owners: That are not over.
        others: Jobs by queue that the same workers do, besides those of rounds.
        queue_length: How many messages wait in a queue.
    """
    # A worker that was just woken may still be starting.
    seconds = settings.GENERATION_WAKE_AGAIN_SECONDS
    left_alone = timezone.now() - timedelta(seconds=seconds)
    rested = owners.filter(Q(woken_at=None) | Q(woken_at__lt=left_alone))
    silent: dict[str, bool] = {}
    found = []
    for work in _waiting(rested):
        queue = work.queue
        if queue not in silent:
            jobs = [_of_rounds(queue), *(of_queue(queue) for of_queue in others)]
            busy = any(one.filter(state=JobState.RUNNING).exists() for one in jobs)
            silent[queue] = not (busy or queue_length(queue))
        if silent[queue]:
            found.append(work)
    return _note_woken(owners, found)


def _of_rounds(queue: str) -> QuerySet[GenerationJob]:
    return GenerationJob.objects.filter(round_source__queue=queue)


def _waiting(owners: QuerySet[Owner]) -> list[Work]:
    is_due = Q(jobs__due_at=None) | Q(jobs__due_at__lte=timezone.now())
    waiting = Count("jobs", filter=is_due & Q(jobs__state=JobState.WAITING))
    rows = owners.annotate(waiting_count=waiting).filter(waiting_count__gt=0)
    return [
        Work(*row)
        for row in rows.order_by("pk").values_list("pk", "queue", "waiting_count")
    ]


def _note_woken(owners: QuerySet[Owner], found: list[Work]) -> list[Work]:
    """Remember that workers are about to be told; the same work."""
    keys = [work.owner_id for work in found]
    rows = owners.model._default_manager.filter(pk__in=keys)  # noqa: SLF001
    rows.update(woken_at=timezone.now())
    return found
