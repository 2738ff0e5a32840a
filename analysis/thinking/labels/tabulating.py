"""The results of one set of MMLA as tables for people."""

from analysis.reporting.tables import Cell, Column, Table
from analysis.thinking.answers import RunFacts
from analysis.thinking.columns import (
    BOUNDS,
    MODE_NAMES,
    VIEW_NAMES,
    gap_cells,
    gap_columns,
)
from analysis.thinking.labels.results import LabelResults, LabelRunResult
from analysis.thinking.people_tables import missed_table, subsets_table
from pages.phrases import ngettext
from pages.phrases import phrase as _
from tasks.answering import Mode, View
from tasks.mmla.metrics import Classification
from tasks.mmla.prompts import Wording
from tasks.mmla.published import PublishedRow, published_rows
from tasks.mmla.sets import LabelSet

WORDING_NAMES = {"": "", Wording.PAPER: _("paper"), Wording.CODE: _("scripts")}
LABEL_MODE_NAMES = {**MODE_NAMES, Mode.LETTER: _("what it says")}
NOT_LEGIBLE = _("not legible")
# Below it, a sandwich of dialogues says too little.
FEW_CLUSTERS = 10
_METRICS = ("ACC", "WF1", "WP", "F1", "P", "R")
_SCORES = (
    Column("wf1", "WF1"),
    Column("wp", "WP"),
    Column("f1", "F1"),
)
_MORE = (Column("p", "P"), Column("r", "R"))
WHO = (
    Column("source", _("Source")),
    Column("view", _("Shown")),
    Column("wording", _("Prompt")),
)


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
            *WHO,
            Column("acc", "ACC"),
            *BOUNDS,
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
                *BOUNDS,
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
        missed_table(found.missed),
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
            *gap_columns(_("Gain")),
            Column("p_gain", _("p"), 4),
            Column("items", _("Items"), 0),
        ),
        rows=tuple(
            (
                one.run.title,
                VIEW_NAMES[View(one.run.view)],
                LABEL_MODE_NAMES[Mode(one.run.mode)],
                *gap_cells(one.gap),
                one.gap.p,
                one.gap.items,
            )
            for one in results.gains
        ),
    )


def _as_published(results: LabelResults) -> Table:
    """A reading of its own, which never shares a column with ours."""
    return Table(
        key="as_published",
        title=_("Macro averages as some published rows count them"),
        note=_(
            "Labels that occur in answers or replies, with unreadable replies as one "
            "more class. Compare these with published F1, P and R only."
        ),
        columns=(*WHO, Column("f1_published", "F1"), *_MORE),
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
            *WHO,
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
            *gap_columns(_("Difference")),
            Column("p_gap", _("p"), 4),
            Column("p_holm", _("p, Holm"), 4),
            Column("items", _("Items"), 0),
        ),
        rows=tuple(
            (
                one.first.title,
                one.second.title,
                *gap_cells(one.gap),
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
            *WHO,
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
        figures[row.metric] = figure_of(row, labels.name)
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
                *(figures.get(metric, NOT_LEGIBLE) for metric in _METRICS),
            )
            for (setting, model), figures in by_model.items()
        ),
    )


def figure_of(row: PublishedRow, name: str) -> Cell:
    """What is printed of one set."""
    figure = row.figures[name]
    return NOT_LEGIBLE if figure is None else figure
