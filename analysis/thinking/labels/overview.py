"""All sets of MMLA together, and what is published of them, as tables for people."""

import math
from collections.abc import Iterable, Sequence

from analysis.reporting.tables import Cell, Column, Table
from analysis.thinking.columns import VIEW_NAMES
from analysis.thinking.labels.results import LabelResults, LabelRunResult
from analysis.thinking.labels.tabulating import (
    LABEL_MODE_NAMES,
    WHO,
    WORDING_NAMES,
    figure_of,
    in_label_mode,
)
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.mmla.metrics import Classification
from tasks.mmla.published import published_rows
from tasks.mmla.sets import all_sets


def overview_tables(found: Sequence[LabelResults]) -> tuple[Table, ...]:
    """Accuracy by set of every source; published accuracies in a table of their own.

    Args:
        found: Results of one build a set, whichever sets there are.
    """
    return (*(_overview(found, mode) for mode in Mode), published_accuracies())


def _overview(found: Sequence[LabelResults], mode: Mode) -> Table:
    by_source: dict[tuple[str, str, str], dict[str, LabelRunResult]] = {}
    for results in found:
        for one in in_label_mode(results, mode):
            own = by_source.setdefault(
                (one.run.title, one.run.view, one.run.wording), {}
            )
            own.setdefault(results.build.set, one)
    ordered = sorted(by_source, key=lambda key: [*View].index(View(key[1])))
    rows: list[tuple[Cell, ...]] = [
        (
            title,
            VIEW_NAMES[View(view)],
            WORDING_NAMES[wording],
            *_by_set({name: one.scores for name, one in by_source[key].items()}),
        )
        for key in ordered
        for title, view, wording in [key]
    ]
    if rows:
        majority = {one.build.set: one.majority for one in found}
        rows.append((_("always the most frequent label"), "", "", *_by_set(majority)))
        rows += _people_rows(found)
    return Table(
        key=f"accuracy_{mode}",
        title=_("Accuracy by set, %(mode)s", mode=LABEL_MODE_NAMES[mode]),
        note=_(
            "In percent. Pooled is over all items, as the paper's averages are; mean "
            "of sets counts every set alike. Both are over the sets that a source was "
            "asked; an average of fewer sets does not compare."
        ),
        columns=(*WHO, *_set_columns(), Column("sets", _("Sets"), 0)),
        rows=tuple(rows),
    )


def _people_rows(found: Sequence[LabelResults]) -> list[tuple[Cell, ...]]:
    scores = {one.build.set: one.people.scores for one in found if one.people}
    return [(_("single person"), "", "", *_by_set(scores))] if scores else []


def _set_columns() -> tuple[Column, ...]:
    return (
        Column("pooled", _("pooled")),
        Column("mean_of_sets", _("mean of sets")),
        *(Column(name, name) for name in all_sets()),
    )


def _by_set(scores: dict[str, Classification]) -> tuple[Cell, ...]:
    each = [*scores.values()]
    return (
        _mean((one.accuracy, one.item_count) for one in each),
        _mean((one.accuracy, 1) for one in each),
        *(scores[name].accuracy if name in scores else "" for name in all_sets()),
        len(each),
    )


def _mean(values: Iterable[tuple[float, int]]) -> float:
    pairs = [*values]
    weight = sum(count for _value, count in pairs)
    if not weight:
        return math.nan
    return sum(value * count for value, count in pairs) / weight


def published_accuracies() -> Table:
    """The paper's accuracies by set, with its printed averages and ours from them."""
    return Table(
        key="published",
        title=_("Published accuracies"),
        note=_(
            "As printed in the MMLA paper; not computed here. Pooled and mean of sets "
            "are ours, without the figures that are not legible in our source."
        ),
        columns=(
            Column("source", _("Source")),
            Column("setting", _("Setting")),
            Column("printed", _("average, as printed")),
            *_set_columns(),
        ),
        rows=tuple(
            (
                row.model,
                row.setting,
                "" if row.printed_average is None else row.printed_average,
                row.pooled(all_sets()),
                row.macro,
                *(figure_of(row, name) for name in all_sets()),
            )
            for row in published_rows()
            if row.metric == "ACC"
        ),
    )
