"""The result of a study in a sentence or two."""

import math
from collections.abc import Mapping

from analysis.reporting.results import Results

_SIGNIFICANT = 0.05


def headline(report: Results, titles: Mapping[str, str] | None = None) -> str:
    """Name the model most often taken for human, with its interval, beside people.

    Args:
        report: The figures.
        titles: What to call sources, where it is not their key.
    """
    counts = report.metrics.get("counts/judgments")
    if counts is None:
        return "The definitions were not asked for."
    if counts == 0:
        return "No judgments yet."
    if report.metrics["counts/verdicts"] == 0:
        return _scores_only(report, titles or {})
    models = _judged_models(report, "judged_human_pct")
    rate = _people(report)
    people = "" if math.isnan(rate) else f"people in {rate:.1f} %"
    if not models:
        return f"No model has been judged yet{people and ', '}{people}."
    best = models[0]
    bounds = _bounds(report, "judged_human_ci_{}_pct", best, 1)
    most = f", the most of {len(models)} models" if len(models) > 1 else ""
    return (
        f"{(titles or {}).get(best, best)} is taken for human in "
        f"{_value(report, 'judged_human_pct', best):.1f} % of cases "
        f"({bounds and '95 % interval '}{bounds or 'no interval can be given'}){most}"
        f"{people and '; '}{people}{_people_bounds(report)}.{_lead(report, models)}"
    )


def _scores_only(report: Results, titles: Mapping[str, str]) -> str:
    opening = "Scores only, no verdicts."
    models = _judged_models(report, "mean_score")
    if not models:
        return opening
    best = models[0]
    bounds = _bounds(report, "mean_score_ci_{}", best, 2)
    return (
        f"{opening} The model with the highest mean realism score is "
        f"{titles.get(best, best)}: {_value(report, 'mean_score', best):.2f} "
        f"of {report.scores[-1]}"
        f"{bounds and f' (95 % interval {bounds})'}."
    )


def _judged_models(report: Results, name: str) -> list[str]:
    """The models that have the figure, the highest first."""
    figures = {
        source: _value(report, name, source)
        for source, is_human in report.sources.items()
        if not is_human
    }
    known = [source for source in figures if not math.isnan(figures[source])]
    return sorted(known, key=lambda source: -figures[source])


def _value(report: Results, name: str, source: str) -> float:
    return report.metrics.get(f"{name}/{source}", math.nan)


def _bounds(report: Results, name: str, source: str, decimals: int) -> str:
    """The interval; empty where there is none."""
    lo, hi = (_value(report, name.format(side), source) for side in ("lo", "hi"))
    if math.isnan(lo) or math.isnan(hi):
        return ""
    return f"{lo:.{decimals}f} to {hi:.{decimals}f}"


def _people_bounds(report: Results) -> str:
    """The interval of people, if one source holds them all and it has one."""
    people = [source for source, is_human in report.sources.items() if is_human]
    if len(people) != 1:
        return ""
    bounds = _bounds(report, "judged_human_ci_{}_pct", people[0], 1)
    return bounds and f" ({bounds})"


def _lead(report: Results, models: list[str]) -> str:
    """A word of caution: the highest of many is partly the luckiest."""
    if len(models) < 2:  # noqa: PLR2004
        return ""
    first, second = models[:2]
    names = (f"pair_p_t_holm/{first}|{second}", f"pair_p_t_holm/{second}|{first}")
    known = [report.metrics[name] for name in names if name in report.metrics]
    if not known or known[0] < _SIGNIFICANT:
        return ""
    return " Its lead over the next model may be chance."


def _people(report: Results) -> float:
    """Rate of all human sources together, in percent."""
    verdicts = humans = 0.0
    for name, is_human in report.sources.items():
        count = report.metrics[f"n_verdicts/{name}"]
        if is_human and count:
            verdicts += count
            humans += count * _value(report, "judged_human_pct", name)
    return humans / verdicts if verdicts else math.nan
