"""From findings to the flat names of metrics.md, in one stable order."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from analysis.judgments.arrays import Judgments
from analysis.metrics.undefined import Figures
from analysis.reporting.findings import Definitions, Inference, Models

Named = Iterator[tuple[str, float]]


def _each(name: str, values: Figures, labels: Iterable[str]) -> Named:
    for value, label in zip(values, labels, strict=True):
        yield f"{name}/{label}", value


def named_definitions(found: Definitions, judgments: Judgments) -> Named:
    """The names of the level `definitions`."""
    for name, count in found.counts.items():
        yield f"counts/{name}", count
    for field in fields(found.sources):
        yield from _each(
            field.name, getattr(found.sources, field.name), judgments.sources
        )
    for k, shares in found.score_ge.items():
        yield from _each(f"score_ge_{k}_pct", shares, judgments.sources)
    for k, shares in found.score_eq.items():
        yield from _each(f"score_eq_{k}_pct", shares, judgments.sources)
    for whose, readings in found.agreement.items():
        for field in fields(readings):
            yield f"{whose}/{field.name}", getattr(readings, field.name)
    yield from _detection(found, judgments)
    for field in fields(found.annotators):
        values = getattr(found.annotators, field.name)
        yield from _each(f"annotator/{field.name}", values, judgments.annotators)


def _detection(found: Definitions, judgments: Judgments) -> Named:
    yield "sdt/dprime_pooled", found.pooled.dprime[0]
    yield "sdt/c_pooled", found.pooled.c[0]
    for name, values in (
        ("sdt/dprime_source", found.by_source.dprime),
        ("sdt/c_source", found.by_source.c),
    ):
        for value, source, is_human in zip(
            values, judgments.sources, judgments.source_is_human, strict=True
        ):
            if not is_human:
                yield f"{name}/{source}", value
    yield "sdt/auc_score", found.auc
    for field in fields(found.baselines):
        yield f"base/{field.name}", getattr(found.baselines, field.name)


def named_inference(found: Inference, judgments: Judgments) -> Named:
    """The names of the level `inference`."""
    for name, values in (
        ("judged_human_se2way_pct", found.rate.se),
        ("judged_human_ci_lo_pct", found.rate.lo),
        ("judged_human_ci_hi_pct", found.rate.hi),
        ("mean_score_se2way", found.mean.se),
        ("mean_score_ci_lo", found.mean.lo),
        ("mean_score_ci_hi", found.mean.hi),
        ("wilson_lo_pct", found.wilson[0]),
        ("wilson_hi_pct", found.wilson[1]),
        ("rank/lo", found.rank[0]),
        ("rank/hi", found.rank[1]),
    ):
        yield from _each(name, values, judgments.sources)
    yield from _pairs(found, judgments)
    yield from _agreement_bounds(found)
    for field in fields(found.skill):
        values = getattr(found.skill, field.name)
        yield from _each(f"dawid_skene/{field.name}", values, judgments.annotators)
    for name, slope in _slopes(found):
        yield name, slope[0]


def _agreement_bounds(found: Inference) -> Named:
    overall = found.agreement["agreement"]
    for short, name in (
        ("alpha_nominal", "alpha_nominal_verdict"),
        ("alpha_ordinal", "alpha_ordinal_score"),
    ):
        yield f"boot_video/{short}_lo", overall[name].lo
        yield f"boot_video/{short}_hi", overall[name].hi
    for whose, readings in found.agreement.items():
        for name, bounds in readings.items():
            yield f"boot_video/{whose}/{name}_lo", bounds.lo
            yield f"boot_video/{whose}/{name}_hi", bounds.hi


def _pairs(found: Inference, judgments: Judgments) -> Named:
    pairs, sources = found.pairs, judgments.sources
    labels = [
        f"{sources[one]}|{sources[other]}"
        for one, other in zip(pairs.first, pairs.second, strict=True)
    ]
    yield from _each("pair_diff_pct", pairs.diff, labels)
    yield from _each("pair_se2way_pct", pairs.se, labels)
    yield from _each("pair_p_t", pairs.p_t, labels)
    yield from _each("pair_p_t_holm", pairs.p_t_holm, labels)
    yield from _each("pair_p_t_bh", pairs.p_t_bh, labels)


def _slopes(found: Inference) -> list[tuple[str, tuple[float, float]]]:
    order = found.order
    slopes = {
        "order/logit_slope_per_position": order.slope_per_position,
        "order/logit_slope_per_position_adj": order.slope_per_position_adj,
        "order/logit_slope_per_presentation": order.slope_per_presentation,
    }
    return [(name, (slope.value, slope.se)) for name, slope in slopes.items()]


def named_errors(found: Inference) -> Named:
    """Standard errors that tables show beside a figure and metrics.md does not name."""
    for name, slope in _slopes(found):
        yield f"{name}_se", slope[1]


def named_models(found: Models, judgments: Judgments) -> Named:
    """The cross-check of the level `models`, as gee/... and glmm/..."""
    for model, figures in (("gee", found.gee), ("glmm", found.glmm)):
        yield from _each(
            f"{model}/judged_human_pct", figures.estimate, judgments.sources
        )
        yield from _each(
            f"{model}/judged_human_ci_lo_pct", figures.lo, judgments.sources
        )
        yield from _each(
            f"{model}/judged_human_ci_hi_pct", figures.hi, judgments.sources
        )
