"""The models of the registry, and which workers can run them."""

from collections.abc import Iterable
from dataclasses import dataclass

from generation.registry import Entry
from generation.selectors.workers import live_workers

_GROUPS = {
    "panel": "The 24 of the test",
    "own": "MIMIC-Chat",
    "ablation": "Ablations of MIMIC-Chat",
    "later": "Later models",
    "site": "This site's own",
}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One entry, and why it does not run here (empty if a worker can run it)."""

    entry: Entry
    problem: str
    is_served: bool

    @property
    def can_run(self) -> bool:
        return self.is_served and not self.problem

    @property
    def group(self) -> str:
        return _GROUPS.get(self.entry.group, self.entry.group)

    @property
    def choice_group(self) -> str:
        """Where it stands among the choices of a round."""
        return "Ready to run" if self.can_run else self.group


def model_rows(entries: Iterable[Entry]) -> list[ModelRow]:
    """Every entry in the order of groups (one query)."""
    workers = live_workers()
    rows = []
    for entry in entries:
        serving = [row for row in workers if entry.queue in row.worker.queues]
        refusals = [row.refusal(entry.key) for row in serving]
        problem = refusals[0] if refusals and all(refusals) else ""
        rows.append(ModelRow(entry, problem, bool(serving)))
    order = list(_GROUPS)
    return sorted(rows, key=lambda row: (order.index(row.entry.group), row.entry.title))


def choices(rows: Iterable[ModelRow]) -> list[ModelRow]:
    """What a round may be made of: first what can run now, then the others."""
    return sorted(rows, key=lambda row: not row.can_run)
