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
    """One entry, and how it is with the workers that serve its queue."""

    entry: Entry
    # Why none of them can run it; empty if one can, or none is there.
    problem: str
    is_served: bool
    can_run: bool

    @property
    def group(self) -> str:
        return _GROUPS.get(self.entry.group, self.entry.group)

    @property
    def why_not(self) -> str:
        """Why it does not run now; empty where it does, or where no worker is there."""
        if self.can_run or not self.is_served:
            return ""
        return self.problem or "New: the worker looks at it within half a minute."


def model_rows(entries: Iterable[Entry]) -> list[ModelRow]:
    """Every entry in the order of groups (one query)."""
    workers = live_workers()
    rows = []
    for entry in entries:
        serving = [row for row in workers if entry.queue in row.worker.queues]
        refusals = [row.refusal(entry.key) for row in serving]
        problem = refusals[0] if refusals and all(refusals) else ""
        can_run = any(row.can_run(entry.key) for row in serving)
        rows.append(ModelRow(entry, problem, bool(serving), can_run))
    order = list(_GROUPS)
    return sorted(rows, key=lambda row: (order.index(row.entry.group), row.entry.title))
