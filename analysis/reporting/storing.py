"""A report as plain data and back, for keeping it in a database."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.metrics.undefined import Undefined
from analysis.reporting.report import Report
from analysis.reporting.results import Exclusion, Provenance, Results
from analysis.reporting.stop_rule import StopRule


def plain_report(report: Results) -> dict[str, Any]:
    """The report as JSON can hold it; `stored_report` is the way back.

    What has an order is a list of pairs: a JSON object in a database keeps none.
    """
    provenance = asdict(report.provenance)
    provenance["libraries"] = list(report.provenance.libraries.items())
    return {
        "metrics": _plain_figures(report.metrics),
        "reasons": report.reasons,
        "errors": _plain_figures(report.errors),
        "sources": list(report.sources.items()),
        "annotators": list(report.annotators),
        "provenance": provenance,
    }


def stored_report(content: Mapping[str, Any]) -> Report:
    """The report that `plain_report` was given, figure by figure and in its order."""
    reasons = content["reasons"]
    provenance = dict(content["provenance"])
    provenance["libraries"] = dict(provenance["libraries"])
    provenance["levels"] = tuple(provenance["levels"])
    provenance["excluded"] = tuple(
        Exclusion(**exclusion) for exclusion in provenance["excluded"]
    )
    rule = provenance["stop_rule"]
    provenance["stop_rule"] = None if rule is None else StopRule(**rule)
    return Report(
        metrics=_figures(content["metrics"], reasons),
        errors=_figures(content["errors"], reasons),
        sources=dict(content["sources"]),
        annotators=tuple(content["annotators"]),
        provenance=Provenance(**provenance),
    )


def _plain_figures(figures: Mapping[str, float]) -> list[list[Any]]:
    return [[n, None if math.isnan(v) else v] for n, v in figures.items()]


def _figures(pairs: list[list[Any]], reasons: Mapping[str, str]) -> dict[str, float]:
    return {
        name: Undefined(reasons.get(name, "")) if value is None else value
        for name, value in pairs
    }
