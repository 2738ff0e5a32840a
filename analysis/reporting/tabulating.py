"""The figures of a report laid out as tables for people."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from analysis.reporting import comparing
from analysis.reporting.care import care_table
from analysis.reporting.category_table import category_table
from analysis.reporting.coverage import coverage_table
from analysis.reporting.pairs import references_table
from analysis.reporting.people_table import people_table
from analysis.reporting.readings import READINGS, Words
from analysis.reporting.results import (
    AnnotatorResult,
    PairResult,
    Reading,
    Results,
    SourceResult,
)
from analysis.reporting.reversal_table import reversal_table
from analysis.reporting.score_tables import areas_table, roc_table, score_at_k_table
from analysis.reporting.stopping import width_table
from analysis.reporting.tables import (
    Cell,
    Column,
    Rounded,
    Table,
    cell_of,
    with_decimals,
)
from analysis.reporting.variance_table import variance_table
from analysis.reporting.variants import variants_table
from pages.phrases import phrase as _

Item = TypeVar("Item")
Cells = tuple[Cell, ...]


def tables_of(report: Results) -> tuple[Table, ...]:
    """Every table that the report's levels allow, in reading order."""
    makers: list[tuple[str, Callable[[Results], Table]]] = [
        ("definitions", _counts),
        ("definitions", _sources),
        ("definitions", _scores),
        ("inference", score_at_k_table),
        ("inference", width_table),
        ("inference", _pairs),
        ("inference", people_table),
        ("inference", references_table),
        ("inference", reversal_table),
        ("definitions", _agreement),
        ("definitions", _detection),
        ("inference", areas_table),
        ("inference", roc_table),
        ("inference", category_table),
        ("definitions", _annotators),
        ("inference", _order),
        ("inference", variance_table),
        ("models", _models),
        ("inference", lambda _: coverage_table()),
    ]
    asked = report.provenance.levels
    made = tuple(make(report) for level, make in makers if level in asked)
    care = (care_table(report.care),) if report.care and "definitions" in asked else ()
    known = report.provenance.variants
    titles = report.provenance.titles
    variants = (variants_table(known, titles),) if known else ()
    return made + care + comparing.tables(report) + variants


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
    columns = (Column("what", _("Quantity")), Column("count", _("Count"), 0))
    return Table("counts", _("Data"), "", columns, rows)


_MOST_DECIMALS = 5

_SOURCE_COLUMNS: tuple[Shown[SourceResult], ...] = (
    Shown(
        Column("judged_human_pct", _("Judged-as-Human, %")),
        lambda s: s.judged_human_pct,
    ),
    Shown(Column("judged_human_ci_lo_pct", _("95 % CI from")), lambda s: s.rate.lo),
    Shown(Column("judged_human_ci_hi_pct", _("to")), lambda s: s.rate.hi),
    Shown(Column("rank/lo", _("Rank from"), 0), lambda s: s.rank.lo),
    Shown(Column("rank/hi", _("to"), 0), lambda s: s.rank.hi),
    Shown(
        Column("mean_score", _("Mean score"), 2),
        lambda s: s.figures.mean_score,
    ),
    Shown(Column("mean_score_ci_lo", _("95 % CI from"), 2), lambda s: s.mean.lo),
    Shown(Column("mean_score_ci_hi", _("to"), 2), lambda s: s.mean.hi),
    Shown(Column("sd_score", _("SD"), 2), lambda s: s.figures.sd_score),
    Shown(Column("sdt/dprime_source", _("d′"), 2), lambda s: s.detection.dprime),
    Shown(Column("sdt/c_source", _("c"), 2), lambda s: s.detection.c),
    Shown(
        Column("judged_human_pct_by_comment", _("Mean over comments, %")),
        lambda s: s.figures.judged_human_pct_by_comment,
    ),
    Shown(
        Column("majority_human_pct", _("Majority judged human, %")),
        lambda s: s.figures.majority_human_pct,
    ),
    Shown(
        Column("judged_human_se2way_pct", _("SE, two-way clustered, points"), 2),
        lambda s: s.rate.se,
    ),
    Shown(Column("wilson_lo_pct", _("Wilson from")), lambda s: s.wilson.lo),
    Shown(Column("wilson_hi_pct", _("to")), lambda s: s.wilson.hi),
    Shown(Column("n_verdicts", _("Verdicts"), 0), lambda s: s.figures.n_verdicts),
    Shown(Column("n_scores", _("Scores"), 0), lambda s: s.figures.n_scores),
)


