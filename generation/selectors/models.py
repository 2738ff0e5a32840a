"""The models of the registry, and which workers can run them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.registry import PANEL, Entry
from generation.runnable import Check, Part, checks_here
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
    # Nothing else is in the way, as far as this machine sees.
    WAITING = "waiting", gettext_lazy("Waiting for a worker")
    UNPREPARED = "unprepared", gettext_lazy("Not set up")
    BLOCKED = "blocked", gettext_lazy("Can't run")


_PARTS: dict[Part, str | Promise] = {
    Part.SOFTWARE: gettext_lazy("Software"),
    Part.ENVIRONMENT: gettext_lazy("Environment"),
    Part.ACCESS: gettext_lazy("Server and key"),
    Part.WEIGHTS: gettext_lazy("Weights"),
    Part.MEMORY: gettext_lazy("Memory"),
}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One entry, and how it is with the workers that serve its queue.

    Attributes:
        problem: Why it can't run, by a worker's word, or by this machine's where none
            serves it.
        checks: Everything that it needs, as this machine sees it.
        workers: Names of those that serve its queue.
    """

    entry: Entry
    availability: Availability
    problem: str = ""
    checks: tuple[Check, ...] = ()
    workers: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return str(_GROUPS.get(self.entry.group, self.entry.group))

    @property
    def can_run(self) -> bool:
        return self.availability == Availability.READY

    @property
    def is_of_panel(self) -> bool:
        return self.entry.group == PANEL

    @property
    def preflight(self) -> list[tuple[str, bool]]:
        """Each part that it needs, and whether this machine has it."""
        return [(str(_PARTS[one.part]), not one.problem) for one in self.checks]

    @property
    def problem_here(self) -> str:
        """Why this machine can't run it, whatever workers say."""
        return next((check.problem for check in self.checks if check.problem), "")

    @property
    def why_not(self) -> str:
        """What is in the way; empty where nothing is, as far as is known."""
        if self.availability == Availability.CHECKING:
            return _("New: a worker checks it within half a minute.")
        if self.availability == Availability.UNPREPARED:
            return _("On this machine: %(problem)s") % {"problem": self.problem}
        return self.problem


def model_rows(
    entries: Iterable[Entry], workers: list[WorkerRow] | None = None
) -> list[ModelRow]:
    """Every entry in the order of groups (one query, unless workers are given)."""
    workers = live_workers() if workers is None else workers
    order = list(_GROUPS)
    return sorted(
        (_row(entry, workers) for entry in entries),
        key=lambda row: (order.index(row.entry.group), row.entry.title),
    )


def _row(entry: Entry, workers: list[WorkerRow]) -> ModelRow:
    serving = [row for row in workers if entry.queue in row.worker.queues]
    names = tuple(row.worker.name for row in serving)
    row = ModelRow(
        entry, Availability.WAITING, checks=checks_here(entry), workers=names
    )
    availability, problem = _seen_by(serving, entry.key, row.problem_here)
    return replace(row, availability=availability, problem=problem)


def _seen_by(serving: list[WorkerRow], key: str, here: str) -> tuple[Availability, str]:
    """What the workers say, or this machine in their place."""
    if not serving:
        return (Availability.UNPREPARED if here else Availability.WAITING), here
    if any(row.can_run(key) for row in serving):
        return Availability.READY, ""
    refusals = [row.refusal(key) for row in serving]
    if all(refusals):
        return Availability.BLOCKED, refusals[0]
    return Availability.CHECKING, ""
