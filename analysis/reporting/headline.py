"""The result of a study in a sentence or two."""

import math
from collections.abc import Callable

from analysis.metrics.intervals import Interval
from analysis.reporting.results import Results, SourceResult
from pages.phrases import Phrase, ngettext, sentences
from pages.phrases import phrase as _

_SIGNIFICANT = 0.05


def headline(report: Results) -> Phrase:
    """Name the model that passed as human most often, beside human comments."""
    if "definitions" not in report.provenance.levels:
        return _("This report doesn't include the definitions.")
    counts = report.found.counts
    if counts.judgments == 0:
        return _("No judgments yet.")
    if counts.verdicts == 0:
        return _scores_only(report)
    models = _judged_models(report, lambda source: source.judged_human_pct)
    people = _people(report)
    if not models:
        return sentences(_("No AI source has been judged yet."), people)
    best = models[0]
    told = {
        "source": report.title(best.name),
        "rate": f"{best.judged_human_pct:.1f}",
        "interval": _interval(best.rate, 1) or _("no interval available"),
    }
    if len(models) == 1:
        opening = _(
            "%(source)s passed as human in %(rate)s %% of judgments (%(interval)s).",
            **told,
        )
    else:
        opening = ngettext(
            "%(source)s passed as human in %(rate)s %% of judgments (%(interval)s), "
            "the highest of %(number)s model.",
            "%(source)s passed as human in %(rate)s %% of judgments (%(interval)s), "
            "the highest of %(number)s models.",
            len(models),
            **told,
        )
    return sentences(opening, people, _lead(report, models))


def _scores_only(report: Results) -> Phrase:
    opening = _("This study has scores but no verdicts.")
    models = _judged_models(report, lambda source: source.figures.mean_score)
    if not models:
        return opening
    best = models[0]
    told = {
        "source": report.title(best.name),
        "score": f"{best.figures.mean_score:.2f}",
        "highest": report.found.scores[-1],
    }
    interval = _interval(best.mean, 2)
    if interval:
        result = _(
            "%(source)s has the highest mean realism score of all models: %(score)s of "
            "%(highest)s (%(interval)s).",
            interval=interval,
            **told,
        )
    else:
        result = _(
            "%(source)s has the highest mean realism score of all models: %(score)s of "
            "%(highest)s.",
            **told,
        )
    return sentences(opening, result)


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


def _interval(interval: Interval[float], decimals: int) -> str:
    """The interval; empty where there is none."""
    bounds = _bounds(interval, decimals)
    return _("95 %% CI %(bounds)s", bounds=bounds) if bounds else ""


def _bounds(interval: Interval[float], decimals: int) -> str:
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
    rate = f"{humans / verdicts:.1f}"
    bounds = _bounds(people[0].rate, 1) if len(people) == 1 else ""
    if not bounds:
        return _("Human comments: %(rate)s %%.", rate=rate)
    return _("Human comments: %(rate)s %% (%(bounds)s).", rate=rate, bounds=bounds)


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
    return _("Its lead over the next model may be due to chance.")