def _sources(report: Results) -> Table:
    note = _(
        "Confidence intervals treat annotators and videos as random samples. Wilson "
        "intervals don't and are shown for comparison. Rank 1 is judged human most "
        "often. d′ measures how well annotators tell human comments from this "
        "source's comments; c above 0 means leaning to AI."
    )
    head = (Column("source", _("Source")), Column("origin", _("Origin")))
    rows = (
        (
            (report.title(source.name), _("human") if source.is_human else _("AI")),
            source,
        )
        for source in report.found.sources
    )
    return _table(Table("sources", _("Sources"), note, head, ()), _SOURCE_COLUMNS, rows)


def _by_source(report: Results) -> list[tuple[Cells, SourceResult]]:
    return [((report.title(source.name),), source) for source in report.found.sources]


def _scores(report: Results) -> Table:
    scores = tuple(enumerate(report.found.scores))
    at_least = [
        Shown(Column(f"score_ge_{k}_pct", _("Score@≥%(k)s, %%", k=k)), _at_least(place))
        for place, k in scores[1:]
    ]
    exactly = [
        Shown(Column(f"score_eq_{k}_pct", _("Score@=%(k)s, %%", k=k)), _exactly(place))
        for place, k in scores
    ]
    note = _(
        "Score@k can mean two things: the share of scores of at least k (Score@≥k), or "
        "of exactly k (Score@=k)."
    )
    head = (Column("source", _("Source")),)
    table = Table("scores", _("Realism scores"), note, head, ())
    return _table(table, [*at_least, *exactly], _by_source(report))


def _at_least(place: int) -> Callable[[SourceResult], float]:
    return lambda source: source.score_shares[place].ge_pct


def _exactly(place: int) -> Callable[[SourceResult], float]:
    return lambda source: source.score_shares[place].eq_pct


_PAIR_COLUMNS: tuple[Shown[PairResult], ...] = (
    Shown(Column("diff_pct", _("Difference, points")), lambda pair: pair.diff_pct),
    Shown(Column("ci_lo_pct", _("95 % CI from")), lambda pair: pair.ci_lo_pct),
    Shown(Column("ci_hi_pct", _("to")), lambda pair: pair.ci_hi_pct),
    Shown(Column("se2way_pct", _("SE, points"), 2), lambda pair: pair.se2way_pct),
    Shown(Column("p_t", _("p"), 4), lambda pair: pair.p_t),
    Shown(Column("p_t_holm", _("p, Holm"), 4), lambda pair: pair.p_t_holm),
    Shown(Column("p_t_bh", _("p, Benjamini–Hochberg"), 4), lambda pair: pair.p_t_bh),
)


def _pairs(report: Results) -> Table:
    note = _(
        "Judged-as-Human of the first source minus that of the second. Read p after "
        "Holm's correction."
    )
    head = (Column("pair", _("Sources")),)
    rows = (
        ((f"{report.title(p.first)} − {report.title(p.second)}",), p)
        for p in report.found.pairs
    )
    table = Table("pairs", _("Pairwise comparisons"), note, head, ())
    return _table(table, _PAIR_COLUMNS, rows)


def _agreement(report: Results) -> Table:
    agreement = report.found.agreement
    wholes = (
        ("all", _("All comments"), agreement.all),
        ("human", _("Human comments"), agreement.human),
        ("ai", _("AI comments"), agreement.ai),
    )
    columns = [Column("reading", _("Measure"))]
    for key, heading, _whole in wholes:
        columns += [
            Column(key, heading, 3),
            Column(f"{key}_lo", _("95 % CI from"), 3),
            Column(f"{key}_hi", _("to"), 3),
        ]
    rows = []
    for field in fields(READINGS):
        words: Words = getattr(READINGS, field.name)
        held: list[Reading] = [getattr(whole, field.name) for *_, whole in wholes]
        figures = [f for one in held for f in (one.value, one.lo, one.hi)]
        cells = (cell_of(with_decimals(figure, words.decimals)) for figure in figures)
        rows.append((words.heading, *cells))
    note = _(
        "Agreement over all comments looks too good, because annotators agree on "
        "obvious AI comments: look at human and AI comments separately. Intervals come "
        "from resampling videos."
    )
    return Table("agreement", _("Agreement"), note, tuple(columns), tuple(rows))


def _detection(report: Results) -> Table:
    detection, base = report.found.detection, report.found.baselines
    rows = (
        _line(_("d′, human against AI comments"), detection.dprime),
        _line(_("c (above 0: leaning to AI)"), detection.c),
        _line(
            _("AUC: a human comment scores above an AI comment"), detection.auc_score
        ),
        _line(_("Accuracy, %"), base.accuracy_pct, 1),
        _line(_("Balanced accuracy, %"), base.balanced_accuracy_pct, 1),
        _line(_("Precision of the verdict Human, %"), base.precision_human_pct, 1),
        _line(_("Share of Human verdicts, %"), base.called_human_pct, 1),
        _line(_("Share of human comments, %"), base.true_human_pct, 1),
        _line(
            _("Accuracy of always answering AI, %"), base.accuracy_of_always_ai_pct, 1
        ),
    )
    note = _(
        "d′ measures how well annotators tell human from AI comments, c which verdict "
        "they lean to. At d′ = 0 and AUC = 0.5 (ties count half) they can't tell. "
        "Compare the accuracy with that of always answering AI."
    )
    columns = (Column("what", _("Quantity")), Column("value", _("Value"), 2))
    return Table("detection", _("Detection"), note, columns, rows)


