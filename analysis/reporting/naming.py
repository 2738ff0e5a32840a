"""From results to the flat names of metrics.md, in one stable order.

Here alone a figure has a name such as `judged_human_pct/S`: for JSON, CSV, and readers
in Python. Most names are those of the fields, so that a new field has its name.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import Any, TypeVar

from analysis.metrics.intervals import Bounds, Interval
from analysis.metrics.regressions import ModelFigures
from analysis.metrics.scores_by_threshold import Area
from analysis.metrics.undefined import Absent, Undefined
from analysis.reporting.care import care_shares
from analysis.reporting.results import (
    AnnotatorResult,
    Compared,
    PairResult,
    Results,
    Reversal,
    SourceResult,
)
from analysis.reporting.rounding import in_percent

Named = Iterator[tuple[str, float]]
Item = TypeVar("Item")

WITH_EXCLUDED = "with_excluded/"
_DEFINITIONS, _INFERENCE, _MODELS = "definitions", "inference", "models"


def named_figures(report: Results) -> dict[str, float]:
    """Every figure that the report holds, by the names of metrics.md."""
    levels = report.provenance.levels
    parts: list[Named] = []
    if _DEFINITIONS in levels:
        parts += [_definitions(report)]
    if _INFERENCE in levels:
        parts += [_inference(report)]
    if _MODELS in levels:
        parts += [_models(report.found.sources)]
    if report.care and _DEFINITIONS in levels:
        parts += [_care(report)]
    if report.with_excluded is not None:
        parts += [_with_excluded(report.with_excluded, levels)]
    found = (pair for part in parts for pair in part)
    return {name: value for name, value in found if not isinstance(value, Absent)}


def reason_of(figure: float) -> str:
    """Why a figure is undefined; empty where it is defined."""
    return figure.reason if isinstance(figure, Undefined) else ""


def known(figure: float) -> float | None:
    """As JSON has it: null where it is undefined."""
    return None if math.isnan(figure) else figure


def _by_field(figures: Any) -> Named:  # noqa: ANN401  (a dataclass of figures)
    for field in fields(figures):
        yield field.name, getattr(figures, field.name)


def _in_columns(
    items: Iterable[Item], label: Callable[[Item], str], named: Callable[[Item], Named]
) -> Named:
    """The first figure of every item, then the second: as a table is read."""
    labelled = [(label(item), list(named(item))) for item in items]
    for place in range(len(labelled[0][1]) if labelled else 0):
        for text, figures in labelled:
            name, value = figures[place]
            yield f"{name}/{text}", value


def _source_name(source: SourceResult) -> str:
    return source.name


def _definitions(report: Results) -> Named:
    found = report.found
    for name, count in _by_field(found.counts):
        yield f"counts/{name}", count
    yield from _in_columns(found.sources, _source_name, _source_definitions)
    for whose, readings in _wholes(report):
        for name, reading in _by_field(readings):
            yield f"{whose}/{name}", reading.value  # type: ignore[attr-defined]
    yield "sdt/dprime_pooled", found.detection.dprime
    yield "sdt/c_pooled", found.detection.c
    yield from _in_columns(found.sources, _source_name, _source_detection)
    yield "sdt/auc_score", found.detection.auc_score
    for name, value in _by_field(found.baselines):
        yield f"base/{name}", value
    yield from _in_columns(found.annotators, _code, _annotator_definitions)


def _source_definitions(source: SourceResult) -> Named:
    yield from _by_field(source.figures)
    for share in source.score_shares[1:]:  # every score is at least the lowest
        yield f"score_ge_{share.k}_pct", share.ge_pct
    for share in source.score_shares:
        yield f"score_eq_{share.k}_pct", share.eq_pct


def _source_detection(source: SourceResult) -> Named:
    yield "sdt/dprime_source", source.detection.dprime
    yield "sdt/c_source", source.detection.c


def _code(annotator: AnnotatorResult) -> str:
    return annotator.code


def _annotator_definitions(annotator: AnnotatorResult) -> Named:
    for name, value in _by_field(annotator.figures):
        yield f"annotator/{name}", value


def _wholes(report: Results) -> Iterator[tuple[str, object]]:
    agreement = report.found.agreement
    yield "agreement", agreement.all
    yield "agreement_human", agreement.human
    yield "agreement_ai", agreement.ai


def _inference(report: Results) -> Named:
    found = report.found
    yield from _in_columns(found.sources, _source_name, _source_inference)
    yield from _in_columns(found.pairs, _pair_name, _pair_figures)
    yield from _in_columns(found.reversals, _reversal_name, _reversal_figures)
    yield from _agreement_bounds(report)
    yield from _in_columns(found.annotators, _code, _annotator_inference)
    for name, slope in _by_field(found.order):
        yield f"order/logit_{name}", slope.value  # type: ignore[attr-defined]
    for one in found.verdict_variance:
        yield f"variance/verdict_sd_pct/{one.name}", in_percent(one.sd)
        yield f"variance/verdict_share_pct/{one.name}", one.share_pct
    for one in found.score_variance:
        yield f"variance/score_sd/{one.name}", one.sd
        yield f"variance/score_share_pct/{one.name}", one.share_pct


def _source_inference(source: SourceResult) -> Named:
    yield from _interval("judged_human_{}_pct", source.rate)
    yield from _interval("mean_score_{}", source.mean)
    yield from _bounds("wilson_{}_pct", source.wilson)
    yield from _bounds("rank/{}", source.rank)
    for name, value in _by_field(source.to_people):
        yield f"people/{name}", value
    for share in source.score_shares[1:]:
        yield f"score_ge_{share.k}_ci_lo_pct", share.ge_lo_pct
        yield f"score_ge_{share.k}_ci_hi_pct", share.ge_hi_pct
    yield "sdt/auc_score_source", source.area.auc_score
    yield from _interval("sdt/auc_score_source_{}", source.area)


def _interval(pattern: str, interval: Interval[float] | Area[float]) -> Named:
    yield pattern.format("se2way"), interval.se
    yield pattern.format("ci_lo"), interval.lo
    yield pattern.format("ci_hi"), interval.hi


def _bounds(pattern: str, bounds: Bounds[float]) -> Named:
    yield pattern.format("lo"), bounds.lo
    yield pattern.format("hi"), bounds.hi


def _pair_name(pair: PairResult) -> str:
    return f"{pair.first}|{pair.second}"


def _pair_figures(pair: PairResult) -> Named:
    for name, value in _by_field(pair):
        if name not in {"first", "second"}:
            yield f"pair_{name}", value


def _reversal_name(reversal: Reversal) -> str:
    return f"{reversal.first}|{reversal.second}"


def _reversal_figures(reversal: Reversal) -> Named:
    for name in ("annotators", "videos", "judgments"):
        yield f"reversed_without_{name}", getattr(reversal, name)


def _agreement_bounds(report: Results) -> Named:
    overall = report.found.agreement.all
    for short, reading in (
        ("alpha_nominal", overall.alpha_nominal_verdict),
        ("alpha_ordinal", overall.alpha_ordinal_score),
    ):
        yield f"boot_video/{short}_lo", reading.lo
        yield f"boot_video/{short}_hi", reading.hi
    for whose, readings in _wholes(report):
        for name, held in _by_field(readings):
            yield f"boot_video/{whose}/{name}_lo", held.lo  # type: ignore[attr-defined]
            yield f"boot_video/{whose}/{name}_hi", held.hi  # type: ignore[attr-defined]


def _annotator_inference(annotator: AnnotatorResult) -> Named:
    for name, value in _by_field(annotator.skill):
        yield f"dawid_skene/{name}", value


def _models(sources: tuple[SourceResult, ...]) -> Named:
    def named(source: SourceResult) -> Named:
        for model, figures in (("gee", source.gee), ("glmm", source.glmm)):
            yield from _model(model, figures)

    yield from _in_columns(sources, _source_name, named)


def _model(model: str, figures: ModelFigures[float]) -> Named:
    yield f"{model}/judged_human_pct", figures.estimate
    yield f"{model}/judged_human_ci_lo_pct", figures.lo
    yield f"{model}/judged_human_ci_hi_pct", figures.hi


def _care(report: Results) -> Named:
    for name, (value, lo, hi) in care_shares(report.care).items():
        yield f"care/{name}", value
        yield f"care/{name.removesuffix('_pct')}_ci_lo_pct", lo
        yield f"care/{name.removesuffix('_pct')}_ci_hi_pct", hi


def _with_excluded(compared: Compared, levels: tuple[str, ...]) -> Named:
    if _DEFINITIONS in levels:
        yield f"{WITH_EXCLUDED}counts/judgments", compared.judgments
        yield f"{WITH_EXCLUDED}counts/annotators", compared.annotators
    for one in compared.sources:
        yield f"{WITH_EXCLUDED}judged_human_pct/{one.source}", one.judged_human_pct
        yield f"{WITH_EXCLUDED}mean_score/{one.source}", one.mean_score
        yield f"{WITH_EXCLUDED}judged_human_ci_lo_pct/{one.source}", one.lo_pct
        yield f"{WITH_EXCLUDED}judged_human_ci_hi_pct/{one.source}", one.hi_pct
    for name, value in (
        ("agreement/pairwise_pct", compared.pairwise_pct),
        ("agreement/alpha_nominal_verdict", compared.alpha_nominal_verdict),
        ("agreement/alpha_ordinal_score", compared.alpha_ordinal_score),
        ("sdt/dprime_pooled", compared.dprime_pooled),
    ):
        yield f"{WITH_EXCLUDED}{name}", value
