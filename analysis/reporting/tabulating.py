"""The figures of a report laid out as tables for people."""

import math
from collections.abc import Callable, Iterable
from dataclasses import fields

from analysis.metrics.detection import Baselines
from analysis.reporting import comparing
from analysis.reporting.readings import READINGS
from analysis.reporting.results import Results
from analysis.reporting.stopping import width_table
from analysis.reporting.tables import Cell, Column, Rounded, Table, with_decimals


def tables_of(report: Results) -> tuple[Table, ...]:
    """Every table that the report's levels allow, in reading order."""
    makers: list[tuple[str, Callable[[Results], Table]]] = [
        ("definitions", _counts),
        ("definitions", _sources),
        ("definitions", _scores),
        ("inference", width_table),
        ("inference", _pairs),
        ("definitions", _agreement),
        ("definitions", _detection),
        ("definitions", _annotators),
        ("inference", _order),
        ("models", _models),
    ]
    asked = report.provenance.levels
    made = tuple(make(report) for level, make in makers if level in asked)
    return made + comparing.tables(report)


def _named(
    report: Results, columns: Iterable[Column], pattern: str, label: str
) -> tuple[Cell, ...]:
    """The cells of one row: metrics by column and label, blank where not asked for."""
    names = (pattern.format(column.key, label) for column in columns)
    return tuple(report.metrics.get(name, "") for name in names)


def _counts(report: Results) -> Table:
    rows = tuple(
        (name.removeprefix("counts/"), value)
        for name, value in report.metrics.items()
        if name.startswith("counts/")
    )
    columns = (Column("what", "What"), Column("count", "Number", 0))
    return Table("counts", "What the report rests on", "", columns, rows)


_MOST_DECIMALS = 5

_SOURCE_COLUMNS = (
    Column("judged_human_pct", "Judged-as-Human, %"),
    Column("judged_human_ci_lo_pct", "95 % from"),
    Column("judged_human_ci_hi_pct", "to"),
    Column("rank/lo", "Rank from", 0),
    Column("rank/hi", "to", 0),
    Column("mean_score", "Mean score", 2),
    Column("mean_score_ci_lo", "95 % from", 2),
    Column("mean_score_ci_hi", "to", 2),
    Column("sd_score", "SD", 2),
    Column("sdt/dprime_source", "d′", 2),
    Column("sdt/c_source", "c", 2),
    Column("judged_human_pct_by_comment", "Mean over comments, %"),
    Column("majority_human_pct", "Majority says human, %"),
    Column("judged_human_se2way_pct", "SE, two-way, points", 2),
    Column("wilson_lo_pct", "Wilson from"),
    Column("wilson_hi_pct", "to"),
    Column("n_verdicts", "Verdicts", 0),
    Column("n_scores", "Scores", 0),
)


def _sources(report: Results) -> Table:
    def place(source: str) -> tuple[bool, float, str]:
        rate = report.metrics[f"judged_human_pct/{source}"]
        score = report.metrics[f"mean_score/{source}"]
        known = score if math.isnan(rate) else rate
        return (math.isnan(known), 0.0 if math.isnan(known) else -known, source)

    rows = tuple(
        (
            source,
            "human" if report.sources[source] else "AI",
            *_named(report, _SOURCE_COLUMNS, "{}/{}", source),
        )
        for source in sorted(report.sources, key=place)
    )
    head = (Column("source", "Source"), Column("origin", "Written by"))
    note = (
        "Intervals allow for annotators and videos both being samples; Wilson's do not "
        "and are shown for contrast. Rank 1 is judged human most often. d′ is how well "
        "annotators tell human comments from this source; c above 0 leans to AI."
    )
    return Table("sources", "Sources", note, head + _SOURCE_COLUMNS, rows)


def _scores(report: Results) -> Table:
    at_least = [
        Column(f"score_ge_{k}_pct", f"Score@≥{k}, %") for k in report.scores[1:]
    ]
    exactly = [Column(f"score_eq_{k}_pct", f"= {k}, %") for k in report.scores]
    columns = (*at_least, *exactly)
    rows = tuple(
        (source, *_named(report, columns, "{}/{}", source)) for source in report.sources
    )
    note = (
        "Score@k has two readings: the share of scores of at least k, and the share of "
        "scores of exactly k."
    )
    head = (Column("source", "Source"),)
    return Table("scores", "Realism scores", note, head + columns, rows)


def _pairs(report: Results) -> Table:
    prefix = "pair_diff_pct/"
    columns = (
        Column("diff_pct", "Difference, points"),
        Column("se2way_pct", "SE", 2),
        Column("p_t", "p", 4),
        Column("p_t_holm", "p, Holm", 4),
        Column("p_t_bh", "p, Benjamini–Hochberg", 4),
    )
    pairs = [
        name.removeprefix(prefix) for name in report.metrics if name.startswith(prefix)
    ]
    rows = tuple((pair, *_named(report, columns, "pair_{}/{}", pair)) for pair in pairs)
    note = "Judged-as-Human of the first source minus the second; read p after Holm."
    head = (Column("pair", "Sources"),)
    return Table("pairs", "Pairwise comparison", note, head + columns, rows)


_WHOLES = {
    "agreement": ("all", "All comments"),
    "agreement_human": ("human", "Human comments"),
    "agreement_ai": ("ai", "Model comments"),
}


