"""The results of one set of MMLA as tables for people, and of all sets together."""

import math
from collections.abc import Iterable, Sequence

from analysis.metrics.answered import Gap
from analysis.reporting.tables import Cell, Column, Table
from analysis.thinking.answers import RunFacts
from analysis.thinking.labels.results import LabelPeople, LabelResults, LabelRunResult
from analysis.thinking.tabulating import MODE_NAMES, VIEW_NAMES, subsets_table
from pages.phrases import ngettext
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.mmla.metrics import Classification
from tasks.mmla.prompts import Wording
from tasks.mmla.published import PublishedRow, published_rows
from tasks.mmla.sets import LabelSet, all_sets

WORDING_NAMES = {"": "", Wording.PAPER: _("paper"), Wording.CODE: _("scripts")}
LABEL_MODE_NAMES = {**MODE_NAMES, Mode.LETTER: _("what it says")}
_NOT_LEGIBLE = _("not legible")
# Below it, a sandwich of dialogues says too little.
FEW_CLUSTERS = 10
_METRICS = ("ACC", "WF1", "WP", "F1", "P", "R")
_SCORES = (
    Column("wf1", "WF1"),
    Column("wp", "WP"),
    Column("f1", "F1"),
)
_MORE = (Column("p", "P"), Column("r", "R"))
_WHO = (
    Column("source", _("Source")),
    Column("view", _("Shown")),
    Column("wording", _("Prompt")),
)
_BOUNDS = (Column("lo_pct", _("95 % CI from")), Column("hi_pct", _("to")))


def label_tables(results: LabelResults) -> tuple[Table, ...]:
    """Every table that has rows."""
    made = (
        *(_scores(results, mode) for mode in Mode),
        *_people(results),
        _gains(results),
        _published(results.build.labels),
        _as_published(results),
        _replies(results),
        _pairs(results),
        _repeats(results),
    )
    return tuple(table for table in made if table.rows)


def in_label_mode(results: LabelResults, mode: Mode) -> list[LabelRunResult]:
    """Its runs: those with the video first."""
    runs = [one for one in results.runs if one.run.mode == mode]
    return sorted(runs, key=lambda one: [*View].index(View(one.run.view)))


def _who(run: RunFacts) -> tuple[Cell, ...]:
    return (run.title, VIEW_NAMES[View(run.view)], WORDING_NAMES[run.wording])


def _scores(results: LabelResults, mode: Mode) -> Table:
    rows: list[tuple[Cell, ...]] = [
        _score_row(one) for one in in_label_mode(results, mode)
    ]
    if rows:
        rows.append(_majority_row(results))
    return Table(
        key=f"scores_{mode}",
        title=_("Accuracy and F1, %(mode)s", mode=LABEL_MODE_NAMES[mode]),
        note=_note(results.clusters),
        columns=(
            *_WHO,
            Column("acc", "ACC"),
            *_BOUNDS,
            *_SCORES,
            Column("f1_lo_pct", _("95 % CI of F1 from")),
            Column("f1_hi_pct", _("to")),
            *_MORE,
        ),
        rows=tuple(rows),
    )


def _note(clusters: int) -> str:
    if clusters < FEW_CLUSTERS:
        return ngettext(
            "In percent, against the set's list of labels; F1, P and R are macro "
            "averages, WF1 and WP weighted. Unreadable and refused replies are wrong. "
            "Only %(number)s dialogue: there is no interval of use.",
            "In percent, against the set's list of labels; F1, P and R are macro "
            "averages, WF1 and WP weighted. Unreadable and refused replies are wrong. "
            "Only %(number)s dialogues: the intervals say little.",
            clusters,
        )
    return _(
        "In percent, against the set's list of labels; F1, P and R are macro averages, "
        "WF1 and WP weighted. Unreadable and refused replies are wrong. Intervals: "
        "accuracy clustered by dialogue, F1 from 1,000 draws of dialogues."
    )


