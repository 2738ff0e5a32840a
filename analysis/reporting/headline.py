"""The result of a study in one sentence."""

import math
from collections.abc import Mapping

from analysis.reporting.results import Results


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
        return "Scores only: nobody was asked who wrote the comments."
    people = _people(report)
    beside = "" if math.isnan(people) else f", people in {people:.1f} %"
    models = [name for name, is_human in report.sources.items() if not is_human]
    judged = [name for name in models if not math.isnan(_rate(report, name))]
    if not judged:
        return f"No model has been judged yet{beside}."
    best = max(judged, key=lambda name: _rate(report, name))
    name = (titles or {}).get(best, best)
    return (
        f"{name} is taken for human in {_rate(report, best):.1f} % of cases"
        f"{_bounds(report, best)}{beside}."
    )


def _rate(report: Results, source: str) -> float:
    return report.metrics[f"judged_human_pct/{source}"]


def _bounds(report: Results, source: str) -> str:
    lo = report.metrics.get(f"judged_human_ci_lo_pct/{source}", math.nan)
    hi = report.metrics.get(f"judged_human_ci_hi_pct/{source}", math.nan)
    if math.isnan(lo) or math.isnan(hi):
        return " (no interval can be given)"
    return f" ({lo:.1f} to {hi:.1f})"


def _people(report: Results) -> float:
    """Rate of all human sources together, in percent."""
    verdicts = humans = 0.0
    for name, is_human in report.sources.items():
        count = report.metrics[f"n_verdicts/{name}"]
        if is_human and count:
            verdicts += count
            humans += count * _rate(report, name)
    return humans / verdicts if verdicts else math.nan
