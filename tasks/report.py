"""What is known about a build: its yield, its surface and its shortcuts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from corpus.cleaning import comparison_key
from corpus.surface import script_of
from tasks.building import Built
from tasks.builds import Build
from tasks.catalogue import LETTERS, Task
from tasks.items import Item
from tasks.options_only import OptionsOnly, options_only
from tasks.shortcuts import (
    MOST_PCT,
    RULES,
    Shortcut,
    alone_in_script_pct,
    shortcut_table,
)

CLASSIFIER = "classifier on the options alone"


@dataclass(frozen=True)
class TaskReport:
    """Counts of one task.

    Attributes:
        task: Which.
        item_count, video_count: Items, and videos that were asked for one.
        missing: Videos without an item, by reason.
        refusals: Texts refused as distractors, by reason.
        relaxed: Items by the last demand on distractors that was given up.
        places: How often the right option is at each letter.
        right_length, wrong_length: Median characters of right and of wrong options.
        scripts: Options by script.
        repeated_text_count: Texts that are an option of more than one item.
        alone_in_script_pct: Items whose right option alone is in its script.
    """

    task: str
    item_count: int
    video_count: int
    missing: dict[str, int]
    refusals: dict[str, int]
    relaxed: dict[str, int]
    places: dict[str, int]
    right_length: float
    wrong_length: float
    scripts: dict[str, int]
    repeated_text_count: int
    alone_in_script_pct: float


@dataclass(frozen=True)
class BuildReport:
    """All that the build's page shows."""

    tasks: list[TaskReport]
    shortcuts: list[Shortcut]
    options_only: list[OptionsOnly]

    @property
    def flagged(self) -> list[str]:
        """Every rule that surely finds more than it may, in words."""
        found: list[tuple[str, Shortcut | OptionsOnly]] = []
        found += [(one.rule, one) for one in self.shortcuts if one.is_flagged]
        found += [(CLASSIFIER, one) for one in self.options_only if one.is_flagged]
        return [
            f"{one.task}: {rule} is right in {one.right_pct:.1f} % of items "
            f"(95 % CI {one.lo:.1f}-{one.hi:.1f}; limit {MOST_PCT:.0f} %)"
            for rule, one in found
        ]

    @property
    def best_blind_pct(self) -> dict[str, float]:
        """Of each task, how often its best rule is right without the video."""
        best: dict[str, float] = {}
        every: list[Shortcut | OptionsOnly] = [*self.shortcuts, *self.options_only]
        for one in every:
            best[one.task] = max(best.get(one.task, 0.0), one.right_pct)
        return best

    def as_json(self) -> dict[str, Any]:
        """Plain values, for files and the database."""
        return {
            "tasks": [asdict(task) for task in self.tasks],
            "shortcuts": [
                {**asdict(one), "is_flagged": one.is_flagged} for one in self.shortcuts
            ],
            "options_only": [
                {**asdict(one), "is_flagged": one.is_flagged}
                for one in self.options_only
            ],
            "flagged": self.flagged,
            "best_blind_pct": self.best_blind_pct,
        }


def report_of(build: Build, built: Built | None = None) -> BuildReport:
    """Measure a build; without `built` (a build that was read) not why items lack."""
    return BuildReport(
        tasks=[
            _task_report(task, [i for i in build.items if i.task == task], build, built)
            for task in build.tasks
        ],
        shortcuts=shortcut_table(build.items),
        options_only=options_only(build.items, seed=build.seed),
    )


