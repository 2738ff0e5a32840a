"""What the page of a build's results shows."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from analysis.metrics.answered import Rate
from analysis.pages.table_view import TableView, table_view
from analysis.reporting.tables import Table, number_text
from analysis.thinking.answers import RunFacts
from analysis.thinking.columns import MODE_NAMES, VIEW_NAMES
from analysis.thinking.labels.results import LabelResults
from analysis.thinking.labels.tabulating import LABEL_MODE_NAMES, in_label_mode
from analysis.thinking.results import Results, RunResult
from analysis.thinking.tabulating import in_mode, tables_of
from pages.localising import localised
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.scoring import CHANCE_PCT

# From which accuracy a cell is darker: chance, and steps up to nearly all right.
_SINGLE_PERSON = _("single person")
_SHADES = (30.0, 45.0, 60.0, 80.0)


@dataclass(frozen=True)
class ForestRow:
    """A run's macro accuracy as a line; positions in percent, None where undefined.

    Attributes:
        human_pct: Where the dashed line is: chance, or the most frequent label.
        is_human: The row is that of people.
        band_lo, band_width: The interval of people, behind every row.
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
    band_lo: float | None = None
    band_width: float | None = None


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
            forest=_with_people(
                [_forest(one) for one in runs],
                results.people.macro if results.people else None,
                line_pct=CHANCE_PCT,
            ),
            heat=[
                *_heat_of_people(results),
                *(_heat(one, results.tasks) for one in runs),
            ],
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
            forest=_with_people(
                [
                    _row(one.run, one.accuracy, line_pct=results.majority.accuracy)
                    for one in runs
                ],
                results.people.accuracy if results.people else None,
                line_pct=results.majority.accuracy,
            ),
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


def _with_people(
    rows: list[ForestRow], people: Rate | None, *, line_pct: float
) -> list[ForestRow]:
    """The row of people first, and their interval as a band behind every row."""
    if people is None:
        return rows
    human = replace(
        _placed(localised(_SINGLE_PERSON), "", people, line_pct=line_pct), is_human=True
    )
    every = [human, *rows]
    if human.lo is None or human.hi is None:
        return every
    width = human.hi - human.lo
    return [replace(row, band_lo=human.lo, band_width=width) for row in every]


def _heat_of_people(results: Results) -> list[HeatRow]:
    people = results.people
    if people is None:
        return []
    cells = [_heat_cell(people.tasks[task].pct) for task in results.tasks]
    return [HeatRow(localised(_SINGLE_PERSON), "", cells)]


def _row(run: RunFacts, rate: Rate, *, line_pct: float) -> ForestRow:
    return _placed(run.title, _view(run), rate, line_pct=line_pct)


def _placed(title: str, view: str, rate: Rate, *, line_pct: float) -> ForestRow:
    has_interval = not math.isnan(rate.lo)
    return ForestRow(
        title=title,
        view=view,
        pct=_known(rate.pct),
        lo=_known(rate.lo),
        hi=_known(rate.hi),
        text=_number(rate.pct),
        interval=(f"{_number(rate.lo)}–{_number(rate.hi)}" if has_interval else "–"),
        human_pct=line_pct,
    )


def _heat(one: RunResult, tasks: tuple[str, ...]) -> HeatRow:
    cells = [_heat_cell(one.tasks[task].pct) for task in tasks]
    return HeatRow(one.run.title, _view(one.run), cells)


def _heat_cell(pct: float) -> HeatCell:
    return HeatCell(_number(pct), sum(pct >= shade for shade in _SHADES))


def _view(run: RunFacts) -> str:
    return localised(VIEW_NAMES[View(run.view)])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float) -> str:
    return "–" if math.isnan(value) else number_text(value, 1)
