"""The results as tables for people."""

import math
from collections.abc import Iterable

from analysis.metrics.answered import Rate
from analysis.reporting.tables import Cell, Column, Table
from analysis.thinking.columns import (
    BOUNDS,
    MACRO,
    MICRO,
    MODE_NAMES,
    VIEW_NAMES,
    gap_cells,
    gap_columns,
)
from analysis.thinking.people_tables import people_tables
from analysis.thinking.results import Results, RunResult
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.catalogue import LETTERS, Axis, Task
from tasks.published import published_rows
from tasks.scoring import CHANCE_PCT

CHANCE = _("chance")
BEST_BLIND = _("best rule without the video")
_WHO = (
    Column("source", _("Source")),
    Column("view", _("Shown")),
)


def tables_of(results: Results) -> tuple[Table, ...]:
    """Every table that has rows."""
    made = (
        *(_accuracy(results, mode) for mode in Mode),
        *people_tables(results),
        _published(),
        _gains(results),
        _habits(results),
        _replies(results),
        _pairs(results),
        _repeats(results),
        intervals(results),
    )
    return tuple(table for table in made if table.rows)


def in_mode(results: Results, mode: Mode) -> list[RunResult]:
    """Its runs: those with the video first, in the order of the build's page."""
    runs = [one for one in results.runs if one.run.mode == mode]
    return sorted(runs, key=lambda one: [*View].index(View(one.run.view)))


def _accuracy(results: Results, mode: Mode) -> Table:
    runs = in_mode(results, mode)
    rows: list[tuple[Cell, ...]] = [_accuracy_row(one, results.tasks) for one in runs]
    if rows:
        rows += [_chance_row(results.tasks), _blind_row(results)]
    return Table(
        key=f"accuracy_{mode}",
        title=_("Accuracy by task, %(mode)s", mode=MODE_NAMES[mode]),
        note=_(
            "In percent. CIU, CAM and UIU are means of their tasks, macro of all "
            "tasks, micro is over all items; the interval is that of macro, clustered "
            "by video. Unreadable and refused replies are wrong."
        ),
        columns=(
            *_WHO,
            *(Column(task, task) for task in results.tasks),
            *(Column(axis.value, axis.value) for axis in Axis),
            Column("macro", MACRO),
            *BOUNDS,
            Column("micro", MICRO),
        ),
        rows=tuple(rows),
    )


def _accuracy_row(one: RunResult, tasks: Iterable[str]) -> tuple[Cell, ...]:
    return (
        one.run.title,
        VIEW_NAMES[View(one.run.view)],
        *(one.tasks[task].pct for task in tasks),
        *(one.axes[axis.value].pct for axis in Axis),
        one.macro.pct,
        one.macro.lo,
        one.macro.hi,
        one.micro.pct,
    )


def _chance_row(tasks: tuple[str, ...]) -> tuple[Cell, ...]:
    every = [CHANCE_PCT] * (len(tasks) + len(Axis) + 1)
    return (CHANCE, "", *every, "", "", CHANCE_PCT)


def _blind_row(results: Results) -> tuple[Cell, ...]:
    """Of each task, what its best rule finds that never sees the video."""
    best = results.build.best_blind_pct
    found = [best.get(task, math.nan) for task in results.tasks]
    axes = [
        _mean(best[task] for task in results.tasks if Task(task).axis is axis)
        for axis in Axis
    ]
    return (BEST_BLIND, "", *found, *axes, _mean(found), "", "", "")


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else math.nan


def _published() -> Table:
    return Table(
        key="published",
        title=_("Published accuracies"),
        note=_(
            "As printed in the MIMIC-Bench papers, with other videos and other items; "
            "not computed here. The printed overall is not the mean of the seven."
        ),
        columns=(
            Column("source", _("Source")),
            *(Column(task.value, task.value) for task in Task),
            Column("overall", _("overall, as printed")),
        ),
        rows=tuple(
            (row.model, *(row.tasks[task] for task in Task), row.overall)
            for row in published_rows()
        ),
    )


def _gains(results: Results) -> Table:
    return Table(
        key="visual_gain",
        title=_("What the video adds"),
        note=_(
            "Accuracy with the video minus accuracy with what is named, in points, "
            "paired by item; interval of macro clustered by video."
        ),
        columns=(
            Column("source", _("Source")),
            Column("view", _("Compared with")),
            Column("mode", _("Answered by")),
            *(Column(task, task) for task in results.tasks),
            *gap_columns(MACRO),
            Column("p_gain", _("p"), 4),
        ),
        rows=tuple(
            (
                one.title,
                VIEW_NAMES[View(one.view)],
                MODE_NAMES[Mode(one.mode)],
                *(one.tasks[task].points for task in results.tasks),
                *gap_cells(one.macro),
                one.macro.p,
            )
            for one in results.gains
        ),
    )


