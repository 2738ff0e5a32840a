"""Accuracies over answered items, in percent."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tasks.catalogue import LETTERS, Axis, Task
from tasks.parsing import Outcome, read_reply

# The right option is at each place equally often, so no habit of a letter beats it.
CHANCE_PCT = 100 / len(LETTERS)


class Question(Protocol):
    """What scoring needs of an item, whichever set of tasks it is from."""

    @property
    def task(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def answer(self) -> int: ...


class AnsweredItem(NamedTuple):
    """An item and the text that was given for it."""

    item: Question
    text: str


@dataclass(frozen=True)
class TaskScore:
    """Counts of one task's items; a reply that names no option is wrong.

    Attributes:
        item_count: All that were asked.
        correct_count: Answered rightly.
        unparsed_count: Replies that name no option and decline nothing.
        refused_count: Replies that decline to answer.
    """

    item_count: int = 0
    correct_count: int = 0
    unparsed_count: int = 0
    refused_count: int = 0

    @property
    def accuracy_pct(self) -> float:
        """Share of items answered rightly; NaN without items."""
        if not self.item_count:
            return math.nan
        return 100 * self.correct_count / self.item_count


@dataclass(frozen=True)
class Scores:
    """One model's results on the tasks that it was asked."""

    tasks: dict[str, TaskScore]

    @property
    def macro_pct(self) -> float:
        """Mean of the tasks' accuracies, each counting alike, over those with items.

        The papers' "overall" is over all seven; NaN without any item.
        """
        scores = [s.accuracy_pct for s in self.tasks.values() if s.item_count]
        return sum(scores) / len(scores) if scores else math.nan

    def axis_pct(self, axis: Axis) -> float:
        """Mean of the axis's tasks that have items, each counting alike; else NaN."""
        scores = [
            self.tasks[task].accuracy_pct
            for task in Task
            if task.axis is axis and task in self.tasks and self.tasks[task].item_count
        ]
        return sum(scores) / len(scores) if scores else math.nan

    @property
    def micro_pct(self) -> float:
        """Accuracy over all items pooled; NaN without items."""
        return self.pooled.accuracy_pct

    @property
    def pooled(self) -> TaskScore:
        """All items as if of one task."""
        parts = self.tasks.values()
        return TaskScore(
            sum(part.item_count for part in parts),
            sum(part.correct_count for part in parts),
            sum(part.unparsed_count for part in parts),
            sum(part.refused_count for part in parts),
        )


def score(
    answers: Iterable[AnsweredItem], tasks: Sequence[str] = tuple(Task)
) -> Scores:
    """Read and count all answers; each is to an item of one of `tasks`."""
    counts = {task: [0, 0, 0, 0] for task in tasks}
    for item, text in answers:
        place, outcome = read_reply(text, item.options)
        count = counts[item.task]
        count[0] += 1
        count[1] += place == item.answer
        count[2] += outcome is Outcome.UNREADABLE
        count[3] += outcome is Outcome.REFUSED
    return Scores({task: TaskScore(*count) for task, count in counts.items()})


def accuracy_table(scores: Scores) -> str:
    """Markdown: tasks, axes, macro and micro; what was not asked has no row."""
    lines = [
        "| | accuracy, % | items | unreadable | refused |",
        "| --- |" + " --- |" * 4,
    ]
    for task, one in scores.tasks.items():
        if one.item_count:
            lines.append(
                f"| {task} | {one.accuracy_pct:.1f} | {one.item_count} "
                f"| {one.unparsed_count} | {one.refused_count} |"
            )
    axes = [(axis.value, scores.axis_pct(axis)) for axis in Axis]
    for name, pct in [*axes, ("macro", scores.macro_pct), ("micro", scores.micro_pct)]:
        if not math.isnan(pct):
            lines.append(f"| {name} | {pct:.1f} | | | |")
    lines.append(f"| chance | {CHANCE_PCT:.1f} | | | |")
    return "\n".join(lines) + "\n"