def _task_report(
    task: Task, items: Sequence[Item], build: Build, built: Built | None
) -> TaskReport:
    options = [option for item in items for option in item.options]
    right = [item.options[item.answer] for item in items]
    wrong = [o for i in items for p, o in enumerate(i.options) if p != i.answer]
    used = Counter(key for i in items for key in set(map(comparison_key, i.options)))
    return TaskReport(
        task=task.value,
        item_count=len(items),
        video_count=len(build.records),
        missing=_counted(built.missing[task].values()) if built else {},
        refusals=_counted(built.refusals[task].elements()) if built else {},
        relaxed=_counted(i.relaxed[-1] if i.relaxed else "nothing" for i in items),
        places={
            letter: sum(item.answer == place for item in items)
            for place, letter in enumerate(LETTERS)
        },
        right_length=median(map(len, right)) if right else 0.0,
        wrong_length=median(map(len, wrong)) if wrong else 0.0,
        scripts=_counted(script_of(option) or "none" for option in options),
        repeated_text_count=sum(count > 1 for count in used.values()),
        alone_in_script_pct=alone_in_script_pct(items) if items else 0.0,
    )


def _counted(values: Any) -> dict[str, int]:  # noqa: ANN401 - any strings
    return {str(value): count for value, count in Counter(values).most_common()}


def markdown(build: Build, report: BuildReport) -> str:
    """The report as a document."""
    made_from = (
        f"{len(build.items)} items of {len({i.video for i in build.items})} videos "
        f"(of {len(build.records)}), seed {build.seed}, rules {build.rules_version}, "
        f"prompt {build.prompt_version}. SHA-256 `{build.sha256}`, "
        f"corpus `{build.corpus_sha256}`.\n"
    )
    limit = f"surely above the limit of {MOST_PCT:.0f}"
    parts = [
        f"# Item build {build.name}\n",
        made_from,
        _verdict(report),
        "## What the videos yielded\n",
        _yield_table(report),
        _reasons(report),
        "## Found without the video, in percent\n",
        f"Chance is 25. In bold: {limit} (lower bound of the 95 % interval).\n",
        _shortcut_markdown(report),
    ]
    return "\n".join(parts)


def _verdict(report: BuildReport) -> str:
    if not report.flagged:
        return f"No rule that never sees the video is surely above {MOST_PCT:.0f} %.\n"
    lines = "\n".join(f"- {line}" for line in report.flagged)
    return f"**These items can be answered without the video:**\n\n{lines}\n"


def _yield_table(report: BuildReport) -> str:
    head = (
        "| task | items | A / B / C / D | length right / wrong | surface relaxed "
        "| texts used twice or more | right option alone in its script |"
    )
    rows = [head, "| --- | --- | --- | --- | --- | --- | --- |"]
    for task in report.tasks:
        places = " / ".join(str(count) for count in task.places.values())
        relaxed = task.item_count - task.relaxed.get("nothing", 0)
        rows.append(
            f"| {task.task} | {task.item_count} | {places} "
            f"| {task.right_length:.0f} / {task.wrong_length:.0f} | {relaxed} "
            f"| {task.repeated_text_count} | {task.alone_in_script_pct:.1f} % |"
        )
    return "\n".join(rows) + "\n"


def _reasons(report: BuildReport) -> str:
    lines = []
    for task in report.tasks:
        for title, counts in (("No item", task.missing), ("Refused", task.refusals)):
            if counts:
                shown = "; ".join(f"{count} {name}" for name, count in counts.items())
                lines.append(f"- {task.task}. {title}: {shown}.")
    return "\n".join(lines) + "\n" if lines else ""


def _shortcut_markdown(report: BuildReport) -> str:
    tasks = [task.task for task in report.tasks if task.item_count]
    cells: dict[tuple[str, str], Shortcut | OptionsOnly] = {}
    cells |= {(one.rule, one.task): one for one in report.shortcuts}
    cells |= {(CLASSIFIER, one.task): one for one in report.options_only}
    rows = [f"| | {' | '.join(tasks)} |", "| --- |" + " --- |" * len(tasks)]
    for rule in (*RULES, CLASSIFIER):
        shown = [_cell(cells.get((rule, task))) for task in tasks]
        rows.append(f"| {rule} | {' | '.join(shown)} |")
    return "\n".join(rows) + "\n"


def _cell(one: Shortcut | OptionsOnly | None) -> str:
    if one is None:
        return ""
    text = f"{one.right_pct:.1f} ({one.lo:.1f}-{one.hi:.1f})"
    return f"**{text}**" if one.is_flagged else text
