"""Which workers are there."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from generation.models import GenerationRound, GenerationWorker, JobState

# A worker says that it is there every half minute, also while it works.
TAKEN_FOR_GONE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker that was seen lately."""

    worker: GenerationWorker

    def refusal(self, key: str) -> str:
        """Why it cannot run the registry entry; empty if it can, or has yet to look."""
        return str(self.worker.verdicts.get(key, ""))

    def can_run(self, key: str) -> bool:
        """Whether it has looked at the registry entry and found nothing against it."""
        return bool(self.worker.verdicts.get(key) == "")


def live_workers() -> list[WorkerRow]:
    """The generation workers that were seen lately."""
    seen = GenerationWorker.objects.filter(seen_at__gt=timezone.now() - TAKEN_FOR_GONE)
    return [WorkerRow(worker) for worker in seen]


def workers_of(queue: str) -> list[WorkerRow]:
    """Those among them that serve a queue."""
    return [row for row in live_workers() if queue in row.worker.queues]


def queues_without_worker(generation_round: GenerationRound) -> list[str]:
    """Queues in which jobs of the round wait although nobody serves them."""
    waiting = generation_round.sources.filter(jobs__state=JobState.WAITING)
    queues = {*waiting.values_list("queue", flat=True)}
    served = {queue for row in live_workers() for queue in row.worker.queues}
    return sorted(queues - served)
