"""The realism scores by threshold as tables: Score@k with intervals, ROC curves."""

import math
from collections.abc import Iterator

from analysis.reporting.results import Results, SourceResult
from analysis.reporting.tables import Cell, Column, Table, cell_of
from pages.phrases import phrase as _


def scored(report: Results) -> list[SourceResult]:
    """The sources with scores, highest mean first."""
    known = [s for s in report.found.sources if not math.isnan(s.figures.mean_score)]
    return sorted(known, key=lambda source: (-source.figures.mean_score, source.name))


def score_at_k_table(report: Results) -> Table:
    """Score@≥k of every source with its interval, highest mean first."""
    columns = [
        Column("source", _("Source")),
        Column("mean_score", _("Mean score"), 2),
        Column("mean_score_ci_lo", _("95 % CI from"), 2),
        Column("mean_score_ci_hi", _("to"), 2),
    ]
    for k in report.found.scores[1:]:
        columns += [
            Column(f"score_ge_{k}_pct", _("Score@≥%(k)s, %%", k=k)),
            Column(f"score_ge_{k}_ci_lo_pct", _("95 % CI from")),
            Column(f"score_ge_{k}_ci_hi_pct", _("to")),
        ]
    rows = tuple(
        (report.title(source.name), *map(cell_of, _score_figures(source)))
        for source in scored(report)
    )
    note = _(
        "Score@≥k is the share of scores of at least k. Confidence intervals treat "
        "annotators and videos as random samples, as for Judged-as-Human."
    )
    title = _("Score@k with confidence intervals")
    return Table("score_at_k", title, note, tuple(columns), rows)


def _score_figures(source: SourceResult) -> Iterator[float]:
    yield from (source.figures.mean_score, source.mean.lo, source.mean.hi)
    for share in source.score_shares[1:]:
        yield from (share.ge_pct, share.ge_lo_pct, share.ge_hi_pct)


def areas_table(report: Results) -> Table:
    """How well scores tell people from each AI source, the hardest to tell first."""
    columns = (
        Column("source", _("Source")),
        Column("auc_score", _("AUC"), 3),
        Column("ci_lo", _("95 % CI from"), 3),
        Column("ci_hi", _("to"), 3),
        Column("se2way", _("SE, two-way clustered"), 3),
    )
    rows = tuple(
        (
            report.title(source.name),
            *map(cell_of, (area.auc_score, area.lo, area.hi, area.se)),
        )
        for source in told_by_score(report)
        for area in (source.area,)
    )
    note = _(
        "AUC: how often a human comment scores above a comment of this source; ties "
        "count half. At 0.5 the scores don't tell them apart."
    )
    title = _("Do realism scores tell human from AI?")
    return Table("areas", title, note, columns, rows)


def told_by_score(report: Results) -> list[SourceResult]:
    """The AI sources with an area under the curve, the smallest first."""
    known = [
        source
        for source in report.found.sources
        if source.score_shares and not math.isnan(source.area.auc_score)
    ]
    return sorted(known, key=lambda source: (source.area.auc_score, source.name))


def roc_table(report: Results) -> Table:
    """The points of every ROC curve."""
    columns = (
        Column("source", _("Source")),
        Column("score", _("Scores of at least"), 0),
        Column("ai_pct", _("AI comments, %")),
        Column("human_pct", _("Human comments, %")),
    )
    rows: list[tuple[Cell, ...]] = [
        (report.title(source.name), *point)
        for source in told_by_score(report)
        for point in roc_points(report, source)
    ]
    title = _("ROC curves of the realism scores")
    return Table("roc", title, "", columns, tuple(rows))


def roc_points(
    report: Results, source: SourceResult
) -> Iterator[tuple[int, float, float]]:
    """Score, and percent of the source's and of human comments with at least that.

    From one above the highest score, which none has, to the lowest, which all have.
    """
    people = [
        one for one in report.found.sources if one.is_human and one.figures.n_scores
    ]
    total = sum(one.figures.n_scores for one in people)
    yield report.found.scores[-1] + 1, 0.0, 0.0
    for place in reversed(range(len(report.found.scores))):
        share = source.score_shares[place]
        human = sum(
            one.figures.n_scores * one.score_shares[place].ge_pct for one in people
        )
        yield share.k, share.ge_pct, human / total