def _score_row(one: LabelRunResult) -> tuple[Cell, ...]:
    scores = one.scores
    return (
        *_who(one.run),
        one.accuracy.pct,
        one.accuracy.lo,
        one.accuracy.hi,
        scores.weighted_f1,
        scores.weighted_precision,
        scores.f1,
        one.f1_lo,
        one.f1_hi,
        scores.precision,
        scores.recall,
    )


def _majority_row(results: LabelResults) -> tuple[Cell, ...]:
    scores = results.majority
    return (
        _("always “%(label)s”", label=results.majority_label),
        "",
        "",
        scores.accuracy,
        "",
        "",
        scores.weighted_f1,
        scores.weighted_precision,
        scores.f1,
        "",
        "",
        scores.precision,
        scores.recall,
    )


def _people(results: LabelResults) -> tuple[Table, ...]:
    found = results.people
    if found is None:
        return ()
    accuracy = found.accuracy
    return (
        Table(
            key="people",
            title=_("Accuracy of people"),
            note=_(
                "In percent, on the same items. A single person compares with a model; "
                "the interval is clustered by person and by dialogue. The majority is "
                "over items with at least two answers. Kappa is Fleiss', alpha "
                "Krippendorff's, over the labels."
            ),
            columns=(
                Column("people", _("People"), 0),
                Column("answers", _("Answers"), 0),
                Column("acc", "ACC"),
                *_BOUNDS,
                *_SCORES,
                Column("majority", _("majority")),
                Column("lowest_pct", _("Lowest, %")),
                Column("highest_pct", _("Highest, %")),
                Column("kappa", _("kappa"), 2),
                Column("alpha", _("alpha"), 2),
                Column("median_seconds", _("Seconds")),
                Column("known_pct", _("Known, %")),
            ),
            rows=(
                (
                    found.people,
                    found.answers,
                    accuracy.pct,
                    accuracy.lo,
                    accuracy.hi,
                    found.scores.weighted_f1,
                    found.scores.weighted_precision,
                    found.scores.f1,
                    found.majority_pct,
                    found.lowest_pct,
                    found.highest_pct,
                    found.kappa,
                    found.alpha,
                    found.median_seconds,
                    found.known_pct,
                ),
            ),
        ),
        subsets_table(found.subsets),
        _missed(found),
    )


def _missed(found: LabelPeople) -> Table:
    return Table(
        key="missed_by_all",
        title=_("Items that everybody missed"),
        note=_("At least two answers, all wrong. Look at these: the item may be bad."),
        columns=(Column("item", _("Item")),),
        rows=tuple((item,) for item in found.missed),
    )


def _gains(results: LabelResults) -> Table:
    return Table(
        key="visual_gain",
        title=_("What the video adds"),
        note=_(
            "Accuracy with the video minus accuracy with what is named, in points, "
            "paired by item; interval clustered by dialogue."
        ),
        columns=(
            Column("source", _("Source")),
            Column("view", _("Compared with")),
            Column("mode", _("Answered by")),
            *_gap_columns(_("Gain")),
            Column("p_gain", _("p"), 4),
            Column("items", _("Items"), 0),
        ),
        rows=tuple(
            (
                one.run.title,
                VIEW_NAMES[View(one.run.view)],
                LABEL_MODE_NAMES[Mode(one.run.mode)],
                *_bounds(one.gap),
                one.gap.p,
                one.gap.items,
            )
            for one in results.gains
        ),
    )


def _gap_columns(heading: str) -> tuple[Column, ...]:
    return (
        Column("points", heading),
        Column("lo_points", _("95 % CI from")),
        Column("hi_points", _("to")),
    )


def _bounds(gap: Gap) -> tuple[Cell, ...]:
    return (gap.points, gap.lo, gap.hi)


