"""Workers: which are there, and what they can run."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class GenerationWorker(models.Model):
    """What a worker last said of itself."""

    name = models.CharField(max_length=200, unique=True)
    queues = ArrayField(models.CharField(max_length=60), default=list)
    # In words: "NVIDIA H200, 139 GiB".
    device = models.CharField(max_length=200, blank=True)
    # By registry key, why the worker cannot run it; empty where it can. An entry that
    # it has not looked at yet is not among them.
    verdicts = models.JSONField(default=dict, blank=True)
    # Of each GPU by then: name, model, memory_bytes, used_bytes, busy_percent.
    gpus = models.JSONField(default=list, blank=True)
    seen_at = models.DateTimeField()
    # How often its accelerator broke since it last wrote anything.
    broken_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
