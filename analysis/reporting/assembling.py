"""From columns, one a metric, to one object for each source, pair and annotator."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

from analysis.judgments.arrays import Judgments
from analysis.metrics.agreement import AgreementFigures
from analysis.metrics.annotators import AnnotatorFigures
from analysis.metrics.dawid_skene import Skill
from analysis.metrics.detection import Baselines, Sensitivity
from analysis.metrics.equivalence import ToPeople
from analysis.metrics.intervals import Bounds, Interval
from analysis.metrics.order import OrderFigures, Slope
from analysis.metrics.regressions import ModelFigures
from analysis.metrics.scores_by_threshold import Area
from analysis.metrics.sources import SourceFigures
from analysis.metrics.undefined import ABSENT
from analysis.metrics.variance import Component
from analysis.reporting.findings import (
    ByOrigin,
    Definitions,
    Inference,
    Models,
    ReadingBounds,
    Readings,
    counts,
)
from analysis.reporting.results import (
    Agreement,
    AnnotatorResult,
    CategoryRate,
    Detection,
    Findings,
    PairResult,
    Reading,
    Reversal,
    ScoreShare,
    SourceResult,
)
from analysis.reporting.rounding import MODEL_DIGITS, short, significant

Row = TypeVar("Row")


def assembled(
    judgments: Judgments,
    definitions: Definitions | None,
    inference: Inference | None,
    models: Models | None,
) -> Findings:
    """All figures; those of a level that was not asked for (None) are absent."""
    return Findings(
        scores=tuple(judgments.instrument.scale.scores),
        counts=counts(judgments),
        sources=_sources(judgments, definitions, inference, models),
        pairs=_pairs(judgments, inference),
        reversals=_reversals(judgments, inference),
        agreement=_agreement(definitions, inference),
        detection=_detection(definitions),
        baselines=_only(Baselines, definitions and definitions.baselines),
        annotators=_annotators(judgments, definitions, inference),
        order=_order(inference),
        categories=_categories(judgments, inference),
        verdict_variance=_variances(inference.verdict_variance if inference else ()),
        score_variance=_variances(inference.score_variance if inference else ()),
    )


def _names(kind: type) -> list[str]:
    return [one.name for one in fields(kind)]


def _rows(
    kind: Callable[..., Row], columns: object | None, count: int, digits: int = 12
) -> list[Row]:
    """One object for each entry of the columns, a dataclass of the same kind."""
    names = _names(kind)  # type: ignore[arg-type]
    if columns is None:
        return [kind(**dict.fromkeys(names, ABSENT))] * count
    entries = zip(*(getattr(columns, name) for name in names), strict=True)
    return [kind(*(short(value, digits) for value in entry)) for entry in entries]


def _only(kind: Callable[..., Row], figures: object | None) -> Row:
    """The same for one entry: a dataclass of figures, rounded."""
    names = _names(kind)  # type: ignore[arg-type]
    if figures is None:
        return kind(**dict.fromkeys(names, ABSENT))
    return kind(*(short(getattr(figures, name)) for name in names))


def _sources(
    judgments: Judgments,
    definitions: Definitions | None,
    inference: Inference | None,
    models: Models | None,
) -> tuple[SourceResult, ...]:
    count = len(judgments.sources)
    columns: Iterable[tuple[Any, ...]] = zip(
        judgments.sources,
        judgments.source_is_human.tolist(),
        _rows(SourceFigures, definitions and definitions.sources, count),
        _score_shares(definitions, inference, count),
        _rows(Sensitivity, definitions and definitions.by_source, count),
        _rows(Interval, inference and inference.rate, count),
        _rows(Interval, inference and inference.mean, count),
        _rows(Bounds, inference and inference.wilson, count),
        _rows(Bounds, inference and inference.rank, count),
        _rows(ToPeople, inference and inference.to_people, count),
        _rows(Area, inference and inference.by_score.area, count),
        _rows(ModelFigures, models and models.gee, count, MODEL_DIGITS),
        _rows(ModelFigures, models and models.glmm, count, MODEL_DIGITS),
        strict=True,
    )
    return tuple(_source(*entry) for entry in columns)


def _source(
    name: str,
    is_human: bool,  # noqa: FBT001
    figures: SourceFigures[float],
    score_shares: tuple[ScoreShare, ...],
    detection: Sensitivity[float],
    *others: Any,  # noqa: ANN401
) -> SourceResult:
    made = SourceResult(name, is_human, figures, score_shares, detection, *others)
    if not is_human:
        return made
    # People's comments are not compared with themselves.
    return replace(
        made,
        detection=Sensitivity(ABSENT, ABSENT),
        to_people=ToPeople(*[ABSENT] * len(fields(ToPeople))),
        area=Area(*[ABSENT] * len(fields(Area))),
    )


def _score_shares(
    definitions: Definitions | None, inference: Inference | None, count: int
) -> list[tuple[ScoreShare, ...]]:
    if definitions is None:
        return [()] * count
    by_score = zip(
        definitions.score_ge,
        definitions.score_ge.values(),
        definitions.score_eq.values(),
        strict=True,
    )
    none = (ABSENT,) * count
    columns = []
    for k, *both in by_score:
        bounds = inference.by_score.ge.get(k) if inference else None
        edges = (none, none) if bounds is None else (bounds.lo, bounds.hi)
        columns.append(
            [
                ScoreShare(k, *map(short, figures))
                for figures in zip(*both, *edges, strict=True)
            ]
        )
    return list(zip(*columns, strict=True))


def _pairs(judgments: Judgments, inference: Inference | None) -> tuple[PairResult, ...]:
    if inference is None:
        return ()
    found, sources = inference.pairs, judgments.sources
    points = zip(found.diff, found.se, found.ci_lo, found.ci_hi, strict=True)
    chances = zip(found.p_t, found.p_t_holm, found.p_t_bh, strict=True)
    return tuple(
        PairResult(
            sources[first], sources[second], *map(short, size), *map(significant, p)
        )
        for first, second, size, p in zip(
            found.first, found.second, points, chances, strict=True
        )
    )


def _reversals(
    judgments: Judgments, inference: Inference | None
) -> tuple[Reversal, ...]:
    if inference is None:
        return ()
    found, sources = inference.influence, judgments.sources
    entries = zip(
        found.first,
        found.second,
        found.annotators,
        found.videos,
        found.judgments,
        strict=True,
    )
    return tuple(
        Reversal(sources[first], sources[second], *numbers)
        for first, second, *numbers in entries
    )


def _agreement(
    definitions: Definitions | None, inference: Inference | None
) -> Agreement:
    found = ByOrigin(None, None, None) if definitions is None else definitions.agreement
    bounds = ByOrigin(None, None, None) if inference is None else inference.agreement
    return Agreement(
        all=_readings(found.all, bounds.all),
        human=_readings(found.human, bounds.human),
        ai=_readings(found.ai, bounds.ai),
    )


def _readings(
    found: Readings | None, bounds: ReadingBounds | None
) -> AgreementFigures[Reading]:
    unknown = Bounds(ABSENT, ABSENT)
    between = {
        name: unknown if bounds is None else bounds[name]
        for name in _names(AgreementFigures)
    }
    return AgreementFigures(
        **{
            name: Reading(
                ABSENT if found is None else short(getattr(found, name)),
                short(interval.lo),
                short(interval.hi),
            )
            for name, interval in between.items()
        }
    )


def _detection(definitions: Definitions | None) -> Detection:
    if definitions is None:
        return Detection(ABSENT, ABSENT, ABSENT)
    pooled = definitions.pooled
    return Detection(
        short(pooled.dprime[0]), short(pooled.c[0]), short(definitions.auc)
    )


def _annotators(
    judgments: Judgments,
    definitions: Definitions | None,
    inference: Inference | None,
) -> tuple[AnnotatorResult, ...]:
    codes = judgments.annotators
    figures = _rows(
        AnnotatorFigures, definitions and definitions.annotators, len(codes)
    )
    skills = _rows(Skill, inference and inference.skill, len(codes))
    return tuple(map(AnnotatorResult, codes, figures, skills))


def _order(inference: Inference | None) -> OrderFigures:
    if inference is None:
        unknown = Slope(ABSENT, ABSENT)
        return OrderFigures(unknown, unknown, unknown)
    found = inference.order
    return OrderFigures(
        *(_only(Slope, getattr(found, name)) for name in _names(OrderFigures))
    )


def _categories(
    judgments: Judgments, inference: Inference | None
) -> tuple[CategoryRate, ...]:
    found = inference.categories if inference else ()
    return tuple(
        CategoryRate(one.category, source, n, *map(short, figures))
        for one in found
        for source, n, *figures in zip(
            judgments.sources, one.n, one.pct, one.rate.lo, one.rate.hi, strict=True
        )
        if n
    )


def _variances(found: tuple[Component, ...]) -> tuple[Component, ...]:
    return tuple(
        Component(one.name, short(one.sd), short(one.share_pct)) for one in found
    )
