"""The models of the registry, and which workers can run them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.registry import PANEL, Entry
from generation.runnable import runnable_here
from generation.selectors.workers import WorkerRow, live_workers

_GROUPS: dict[str, str | Promise] = {
    PANEL: gettext_lazy("The 24 of the test"),
    "own": gettext_lazy("MIMIC-Chat"),
    "ablation": gettext_lazy("Ablations of MIMIC-Chat"),
    "later": gettext_lazy("Later models"),
    "site": gettext_lazy("This site's own models"),
}


class Availability(TextChoices):
    """How it is with a model now."""

    READY = "ready", gettext_lazy("Ready")
    CHECKING = "checking", gettext_lazy("Being checked")
    WAITING = "waiting", gettext_lazy("Waiting for a worker")
    BLOCKED = "blocked", gettext_lazy("Can't run")


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One entry, and how it is with the workers that serve its queue."""

    entry: Entry
    availability: Availability
    # Why it can't run, by a worker's word, or by this machine's where none serves it.
    problem: str = ""

    @property
    def group(self) -> str:
        return str(_GROUPS.get(self.entry.group, self.entry.group))

    @property
    def can_run(self) -> bool:
        return self.availability == Availability.READY

    @property
    def why_not(self) -> str:
        """What is in the way; empty where nothing is, as far as is known."""
        if self.availability == Availability.CHECKING:
            return _("New: a worker checks it within half a minute.")
        if self.availability == Availability.WAITING and self.problem:
            return _("On this machine: %(problem)s") % {"problem": self.problem}
        return self.problem


def model_rows(entries: Iterable[Entry]) -> list[ModelRow]:
    """Every entry in the order of groups (one query)."""
    workers = live_workers()
    order = list(_GROUPS)
    return sorted(
        (_row(entry, workers) for entry in entries),
        key=lambda row: (order.index(row.entry.group), row.entry.title),
    )


def _row(entry: Entry, workers: list[WorkerRow]) -> ModelRow:
    serving = [row for row in workers if entry.queue in row.worker.queues]
    if not serving:
        return ModelRow(entry, Availability.WAITING, runnable_here(entry) or "")
    if any(row.can_run(entry.key) for row in serving):
        return ModelRow(entry, Availability.READY)
    refusals = [row.refusal(entry.key) for row in serving]
    if all(refusals):
        return ModelRow(entry, Availability.BLOCKED, refusals[0])
    return ModelRow(entry, Availability.CHECKING)