def _as_published(results: LabelResults) -> Table:
    """A reading of its own, which never shares a column with ours."""
    return Table(
        key="as_published",
        title=_("Macro averages as some published rows count them"),
        note=_(
            "Labels that occur in answers or replies, with unreadable replies as one "
            "more class. Compare these with published F1, P and R only."
        ),
        columns=(*_WHO, Column("f1_published", "F1"), *_MORE),
        rows=tuple(
            (*_who(one.run), *_macro(one.as_published))
            for one in results.runs
            if one.counts.unreadable + one.counts.refused
        ),
    )


def _macro(scores: Classification) -> tuple[Cell, ...]:
    return (scores.f1, scores.precision, scores.recall)


def _replies(results: LabelResults) -> Table:
    return Table(
        key="replies",
        title=_("Replies"),
        note=_("A reply that names no label, or declines to answer, counts as wrong."),
        columns=(
            *_WHO,
            Column("mode", _("Answered by")),
            Column("replies", _("Replies"), 0),
            Column("goal", _("of"), 0),
            Column("unreadable", _("Unreadable"), 0),
            Column("refused", _("Refused"), 0),
        ),
        rows=tuple(
            (
                *_who(one.run),
                LABEL_MODE_NAMES[Mode(one.run.mode)],
                one.counts.replies,
                one.reply_goal,
                one.counts.unreadable,
                one.counts.refused,
            )
            for one in results.runs
        ),
    )


def _pairs(results: LabelResults) -> Table:
    return Table(
        key="pairs",
        title=_("Differences between sources"),
        note=_(
            "Accuracy of the first minus the second, in points, on the items that "
            "both were asked; clustered by dialogue, corrected by Holm over all pairs "
            "of one mode."
        ),
        columns=(
            Column("first", _("First")),
            Column("second", _("Second")),
            *_gap_columns(_("Difference")),
            Column("p_gap", _("p"), 4),
            Column("p_holm", _("p, Holm"), 4),
            Column("items", _("Items"), 0),
        ),
        rows=tuple(
            (
                one.first.title,
                one.second.title,
                *_bounds(one.gap),
                one.gap.p,
                one.p_holm,
                one.gap.items,
            )
            for one in results.pairs
        ),
    )


def _repeats(results: LabelResults) -> Table:
    return Table(
        key="repeats",
        title=_("Repeated runs"),
        note=_("Mean of the runs' accuracies, and their standard deviation in points."),
        columns=(
            *_WHO,
            Column("runs", _("Runs"), 0),
            Column("mean_pct", _("Mean, %")),
            Column("sd_points", _("SD, points"), 2),
        ),
        rows=tuple(
            (*_who(one.run), one.runs, one.mean_pct, one.sd) for one in results.repeats
        ),
    )


# --- Published ----------------------------------------------------------------------


def _published(labels: LabelSet) -> Table:
    """What the paper prints of one set, a row a model and setting."""
    by_model: dict[tuple[str, str], dict[str, Cell]] = {}
    for row in published_rows():
        figures = by_model.setdefault((row.setting, row.model), {})
        figures[row.metric] = _figure(row, labels.name)
    return Table(
        key="published",
        title=_("Published figures"),
        note=_(
            "As printed in the MMLA paper. Some macro averages (F1, P, R) count "
            "unreadable replies as one more class, so they do not compare across rows; "
            "others are not legible in our source. "
            "The zero-shot runs saw 4 frames and no sound."
        ),
        columns=(
            Column("source", _("Source")),
            Column("setting", _("Setting")),
            *(Column(metric.lower(), metric) for metric in _METRICS),
        ),
        rows=tuple(
            (
                model,
                setting,
                *(figures.get(metric, _NOT_LEGIBLE) for metric in _METRICS),
            )
            for (setting, model), figures in by_model.items()
        ),
    )


def _figure(row: PublishedRow, name: str) -> Cell:
    figure = row.figures[name]
    return _NOT_LEGIBLE if figure is None else figure


# --- All sets -----------------------------------------------------------------------


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
        columns=(*_WHO, *_set_columns(), Column("sets", _("Sets"), 0)),
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
                *(_figure(row, name) for name in all_sets()),
            )
            for row in published_rows()
            if row.metric == "ACC"
        ),
    )
