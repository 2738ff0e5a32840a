"""Run every metric over the judgments of a study, level by level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from analysis.judgments.arrays import IntArray, Judgments
from analysis.metrics import (
    agreement,
    agreement_sums,
    annotators,
    categories,
    clusters,
    dawid_skene,
    detection,
    equivalence,
    influence,
    intervals,
    order,
    ranking,
    regressions,
    resampling,
    scores_by_threshold,
    sources,
    variance,
)
from analysis.metrics.agreement_sums import Kind
from analysis.metrics.intervals import Bounds
from analysis.metrics.resampling import AgreementBounds
from analysis.metrics.undefined import Figures
from analysis.reporting.results import Counts

Item = TypeVar("Item")

Readings = agreement.AgreementFigures[float]
ReadingBounds = Mapping[str, Bounds[float]]


@dataclass(frozen=True)
class ByOrigin(Generic[Item]):
    """Something of all comments, of those of people, and of those of models."""

    all: Item
    human: Item
    ai: Item


@dataclass(frozen=True)
class Definitions:
    """What needs no model of chance; `score_ge` and `score_eq` are by score."""

    sources: sources.SourceFigures[Figures]
    score_ge: Mapping[int, Figures]
    score_eq: Mapping[int, Figures]
    agreement: ByOrigin[Readings]
    pooled: detection.Sensitivity[Figures]
    by_source: detection.Sensitivity[Figures]
    auc: float
    baselines: detection.Baselines
    annotators: annotators.AnnotatorFigures[Figures]


@dataclass(frozen=True)
class Inference:
    """How sure: intervals, comparisons, latent skill, order."""

    rate: intervals.Interval[Figures]
    mean: intervals.Interval[Figures]
    wilson: Bounds[Figures]
    pairs: ranking.Pairs
    influence: influence.Influence
    rank: Bounds[Figures]
    to_people: equivalence.ToPeople[Figures]
    agreement: ByOrigin[ReadingBounds]
    skill: dawid_skene.Skill[Figures]
    order: order.OrderFigures
    by_score: scores_by_threshold.ByScore
    categories: tuple[categories.CategoryRates, ...]
    verdict_variance: tuple[variance.Component, ...]
    score_variance: tuple[variance.Component, ...]


@dataclass(frozen=True)
class Models:
    """Regression models as a cross-check."""

    gee: regressions.ModelFigures[Figures]
    glmm: regressions.ModelFigures[Figures]


def define(judgments: Judgments, tallies: sources.Tallies) -> Definitions:
    """The definitions of metrics.md."""
    is_human = judgments.source_is_human
    signal, noise = detection.split_by_origin(tallies.verdicts, is_human)
    everyone = np.broadcast_to(signal, tallies.verdicts.shape)
    scores, scale = tallies.scores, judgments.instrument.scale
    return Definitions(
        sources=sources.source_figures(tallies, judgments.comment_source),
        score_ge={
            k: sources.score_at_k(scores, k=k, lowest=scale.lowest, reading="ge")
            for k in scale.scores
        },
        score_eq={
            k: sources.score_at_k(scores, k=k, lowest=scale.lowest, reading="eq")
            for k in scale.scores
        },
        agreement=_agreement(judgments, tallies),
        pooled=detection.sensitivity(signal[np.newaxis], noise[np.newaxis]),
        by_source=detection.sensitivity(everyone, tallies.verdicts),
        auc=detection.auc(*detection.split_by_origin(scores, is_human)),
        baselines=detection.baselines(signal, noise),
        annotators=annotators.annotator_figures(judgments, tallies.comment_verdicts),
    )


def counts(judgments: Judgments) -> Counts:
    """How much there is to go by."""
    return Counts(
        judgments=len(judgments),
        verdicts=int((judgments.verdict >= 0).sum()),
        scores=int((judgments.score >= 0).sum()),
        annotators=len(judgments.annotators),
        videos=len(judgments.videos),
        comments=len(judgments.comments),
    )


def _agreement(judgments: Judgments, tallies: sources.Tallies) -> ByOrigin[Readings]:
    verdicts, scores = tallies.comment_verdicts, tallies.comment_scores
    by_people = judgments.comment_is_human
    of = agreement.agreement_figures
    return ByOrigin(
        all=of(verdicts, scores),
        human=of(verdicts[by_people], scores[by_people]),
        ai=of(verdicts[~by_people], scores[~by_people]),
    )


def infer(
    judgments: Judgments, tallies: sources.Tallies, *, replicates: int, seed: int
) -> Inference:
    """The inference of metrics.md.

    Args:
        judgments: The data.
        tallies: Their counts.
        replicates: Bootstrap replicates; 0 leaves the bootstrap intervals undefined.
        seed: Every bootstrap draws from its own stream of this seed.
    """
    verdicts = clusters.answers(judgments, judgments.called_human)
    rates = clusters.cluster_covariance(verdicts)
    means = clusters.cluster_covariance(clusters.answers(judgments, judgments.score))
    ranks = np.random.default_rng([seed, 0])
    return Inference(
        rate=intervals.rate_interval(rates),
        mean=intervals.mean_interval(means),
        wilson=intervals.wilson_interval(
            tallies.verdicts[:, 1], tallies.verdicts.sum(axis=1)
        ),
        pairs=ranking.compare_pairs(rates),
        influence=influence.reversals(verdicts),
        rank=ranking.rank_intervals(verdicts, replicates=replicates, rng=ranks),
        to_people=equivalence.compare_with_people(rates, judgments.source_is_human),
        agreement=_agreement_bounds(judgments, tallies, replicates, seed),
        skill=dawid_skene.annotator_skill(judgments),
        order=order.order_figures(judgments),
        by_score=scores_by_threshold.by_score(judgments),
        categories=categories.rates_by_category(judgments, verdicts),
        verdict_variance=variance.variance_components(
            judgments, judgments.called_human
        ),
        score_variance=variance.variance_components(judgments, judgments.score),
    )


def _agreement_bounds(
    judgments: Judgments, tallies: sources.Tallies, replicates: int, seed: int
) -> ByOrigin[ReadingBounds]:
    def of(counts: IntArray, kind: Kind, stream: int) -> AgreementBounds:
        return resampling.agreement_intervals(
            counts,
            judgments.comment_video,
            judgments.comment_is_human,
            kind,
            replicates=replicates,
            rng=np.random.default_rng([seed, stream]),
        )

    verdicts = of(tallies.comment_verdicts, agreement_sums.VERDICTS, 1)
    scores = of(tallies.comment_scores, agreement_sums.SCORES, 2)
    return ByOrigin(
        all={**verdicts.all, **scores.all},
        human={**verdicts.human, **scores.human},
        ai={**verdicts.ai, **scores.ai},
    )


def model(judgments: Judgments) -> Models:
    """The models of metrics.md."""
    return Models(regressions.gee_rates(judgments), regressions.glmm_rates(judgments))