def _habits(results: Results) -> Table:
    return Table(
        key="habits",
        title=_("Letters and orders"),
        note=_(
            "In percent. Each letter is right in 25 % of items. Circular: right in all "
            "four orders of the options; consistent: the same text in all four; "
            "debiased: accuracy after dividing by the share of each letter. Brier: "
            "squared error of the probabilities, from 0 (best) to 2."
        ),
        columns=(
            *_WHO,
            Column("mode", _("Answered by")),
            *(Column(letter, letter) for letter in LETTERS),
            Column("circular", _("circular")),
            Column("consistent", _("consistent")),
            Column("debiased", _("debiased")),
            Column("brier", _("Brier"), 3),
        ),
        rows=tuple(
            (
                *_who(one),
                *one.habits.letters_pct,
                one.habits.circular_pct,
                one.habits.consistent_pct,
                one.habits.debiased_pct,
                one.brier,
            )
            for one in results.runs
        ),
    )


def _who(one: RunResult) -> tuple[Cell, ...]:
    return (
        one.run.title,
        VIEW_NAMES[View(one.run.view)],
        MODE_NAMES[Mode(one.run.mode)],
    )


def _replies(results: Results) -> Table:
    return Table(
        key="replies",
        title=_("Replies"),
        note=_("A reply that names no option, or declines to answer, counts as wrong."),
        columns=(
            *_WHO,
            Column("mode", _("Answered by")),
            Column("rotations", _("Orders"), 0),
            Column("replies", _("Replies"), 0),
            Column("goal", _("of"), 0),
            Column("unreadable", _("Unreadable"), 0),
            Column("refused", _("Refused"), 0),
        ),
        rows=tuple(
            (
                *_who(one),
                one.run.rotations,
                one.total.replies,
                one.reply_goal,
                one.total.unreadable,
                one.total.refused,
            )
            for one in results.runs
        ),
    )


def _pairs(results: Results) -> Table:
    return Table(
        key="pairs",
        title=_("Differences between sources"),
        note=_(
            "Macro accuracy of the first minus the second, in points, on the items "
            "that both were asked; clustered by video, corrected by Holm over all "
            "pairs of one mode. McNemar's exact test pools items as if they were "
            "independent."
        ),
        columns=(
            Column("first", _("First")),
            Column("second", _("Second")),
            Column("mode", _("Answered by")),
            *gap_columns(_("Difference")),
            Column("p_gap", _("p"), 4),
            Column("p_holm", _("p, Holm"), 4),
            Column("p_mcnemar", _("p, McNemar"), 4),
            Column("items", _("Items"), 0),
        ),
        rows=tuple(
            (
                one.first.title,
                one.second.title,
                MODE_NAMES[Mode(one.first.mode)],
                *gap_cells(one.gap),
                one.gap.p,
                one.p_holm,
                one.p_mcnemar,
                one.gap.items,
            )
            for one in results.pairs
        ),
    )


def _repeats(results: Results) -> Table:
    return Table(
        key="repeats",
        title=_("Repeated runs"),
        note=_(
            "Runs of one source in one manner: the mean of their macro accuracies with "
            "its interval over videos, and their standard deviation in points."
        ),
        columns=(
            *_WHO,
            Column("mode", _("Answered by")),
            Column("runs", _("Runs"), 0),
            Column("mean_pct", _("Mean, %")),
            *BOUNDS,
            Column("sd_points", _("SD, points"), 2),
        ),
        rows=tuple(
            (
                one.title,
                VIEW_NAMES[View(one.view)],
                MODE_NAMES[Mode(one.mode)],
                one.runs,
                one.mean.pct,
                one.mean.lo,
                one.mean.hi,
                one.sd,
            )
            for one in results.repeats
        ),
    )


def intervals(results: Results) -> Table:
    """Every accuracy with its error, one a line."""
    return Table(
        key="intervals",
        title=_("Every accuracy with its interval"),
        note=_("Standard errors and intervals are clustered by video."),
        columns=(
            *_WHO,
            Column("mode", _("Answered by")),
            Column("run", _("Run"), 0),
            Column("figure", _("Figure")),
            Column("pct", "%"),
            Column("se_points", _("SE, points"), 2),
            *BOUNDS,
            Column("items", _("Items"), 0),
            Column("videos", _("Videos"), 0),
        ),
        rows=tuple(
            (*_who(one), one.run.number, name, *_rate(rate))
            for one in results.runs
            for name, rate in {
                **one.tasks,
                **one.axes,
                "macro": one.macro,
                "micro": one.micro,
            }.items()
        ),
    )


def _rate(rate: Rate) -> tuple[Cell, ...]:
    return (rate.pct, rate.se, rate.lo, rate.hi, rate.items, rate.videos)
