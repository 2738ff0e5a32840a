"""What a worker says of itself."""

from collections.abc import Iterable

from django.utils import timezone

from generation.installation import known_entries
from generation.machine import this_machine
from generation.models import GenerationWorker
from generation.runnable import runnable_here


def announce_worker(*, name: str, queues: Iterable[str]) -> GenerationWorker:
    """Say that a worker is there, what it has, and what it cannot run."""
    served = sorted(queues)
    refusals = {
        key: reason
        for key, entry in known_entries().items()
        if entry.queue in served and (reason := runnable_here(entry))
    }
    worker, _ = GenerationWorker.objects.update_or_create(
        name=name,
        defaults={
            "queues": served,
            "device": str(this_machine()),
            "refusals": refusals,
            "seen_at": timezone.now(),
        },
    )
    return worker


def note_worker_alive(*, name: str) -> None:
    """Say that the worker is still there."""
    GenerationWorker.objects.filter(name=name).update(seen_at=timezone.now())


def forget_worker(*, name: str) -> None:
    """A worker that ended on purpose."""
    GenerationWorker.objects.filter(name=name).delete()
