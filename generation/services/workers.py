"""What a worker says of itself."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.installation import known_registry
from generation.machine import gpu_use, this_machine
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
    unhealthy = ill_worker(name=name)
    if unhealthy:
        verdicts = dict.fromkeys(verdicts, unhealthy)
    worker, _is_new = GenerationWorker.objects.update_or_create(
        name=name,
        defaults={
            "queues": served,
            "device": str(this_machine()),
            "verdicts": verdicts,
            "gpus": [asdict(one) for one in gpu_use()],
            "seen_at": timezone.now(),
        },
    )
    return worker


def note_worker_alive(*, name: str) -> None:
    """Say that the worker is still there."""
    GenerationWorker.objects.filter(name=name).update(seen_at=timezone.now())


# Twice in a row without one comment between: not the videos', but the machine's doing.
_MOST_BREAKS = 2


def note_worker_broken(*, name: str) -> None:
    """Say that the worker's accelerator broke, so that its process ends."""
    workers = GenerationWorker.objects.filter(name=name)
    workers.update(broken_count=F("broken_count") + 1)


def note_worker_well(*, name: str) -> None:
    """Say that the worker has written something."""
    broken = GenerationWorker.objects.filter(name=name, broken_count__gt=0)
    broken.update(broken_count=0)


def ill_worker(*, name: str) -> str:
    """Why a worker must not take jobs for now; empty if it may.

    A worker that is stopped and started by hand begins as well as any other.
    """
    worker = GenerationWorker.objects.filter(name=name).first()
    if worker is None or worker.broken_count < _MOST_BREAKS:
        return ""
    return _(
        "The accelerator of %(name)s broke %(n)s times in a row. Check the machine "
        "(nvidia-smi, its log), then stop and start the worker."
    ) % {"name": name, "n": worker.broken_count}


def forget_worker(*, name: str) -> None:
    """A worker that ended on purpose."""
    GenerationWorker.objects.filter(name=name).delete()
