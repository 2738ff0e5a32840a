"""What the page of a build's results shows."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from analysis.metrics.answered import Rate
from analysis.pages.table_view import TableView, table_view
from analysis.reporting.tables import Table, number_text
from analysis.thinking.answers import RunFacts
from analysis.thinking.labels.results import LabelResults
from analysis.thinking.labels.tabulating import LABEL_MODE_NAMES, in_label_mode
from analysis.thinking.results import Results, RunResult
from analysis.thinking.tabulating import MODE_NAMES, VIEW_NAMES, in_mode, tables_of
from pages.localising import localised
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.scoring import CHANCE_PCT

# From which accuracy a cell is darker: chance, and steps up to nearly all right.
_SHADES = (30.0, 45.0, 60.0, 80.0)


@dataclass(frozen=True)
class ForestRow:
    """A run's macro accuracy as a line; positions in percent, None where undefined.

    Attributes:
        human_pct: Where the dashed line is: chance, or the most frequent label.
    """

    title: str
    view: str
    pct: float | None
    lo: float | None
    hi: float | None
    text: str
    interval: str
    human_pct: float
    is_blind_above_chance: bool = False
    is_human: bool = False


class HeatCell(NamedTuple):
    """An accuracy, and how dark its cell is, from 0 to 4."""

    text: str
    shade: int


class HeatRow(NamedTuple):
    """A run by task."""

    title: str
    view: str
    cells: list[HeatCell]


@dataclass(frozen=True)
class ModePictures:
    """The pictures of one mode; modes are never mixed."""

    title: str
    forest: list[ForestRow]
    heat: list[HeatRow]
    table: TableView


def pictures_of(results: Results) -> list[ModePictures]:
    """Of each mode that was used: forest plot, heat map and table."""
    tables = {table.key: table for table in tables_of(results)}
    return [
        ModePictures(
            title=localised(MODE_NAMES[mode]),
            forest=[_forest(one) for one in runs],
            heat=[_heat(one, results.tasks) for one in runs],
            table=table_view(tables[f"accuracy_{mode}"]),
        )
        for mode in Mode
        if (runs := in_mode(results, mode))
    ]


@dataclass(frozen=True)
class LabelPicture:
    """The forest plot of one mode on a build of MMLA."""

    title: str
    forest: list[ForestRow]


def label_pictures(results: LabelResults) -> list[LabelPicture]:
    """Of each mode that was used; the dashed line is the most frequent label."""
    return [
        LabelPicture(
            title=localised(_("Accuracy, %(mode)s", mode=LABEL_MODE_NAMES[mode])),
            forest=[
                _row(one.run, one.accuracy, line_pct=results.majority.accuracy)
                for one in runs
            ],
        )
        for mode in Mode
        if (runs := in_label_mode(results, mode))
    ]


def label_table_views(tables: Iterable[Table]) -> list[TableView]:
    """As the pages show them."""
    return [table_view(table) for table in tables]


def other_tables(results: Results) -> list[TableView]:
    """All tables but the accuracies of the modes."""
    return [
        table_view(table)
        for table in tables_of(results)
        if not table.key.startswith("accuracy_")
    ]


def _forest(one: RunResult) -> ForestRow:
    row = _row(one.run, one.macro, line_pct=CHANCE_PCT)
    return replace(row, is_blind_above_chance=one.is_blind_above_chance)


def _row(run: RunFacts, rate: Rate, *, line_pct: float) -> ForestRow:
    has_interval = not math.isnan(rate.lo)
    return ForestRow(
        title=run.title,
        view=_view(run),
        pct=_known(rate.pct),
        lo=_known(rate.lo),
        hi=_known(rate.hi),
        text=_number(rate.pct),
        interval=(f"{_number(rate.lo)}–{_number(rate.hi)}" if has_interval else "–"),
        human_pct=line_pct,
    )


def _heat(one: RunResult, tasks: tuple[str, ...]) -> HeatRow:
    cells = [
        HeatCell(
            _number(one.tasks[task].pct),
            sum(one.tasks[task].pct >= shade for shade in _SHADES),
        )
        for task in tasks
    ]
    return HeatRow(one.run.title, _view(one.run), cells)


def _view(run: RunFacts) -> str:
    return localised(VIEW_NAMES[View(run.view)])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float) -> str:
    return "–" if math.isnan(value) else number_text(value, 1)
