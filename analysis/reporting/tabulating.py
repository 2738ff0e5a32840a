"""The figures of a report laid out as tables for people."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from analysis.reporting import comparing
from analysis.reporting.readings import READINGS, Words
from analysis.reporting.results import (
    AnnotatorResult,
    PairResult,
    Reading,
    Results,
    SourceResult,
)
from analysis.reporting.stopping import width_table
from analysis.reporting.tables import (
    Cell,
    Column,
    Rounded,
    Table,
    cell_of,
    with_decimals,
)

Item = TypeVar("Item")
Cells = tuple[Cell, ...]


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


@dataclass(frozen=True)
class Shown(Generic[Item]):
    """A column, and the figure that it shows of a source, a pair or an annotator."""

    column: Column
    figure: Callable[[Item], float]


def _table(
    table: Table, shown: Sequence[Shown[Item]], rows: Iterable[tuple[Cells, Item]]
) -> Table:
    """The table with the figures of each item behind the cells that head its row."""
    return replace(
        table,
        columns=table.columns + tuple(one.column for one in shown),
        rows=tuple(
            head + tuple(cell_of(one.figure(item)) for one in shown)
            for head, item in rows
        ),
    )


def _counts(report: Results) -> Table:
    counts = report.found.counts
    rows = tuple((one.name, getattr(counts, one.name)) for one in fields(counts))
    columns = (Column("what", "What"), Column("count", "Number", 0))
    return Table("counts", "What the report rests on", "", columns, rows)


_MOST_DECIMALS = 5

_SOURCE_COLUMNS: tuple[Shown[SourceResult], ...] = (
    Shown(
        Column("judged_human_pct", "Judged-as-Human, %"), lambda s: s.judged_human_pct
    ),
    Shown(Column("judged_human_ci_lo_pct", "95 % from"), lambda s: s.rate.lo),
    Shown(Column("judged_human_ci_hi_pct", "to"), lambda s: s.rate.hi),
    Shown(Column("rank/lo", "Rank from", 0), lambda s: s.rank.lo),
    Shown(Column("rank/hi", "to", 0), lambda s: s.rank.hi),
    Shown(
        Column("mean_score", "Mean score", 2),
        lambda s: s.figures.mean_score,
    ),
    Shown(Column("mean_score_ci_lo", "95 % from", 2), lambda s: s.mean.lo),
    Shown(Column("mean_score_ci_hi", "to", 2), lambda s: s.mean.hi),
    Shown(Column("sd_score", "SD", 2), lambda s: s.figures.sd_score),
    Shown(Column("sdt/dprime_source", "d′", 2), lambda s: s.detection.dprime),
    Shown(Column("sdt/c_source", "c", 2), lambda s: s.detection.c),
    Shown(
        Column("judged_human_pct_by_comment", "Mean over comments, %"),
        lambda s: s.figures.judged_human_pct_by_comment,
    ),
    Shown(
        Column("majority_human_pct", "Majority says human, %"),
        lambda s: s.figures.majority_human_pct,
    ),
    Shown(
        Column("judged_human_se2way_pct", "SE, two-way, points", 2),
        lambda s: s.rate.se,
    ),
    Shown(Column("wilson_lo_pct", "Wilson from"), lambda s: s.wilson.lo),
    Shown(Column("wilson_hi_pct", "to"), lambda s: s.wilson.hi),
    Shown(Column("n_verdicts", "Verdicts", 0), lambda s: s.figures.n_verdicts),
    Shown(Column("n_scores", "Scores", 0), lambda s: s.figures.n_scores),
)


def _sources(report: Results) -> Table:
    note = (
        "Intervals treat annotators and videos as samples; Wilson's do not and are "
        "shown for comparison. Rank 1 is judged human most often. d′ is how well "
        "annotators tell human comments from this source's; c above 0 leans to AI."
    )
    head = (Column("source", "Source"), Column("origin", "Written by"))
    rows = (
        ((source.name, "human" if source.is_human else "AI"), source)
        for source in report.found.sources
    )
    return _table(Table("sources", "Sources", note, head, ()), _SOURCE_COLUMNS, rows)


def _by_source(report: Results) -> list[tuple[Cells, SourceResult]]:
    return [((source.name,), source) for source in report.found.sources]


def _scores(report: Results) -> Table:
    scores = tuple(enumerate(report.found.scores))
    at_least = [
        Shown(Column(f"score_ge_{k}_pct", f"Score@≥{k}, %"), _at_least(place))
        for place, k in scores[1:]
    ]
    exactly = [
        Shown(Column(f"score_eq_{k}_pct", f"= {k}, %"), _exactly(place))
        for place, k in scores
    ]
    note = (
        "Score@k has two readings: the share of scores of at least k, and the share of "
        "scores of exactly k."
    )
    head = (Column("source", "Source"),)
    table = Table("scores", "Realism scores", note, head, ())
    return _table(table, [*at_least, *exactly], _by_source(report))


def _at_least(place: int) -> Callable[[SourceResult], float]:
    return lambda source: source.score_shares[place].ge_pct


def _exactly(place: int) -> Callable[[SourceResult], float]:
    return lambda source: source.score_shares[place].eq_pct


_PAIR_COLUMNS: tuple[Shown[PairResult], ...] = (
    Shown(Column("diff_pct", "Difference, points"), lambda pair: pair.diff_pct),
    Shown(Column("ci_lo_pct", "95 % from"), lambda pair: pair.ci_lo_pct),
    Shown(Column("ci_hi_pct", "to"), lambda pair: pair.ci_hi_pct),
    Shown(Column("se2way_pct", "SE", 2), lambda pair: pair.se2way_pct),
    Shown(Column("p_t", "p", 4), lambda pair: pair.p_t),
    Shown(Column("p_t_holm", "p, Holm", 4), lambda pair: pair.p_t_holm),
    Shown(Column("p_t_bh", "p, Benjamini–Hochberg", 4), lambda pair: pair.p_t_bh),
)


def _pairs(report: Results) -> Table:
    note = (
        "Judged-as-Human of the first source minus the second. Read p after Holm's "
        "correction."
    )
    head = (Column("pair", "Sources"),)
    rows = ((((f"{p.first}|{p.second}"),), p) for p in report.found.pairs)
    table = Table("pairs", "Pairwise comparison", note, head, ())
    return _table(table, _PAIR_COLUMNS, rows)


def _agreement(report: Results) -> Table:
    agreement = report.found.agreement
    wholes = (
        ("all", "All comments", agreement.all),
        ("human", "Human comments", agreement.human),
        ("ai", "Model comments", agreement.ai),
    )
    columns = [Column("reading", "Reading")]
    for key, heading, _ in wholes:
        columns += [
            Column(key, heading, 3),
            Column(f"{key}_lo", "95 % from", 3),
            Column(f"{key}_hi", "to", 3),
        ]
    rows = []
    for field in fields(READINGS):
        words: Words = getattr(READINGS, field.name)
        held: list[Reading] = [getattr(whole, field.name) for *_, whole in wholes]
        figures = [f for one in held for f in (one.value, one.lo, one.hi)]
        cells = (cell_of(with_decimals(figure, words.decimals)) for figure in figures)
        rows.append((words.heading, *cells))
    note = (
        "Agreement over all comments flatters, since annotators agree on obvious "
        "models: look at human and model comments separately. Intervals "
        "resample videos."
    )
    return Table("agreement", "Agreement", note, tuple(columns), tuple(rows))


def _detection(report: Results) -> Table:
    detection, base = report.found.detection, report.found.baselines
    rows = (
        _line("d′, human against model comments", detection.dprime),
        _line("c, above 0 leans to AI", detection.c),
        _line(
            "Chance that a human comment scores above a model's", detection.auc_score
        ),
        _line("Verdicts that are right, %", base.accuracy_pct, 1),
        _line("Balanced accuracy, %", base.balanced_accuracy_pct, 1),
        _line("Comments called human that are, %", base.precision_human_pct, 1),
        _line("Verdicts “human”, %", base.called_human_pct, 1),
        _line("Human comments among those judged, %", base.true_human_pct, 1),
        _line("Right by always answering “AI”, %", base.accuracy_of_always_ai_pct, 1),
    )
    note = (
        "At d′ 0 and a chance of 0.5 (ties count half) annotators cannot tell. Compare "
        "accuracy with what always answering “AI” would reach."
    )
    columns = (Column("what", "What"), Column("value", "Value", 2))
    return Table("detection", "Can people tell", note, columns, rows)


def _line(text: str, figure: float, decimals: int = 2) -> tuple[Cell, ...]:
    return (text, with_decimals(figure, decimals))


_ANNOTATOR_COLUMNS: tuple[Shown[AnnotatorResult], ...] = (
    Shown(Column("annotator/n", "Judgments", 0), lambda a: a.figures.n),
    Shown(
        Column("annotator/called_human_pct", "Called human, %"),
        lambda a: a.figures.called_human_pct,
    ),
    Shown(
        Column("annotator/agreement_with_rest_pct", "Agrees with the rest, %"),
        lambda a: a.figures.agreement_with_rest_pct,
    ),
    Shown(Column("annotator/dprime", "d′", 2), lambda a: a.figures.dprime),
    Shown(Column("annotator/c", "c", 2), lambda a: a.figures.c),
    Shown(
        Column("annotator/median_seconds", "Median time, s"),
        lambda a: a.figures.median_seconds,
    ),
    Shown(
        Column("annotator/longest_run", "Longest run", 0),
        lambda a: a.figures.longest_run,
    ),
    Shown(
        Column("annotator/one_answer_presentations", "One-answer batches", 0),
        lambda a: a.figures.one_answer_presentations,
    ),
    Shown(Column("dawid_skene/sens", "Sensitivity", 3), lambda a: a.skill.sens),
    Shown(Column("dawid_skene/spec", "Specificity", 3), lambda a: a.skill.spec),
    Shown(
        Column("dawid_skene/informedness", "Informedness", 3),
        lambda a: a.skill.informedness,
    ),
)


def _annotators(report: Results) -> Table:
    note = (
        "These signs never exclude anybody by themselves. The last three columns are "
        "Dawid and Skene's, estimated without the truth."
    )
    head = (Column("annotator", "Annotator"),)
    rows = (((one.code,), one) for one in report.found.annotators)
    table = Table("annotators", "Annotators", note, head, ())
    return _table(table, _ANNOTATOR_COLUMNS, rows)


def _order(report: Results) -> Table:
    order = report.found.order
    slopes = (
        ("Per position", order.slope_per_position),
        ("Per position, batch number held fixed", order.slope_per_position_adj),
        ("Per batch, position held fixed", order.slope_per_presentation),
    )
    rows = tuple((text, *_slope(slope.value, slope.se)) for text, slope in slopes)
    columns = (
        Column("what", "Change in the log-odds of “human”"),
        Column("slope", "Slope", _MOST_DECIMALS),
        Column("se", "SE by annotator", _MOST_DECIMALS),
    )
    note = (
        "A slope within two SE of 0 shows no effect of position or practice; it does "
        "not prove that there is none. With fewer than about 40 annotators, SEs tend "
        "to be too small."
    )
    return Table("order", "Order and drift", note, columns, rows)


def _slope(value: float, se: float) -> tuple[float, float]:
    """A slope and its error, with two digits of the error."""
    if math.isnan(value) or math.isnan(se) or se <= 0:
        return value, se
    decimals = min(max(1 - math.floor(math.log10(se)), 0), _MOST_DECIMALS)
    return Rounded(value, decimals), Rounded(se, decimals)


_MODEL_COLUMNS: tuple[Shown[SourceResult], ...] = (
    Shown(Column("gee/judged_human_pct", "GEE, %"), lambda s: s.gee.estimate),
    Shown(Column("gee/judged_human_ci_lo_pct", "from"), lambda s: s.gee.lo),
    Shown(Column("gee/judged_human_ci_hi_pct", "to"), lambda s: s.gee.hi),
    Shown(Column("glmm/judged_human_pct", "GLMM, %"), lambda s: s.glmm.estimate),
    Shown(Column("glmm/judged_human_ci_lo_pct", "from"), lambda s: s.glmm.lo),
    Shown(Column("glmm/judged_human_ci_hi_pct", "to"), lambda s: s.glmm.hi),
)


def _models(report: Results) -> Table:
    note = (
        "GEE clusters by video; the mixed model has crossed annotators and videos, and "
        "its rates are those of a typical annotator and video."
    )
    head = (Column("source", "Source"),)
    table = Table("models", "Regression models, as a cross-check", note, head, ())
    return _table(table, _MODEL_COLUMNS, _by_source(report))
