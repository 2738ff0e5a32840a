"""What the page of a build shows, from its report."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tasks.report import CLASSIFIER
from tasks.shortcuts import RULES
from thinking.models import Build


class Cell(NamedTuple):
    """One figure with its interval, in percent."""

    right_pct: float
    lo: float
    hi: float
    is_flagged: bool


class RuleRow(NamedTuple):
    """How often one rule is right, by task; None where it does not apply."""

    rule: str
    cells: list[Cell | None]


class MissingReason(NamedTuple):
    """Why videos have no item of a task."""

    task: str
    reason: str
    video_count: int


def rule_names() -> dict[str, str]:
    """The rules in words, in the reader's language."""
    words = {
        "longest option": _("Longest option"),
        "shortest option": _("Shortest option"),
        "middling length": _("Middling length"),
        "most often right elsewhere": _("Most often right elsewhere"),
        "most often right when offered": _("Most often right when offered"),
        "alone in its script": _("Alone in its script"),
        CLASSIFIER: _("Classifier on the options alone"),
    }
    return {rule: words[rule] for rule in (*RULES, CLASSIFIER)}


def rule_rows(build: Build) -> list[RuleRow]:
    """The shortcut table: a row a rule, a cell a task that has items."""
    found: dict[tuple[str, str], Cell] = {}
    for one in build.report["shortcuts"]:
        found[one["rule"], one["task"]] = _cell(one)
    for one in build.report["options_only"]:
        found[CLASSIFIER, one["task"]] = _cell(one)
    tasks = [task["task"] for task in tasks_with_items(build)]
    return [
        RuleRow(words, [found.get((rule, task)) for task in tasks])
        for rule, words in rule_names().items()
    ]


def tasks_with_items(build: Build) -> list[dict[str, Any]]:
    """The reports of tasks that have items."""
    return [task for task in build.report["tasks"] if task["item_count"]]


def missing_reasons(build: Build) -> list[MissingReason]:
    """Of each task, why videos have no item, the most frequent reason first."""
    return [
        MissingReason(task["task"], reason, count)
        for task in build.report["tasks"]
        for reason, count in sorted(
            task["missing"].items(), key=lambda pair: (-pair[1], pair[0])
        )
    ]


def _cell(one: dict[str, Any]) -> Cell:
    return Cell(one["right_pct"], one["lo"], one["hi"], one["is_flagged"])
