"""What a worker says of itself."""

from collections.abc import Iterable

from django.utils import timezone

from generation.installation import known_registry
from generation.machine import this_machine
from generation.models import GenerationWorker
from generation.runnable import runnable_here


def announce_worker(*, name: str, queues: Iterable[str]) -> GenerationWorker:
    """Say that a worker is there, what it has, and what it can run."""
    served = sorted(queues)
    verdicts = {
        key: runnable_here(entry) or ""
        for key, entry in known_registry().entries.items()
        if entry.queue in served
    }
    worker, _ = GenerationWorker.objects.update_or_create(
        name=name,
        defaults={
            "queues": served,
            "device": str(this_machine()),
            "verdicts": verdicts,
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
