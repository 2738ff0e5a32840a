"""What is true of the whole installation, asked for when Prometheus reads it."""

from collections.abc import Iterable, Iterator

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from generation.models import Attempt, GenerationWorker
from operations.queues import queue_lengths
from operations.work import KINDS


class Installation(Collector):
    """Queues from the broker; jobs, comments and workers from the database."""

    def collect(self) -> Iterator[Metric]:
        lengths = queue_lengths()
        yield _up("mimic_broker_up", "the broker", is_up=lengths is not None)
        yield _by_label(
            "mimic_queue_messages", "Messages that wait.", "queue", lengths or {}
        )
        try:
            found = [*_of_database()]
        except (DatabaseError, InterfaceError):
            found = []
        yield _up("mimic_database_up", "the database", is_up=bool(found))
        yield from found


def _of_database() -> Iterator[Metric]:
    jobs = GaugeMetricFamily(
        "mimic_jobs", "Background work, by kind and state.", labels=["kind", "state"]
    )
    for kind in KINDS:
        for state, count in kind.counts().items():
            jobs.add_metric([kind.key, state], count)
    yield jobs
    yield CounterMetricFamily(
        "mimic_comments_generated",
        "Comments that models have written.",
        value=Attempt.objects.filter(comment__isnull=False).count(),
    )
    now = timezone.now()
    workers = [*GenerationWorker.objects.all()]
    silence = {
        worker.name: (now - worker.seen_at).total_seconds() for worker in workers
    }
    yield _by_label(
        "mimic_model_worker_silent_seconds",
        "Since when a worker that runs models has said nothing.",
        "worker",
        silence,
    )
    yield from _of_gpus(workers)
    yield GaugeMetricFamily(
        "mimic_database_bytes", "Size of the database.", value=_database_bytes()
    )


def _of_gpus(workers: Iterable[GenerationWorker]) -> Iterator[Metric]:
    """As each worker last saw them, at most half a minute before it fell silent."""
    labels = ["worker", "gpu", "model"]
    told = {
        "memory_bytes": GaugeMetricFamily(
            "mimic_gpu_memory_bytes", "Memory of a GPU.", labels=labels
        ),
        "used_bytes": GaugeMetricFamily(
            "mimic_gpu_memory_used_bytes",
            "Of it, taken by any program.",
            labels=labels,
        ),
        "busy_percent": GaugeMetricFamily(
            "mimic_gpu_busy_percent",
            "Share of the last moments in which something ran on a GPU.",
            labels=labels,
        ),
    }
    for worker in workers:
        for gpu in worker.gpus:
            for field, family in told.items():
                family.add_metric([worker.name, gpu["name"], gpu["model"]], gpu[field])
    yield from told.values()


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _up(name: str, what: str, *, is_up: bool) -> Metric:
    words = f"1 if {what} answers, else 0."
    return GaugeMetricFamily(name, words, value=int(is_up))


def _by_label(
    name: str, words: str, label: str, values: dict[str, int] | dict[str, float]
) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