def _line(text: str, figure: float, decimals: int = 2) -> tuple[Cell, ...]:
    return (text, with_decimals(figure, decimals))


_ANNOTATOR_COLUMNS: tuple[Shown[AnnotatorResult], ...] = (
    Shown(Column("annotator/n", _("Judgments"), 0), lambda a: a.figures.n),
    Shown(
        Column("annotator/called_human_pct", _("Judged human, %")),
        lambda a: a.figures.called_human_pct,
    ),
    Shown(
        Column("annotator/agreement_with_rest_pct", _("Agrees with the others, %")),
        lambda a: a.figures.agreement_with_rest_pct,
    ),
    Shown(Column("annotator/dprime", _("d′"), 2), lambda a: a.figures.dprime),
    Shown(Column("annotator/c", _("c"), 2), lambda a: a.figures.c),
    Shown(
        Column("annotator/median_seconds", _("Median time, s")),
        lambda a: a.figures.median_seconds,
    ),
    Shown(
        Column("annotator/longest_run", _("Longest run"), 0),
        lambda a: a.figures.longest_run,
    ),
    Shown(
        Column("annotator/one_answer_presentations", _("One-verdict batches"), 0),
        lambda a: a.figures.one_answer_presentations,
    ),
    Shown(Column("dawid_skene/sens", _("Sensitivity"), 3), lambda a: a.skill.sens),
    Shown(Column("dawid_skene/spec", _("Specificity"), 3), lambda a: a.skill.spec),
    Shown(
        Column("dawid_skene/informedness", _("Informedness"), 3),
        lambda a: a.skill.informedness,
    ),
)


def _annotators(report: Results) -> Table:
    note = _(
        "These results never exclude anyone by themselves. The last three columns are "
        "Dawid–Skene estimates, which don't use the true sources."
    )
    head = (Column("annotator", _("Annotator")),)
    rows = (((one.code,), one) for one in report.found.annotators)
    table = Table("annotators", _("Annotators"), note, head, ())
    return _table(table, _ANNOTATOR_COLUMNS, rows)


def _order(report: Results) -> Table:
    order = report.found.order
    slopes = (
        (_("Per position"), order.slope_per_position),
        (_("Per position, adjusted for batch number"), order.slope_per_position_adj),
        (_("Per batch, adjusted for position"), order.slope_per_presentation),
    )
    rows = tuple((text, *_slope(slope.value, slope.se)) for text, slope in slopes)
    columns = (
        Column("what", _("Change in the log-odds of Human")),
        Column("slope", _("Slope"), _MOST_DECIMALS),
        Column("se", _("SE, clustered by annotator"), _MOST_DECIMALS),
    )
    note = _(
        "A slope within two SE of 0 shows no effect of order or practice, but doesn't "
        "prove that there is none. With fewer than about 40 annotators, SEs tend to be "
        "too small."
    )
    return Table("order", _("Order effects"), note, columns, rows)


def _slope(value: float, se: float) -> tuple[float, float]:
    """A slope and its error, with two digits of the error."""
    if math.isnan(value) or math.isnan(se) or se <= 0:
        return value, se
    decimals = min(max(1 - math.floor(math.log10(se)), 0), _MOST_DECIMALS)
    return Rounded(value, decimals), Rounded(se, decimals)


_MODEL_COLUMNS: tuple[Shown[SourceResult], ...] = (
    Shown(Column("gee/judged_human_pct", _("GEE, %")), lambda s: s.gee.estimate),
    Shown(Column("gee/judged_human_ci_lo_pct", _("from")), lambda s: s.gee.lo),
    Shown(Column("gee/judged_human_ci_hi_pct", _("to")), lambda s: s.gee.hi),
    Shown(Column("glmm/judged_human_pct", _("GLMM, %")), lambda s: s.glmm.estimate),
    Shown(Column("glmm/judged_human_ci_lo_pct", _("from")), lambda s: s.glmm.lo),
    Shown(Column("glmm/judged_human_ci_hi_pct", _("to")), lambda s: s.glmm.hi),
)


def _models(report: Results) -> Table:
    note = _(
        "The GEE clusters by video. The GLMM has crossed random effects of annotators "
        "and videos; its rates are those of a typical annotator and video."
    )
    head = (Column("source", _("Source")),)
    table = Table("models", _("Regression models, as a cross-check"), note, head, ())
    return _table(table, _MODEL_COLUMNS, _by_source(report))
