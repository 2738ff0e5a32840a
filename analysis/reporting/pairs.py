"""Pairs of sources read both ways, groups that do not differ, and whom to compare with.

With 25 sources there are 300 pairs: letters and two references say most of it in a row
for each source.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.reporting.results import Results, SourceResult
from analysis.reporting.tables import Cell, Column, Table, cell_of
from pages.phrases import phrase as _

SIGNIFICANT = 0.05
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Difference:
    """One source minus another, in points: 95 % interval, p after Holm's correction."""

    points: float
    lo: float
    hi: float
    p: float

    @property
    def is_significant(self) -> bool:
        """Whether the two sources differ; False where nothing can be said."""
        return self.p < SIGNIFICANT


def by_rate(report: Results) -> list[SourceResult]:
    """The sources with verdicts, most often judged human first."""
    known = [s for s in report.found.sources if not math.isnan(s.judged_human_pct)]
    return sorted(known, key=lambda source: (-source.judged_human_pct, source.name))


def both_ways(report: Results) -> dict[tuple[str, str], Difference]:
    """Every pair, whichever of the two comes first."""
    found = {}
    for pair in report.found.pairs:
        lo, hi, p = pair.ci_lo_pct, pair.ci_hi_pct, pair.p_t_holm
        points = pair.diff_pct
        found[pair.first, pair.second] = Difference(points, lo, hi, p)
        # A bound that is undefined keeps its reason.
        turned = (lo, hi) if math.isnan(lo) else (-hi, -lo)
        minus = points if math.isnan(points) else -points
        found[pair.second, pair.first] = Difference(minus, *turned, p)
    return found


def letters(report: Results) -> dict[str, str]:
    """Compact letters: sources that share one do not differ significantly.

    By insertion and absorption (Piepho 2004, Journal of Computational and Graphical
    Statistics 13, 456-466), from the pairwise p after Holm's correction; the first
    letters are those of the sources most often judged human.
    """
    order = [source.name for source in by_rate(report)]
    pairs = both_ways(report)
    groups = [set(order)]
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            pair = pairs.get((one, other))
            if pair is not None and pair.is_significant:
                groups = _absorbed(_split(groups, one, other))
    groups.sort(key=lambda group: sorted(map(order.index, group)))
    return {
        name: "".join(
            _letter(number) for number, group in enumerate(groups) if name in group
        )
        for name in order
    }


def _split(groups: Sequence[set[str]], one: str, other: str) -> list[set[str]]:
    """No group holds both."""
    made: list[set[str]] = []
    for group in groups:
        if one in group and other in group:
            made += [group - {one}, group - {other}]
        else:
            made.append(group)
    return made


def _absorbed(groups: Sequence[set[str]]) -> list[set[str]]:
    """Without groups that lie within another."""
    kept: list[set[str]] = []
    for group in sorted(groups, key=len, reverse=True):
        if not any(group <= larger for larger in kept):
            kept.append(group)
    return kept


def _letter(number: int) -> str:
    turns, place = divmod(number, len(_ALPHABET))
    return _ALPHABET[place] + "'" * turns


@dataclass(frozen=True)
class Placed:
    """A source against two references; None where it is the reference, or none is."""

    source: SourceResult
    letters: str
    to_people: Difference | None
    to_best: Difference | None


def placed(report: Results) -> list[Placed]:
    """Every source against people and against the AI source most often judged human."""
    pairs, group = both_ways(report), letters(report)
    people = report.human.name if report.human else ""
    best = best_model(report)
    return [
        Placed(
            source,
            group[source.name],
            pairs.get((source.name, people)),
            pairs.get((source.name, best)),
        )
        for source in by_rate(report)
    ]


def best_model(report: Results) -> str:
    """The AI source most often judged human; empty without any."""
    models = [source.name for source in by_rate(report) if not source.is_human]
    return models[0] if models else ""


def references_table(report: Results) -> Table:
    """By source: its letters, and its differences from people and the best model."""
    best = best_model(report)
    columns = (
        Column("source", _("Source")),
        Column("judged_human_pct", _("Judged-as-Human, %")),
        Column("letters", _("Groups")),
        Column("to_people_pct", _("Minus human comments, points")),
        Column("to_people_ci_lo_pct", _("95 % CI from")),
        Column("to_people_ci_hi_pct", _("to")),
        Column("p_to_people_holm", _("p, Holm"), 4),
        Column("to_best_pct", _("Minus the best AI source, points")),
        Column("to_best_ci_lo_pct", _("95 % CI from")),
        Column("to_best_ci_hi_pct", _("to")),
        Column("p_to_best_holm", _("p, Holm"), 4),
    )
    rows = tuple(
        (
            report.title(one.source.name),
            one.source.judged_human_pct,
            one.letters,
            *_cells(one.to_people),
            *_cells(one.to_best),
        )
        for one in placed(report)
    )
    note = _(
        "Sources that share a letter don't differ significantly (p ≥ 0.05 after Holm's "
        "correction over all pairs); that doesn't prove that they are equal. The best "
        "AI source here is %(best)s.",
        best=report.title(best) if best else "–",
    )
    title = _("Each source against human comments and against the best AI source")
    return Table("references", title, note, columns, rows)


def _cells(difference: Difference | None) -> tuple[Cell, ...]:
    if difference is None:
        return ("", "", "", "")
    figures = (difference.points, difference.lo, difference.hi, difference.p)
    return tuple(map(cell_of, figures))
