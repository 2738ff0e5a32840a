"""The result of a study in a sentence or two."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from analysis.metrics.intervals import Interval
from analysis.reporting.results import Results, SourceResult

_SIGNIFICANT = 0.05
Titles = Mapping[str, str]
_AS_THEY_ARE: Titles = MappingProxyType({})


def headline(report: Results, titles: Titles = _AS_THEY_ARE) -> str:
    """Name the model that passed as human most often, beside human comments.

    Args:
        report: The figures.
        titles: What to call sources, where it is not their key.
    """
    if "definitions" not in report.provenance.levels:
        return "The definitions were not asked for."
    counts = report.found.counts
    if counts.judgments == 0:
        return "No judgments yet."
    if counts.verdicts == 0:
        return _scores_only(report, titles)
    models = _judged_models(report, lambda source: source.judged_human_pct)
    people = _people(report)
    if not models:
        return f"No model has been judged yet.{people}"
    best = models[0]
    bounds = _bounds(best.rate, 1)
    most = f", the highest of {len(models)} models" if len(models) > 1 else ""
    return (
        f"{titles.get(best.name, best.name)} passed as human in "
        f"{best.judged_human_pct:.1f} % of judgments "
        f"({f'95 % CI {bounds}' if bounds else 'no interval can be given'}){most}."
        f"{people}{_lead(report, models)}"
    )


def _scores_only(report: Results, titles: Titles) -> str:
    opening = "Scores only, no verdicts."
    models = _judged_models(report, lambda source: source.figures.mean_score)
    if not models:
        return opening
    best = models[0]
    bounds = _bounds(best.mean, 2)
    return (
        f"{opening} The model with the highest mean realism score is "
        f"{titles.get(best.name, best.name)}: {best.figures.mean_score:.2f} of "
        f"{report.found.scores[-1]}{bounds and f' (95 % CI {bounds})'}."
    )


def _judged_models(
    report: Results, figure: Callable[[SourceResult], float]
) -> list[SourceResult]:
    """The models that have the figure, the highest first."""
    known = [
        source
        for source in report.found.sources
        if not source.is_human and not math.isnan(figure(source))
    ]
    return sorted(known, key=lambda source: -figure(source))


def _bounds(interval: Interval[float], decimals: int) -> str:
    """The interval; empty where there is none."""
    if math.isnan(interval.lo) or math.isnan(interval.hi):
        return ""
    return f"{interval.lo:.{decimals}f}–{interval.hi:.{decimals}f}"


def _people(report: Results) -> str:
    """Human comments for comparison: all human sources together."""
    people = [source for source in report.found.sources if source.is_human]
    verdicts = sum(source.figures.n_verdicts for source in people)
    if not verdicts:
        return ""
    humans = sum(
        source.figures.n_verdicts * source.judged_human_pct
        for source in people
        if source.figures.n_verdicts
    )
    bounds = _bounds(people[0].rate, 1) if len(people) == 1 else ""
    return f" Human comments: {humans / verdicts:.1f} %{bounds and f' ({bounds})'}."


def _lead(report: Results, models: list[SourceResult]) -> str:
    """A word of caution: the highest of many is partly the luckiest."""
    if len(models) < 2:  # noqa: PLR2004
        return ""
    leaders = {models[0].name, models[1].name}
    known = [
        pair.p_t_holm
        for pair in report.found.pairs
        if {pair.first, pair.second} == leaders
    ]
    if not known or known[0] < _SIGNIFICANT:
        return ""
    return " Its lead over the next model may be due to chance."