def _agreement(report: Results) -> Table:
    columns = [Column("reading", "Reading")]
    for key, heading in _WHOLES.values():
        columns += [
            Column(key, heading, 3),
            Column(f"{key}_lo", "95 % from", 3),
            Column(f"{key}_hi", "to", 3),
        ]
    rows = []
    for reading in READINGS:
        row: list[Cell] = []
        for whole in _WHOLES:
            bounds = f"boot_video/{whole}/{reading.name}"
            row += [
                report.metrics[f"{whole}/{reading.name}"],
                report.metrics.get(f"{bounds}_lo", ""),
                report.metrics.get(f"{bounds}_hi", ""),
            ]
        if reading.name.endswith("_pct"):
            row = [
                with_decimals(value, 1) if isinstance(value, float) else value
                for value in row
            ]
        rows.append((reading.heading, *row))
    note = (
        "Agreement over all comments flatters, since people agree on obvious models: "
        "look at human and model comments apart. Intervals resample videos."
    )
    return Table("agreement", "Agreement", note, tuple(columns), tuple(rows))


_BASELINES = {
    "accuracy_pct": "Verdicts that are right, %",
    "balanced_accuracy_pct": "Balanced accuracy, %",
    "precision_human_pct": "Comments called human that are, %",
    "called_human_pct": "Verdicts “human”, %",
    "true_human_pct": "Human comments among those judged, %",
    "accuracy_of_always_ai_pct": "Right by always answering “AI”, %",
}


def _detection(report: Results) -> Table:
    detection = {
        "sdt/dprime_pooled": "d′, human against model comments",
        "sdt/c_pooled": "c, above 0 leans to AI",
        "sdt/auc_score": "Chance that a human comment scores above a model's",
    }
    names = detection | {
        f"base/{field.name}": _BASELINES[field.name] for field in fields(Baselines)
    }
    rows = tuple(
        (text, with_decimals(report.metrics[name], 1 if name.endswith("_pct") else 2))
        for name, text in names.items()
    )
    note = (
        "d′ 0 and a chance of 0.5 (ties count half) mean no telling apart. Compare "
        "accuracy with what always answering “AI” would reach."
    )
    columns = (Column("what", "What"), Column("value", "Value", 2))
    return Table("detection", "Can people tell", note, columns, rows)


_ANNOTATOR_COLUMNS = (
    Column("annotator/n", "Judgments", 0),
    Column("annotator/called_human_pct", "Called human, %"),
    Column("annotator/agreement_with_rest_pct", "Agrees with the rest, %"),
    Column("annotator/dprime", "d′", 2),
    Column("annotator/c", "c", 2),
    Column("annotator/median_seconds", "Median time, s"),
    Column("annotator/longest_run", "Longest run", 0),
    Column("annotator/one_answer_presentations", "One-answer batches", 0),
    Column("dawid_skene/sens", "Sensitivity", 3),
    Column("dawid_skene/spec", "Specificity", 3),
    Column("dawid_skene/informedness", "Informedness", 3),
)


def _annotators(report: Results) -> Table:
    rows = tuple(
        (annotator, *_named(report, _ANNOTATOR_COLUMNS, "{}/{}", annotator))
        for annotator in report.annotators
    )
    note = (
        "Signs, not verdicts: they never exclude anybody by themselves. The last three "
        "columns are Dawid and Skene's, estimated without the truth."
    )
    head = (Column("annotator", "Annotator"),)
    columns = head + _ANNOTATOR_COLUMNS
    return Table("annotators", "Annotators", note, columns, rows)


def _order(report: Results) -> Table:
    texts = {
        "order/logit_slope_per_position": "Per position",
        "order/logit_slope_per_position_adj": "Per position, batch number held fixed",
        "order/logit_slope_per_presentation": "Per batch, position held fixed",
    }
    rows = tuple(
        (text, *_slope(report.metrics[name], report.errors[f"{name}_se"]))
        for name, text in texts.items()
    )
    columns = (
        Column("what", "Change in the log-odds of “human”"),
        Column("slope", "Slope", _MOST_DECIMALS),
        Column("se", "SE by annotator", _MOST_DECIMALS),
    )
    note = (
        "A slope within two SE of 0 shows no effect of place or practice; it does not "
        "prove that there is none. With fewer than about 40 annotators the SE tends to "
        "be too small."
    )
    return Table("order", "Order and drift", note, columns, rows)


def _slope(value: float, se: float) -> tuple[float, float]:
    """A slope and its error, with two digits of the error."""
    if math.isnan(value) or math.isnan(se) or se <= 0:
        return value, se
    decimals = min(max(1 - math.floor(math.log10(se)), 0), _MOST_DECIMALS)
    return Rounded(value, decimals), Rounded(se, decimals)


def _models(report: Results) -> Table:
    columns = tuple(
        Column(f"{model}/judged_human{part}_pct", heading)
        for model, text in (("gee", "GEE"), ("glmm", "GLMM"))
        for part, heading in (("", f"{text}, %"), ("_ci_lo", "from"), ("_ci_hi", "to"))
    )
    rows = tuple(
        (source, *_named(report, columns, "{}/{}", source)) for source in report.sources
    )
    note = (
        "GEE clusters by video; the mixed model has crossed annotators and videos, and "
        "its rates are those at a typical annotator and video."
    )
    head = (Column("source", "Source"),)
    return Table("models", "Models, as a cross-check", note, head + columns, rows)
