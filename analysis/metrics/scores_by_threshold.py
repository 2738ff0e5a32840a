"""Score@k and the area under the ROC curve by source, with two-way clustered intervals.

Both follow from how often each source got each score in each cluster, so that one pass
over the judgments serves them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.clusters import (
    Answers,
    Covariance,
    answers,
    assignment_blocks,
    inner_products,
)
from analysis.metrics.detection import NO_AI_SCORE, NO_HUMAN_SCORE
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
    Bounds,
    degrees_of_freedom,
    rate_interval,
)
from analysis.metrics.sources import NO_SCORES
from analysis.metrics.undefined import Figures, Held, Reason, figures, ratio
from pages.phrases import phrase as _

NO_OVERLAP = _("no interval at 0 or 1")


@dataclass(frozen=True)
class Area(Generic[Held]):
    """Area under the ROC curve of human comments against one source, by the scores."""

    auc_score: Held
    se: Held
    lo: Held
    hi: Held


@dataclass(frozen=True)
class ByScore:
    """What the scores say by threshold.

    Attributes:
        ge: By k above the lowest score, the interval of Score@>=k, in percent.
        area: By source; undefined for people's.
    """

    ge: Mapping[int, Bounds[Figures]]
    area: Area[Figures]


@dataclass(frozen=True)
class _Cells:
    """Judgments by cluster, source and score: (clusters, sources, scores) each.

    Assignments come in blocks, as all at once would not fit.
    """

    annotator: IntArray
    video: IntArray
    assignments: list[IntArray]


def by_score(judgments: Judgments) -> ByScore:
    """Intervals of Score@k, and the area under the ROC curve of each source.

    Unit of analysis: the judgment, clustered by annotator and by video. Score@k is a
    rate and has the interval of one (`intervals.rate_interval`).
    """
    data = answers(judgments, judgments.score_place)
    scale = judgments.instrument.scale
    cells = _cells(data, len(scale))
    ge = {}
    for place, k in enumerate(scale.scores):
        if place:
            interval = rate_interval(_shares(cells, place), NO_SCORES)
            ge[k] = Bounds(interval.lo, interval.hi)
    return ByScore(ge, _areas(cells, judgments.source_is_human))


def _cells(data: Answers, width: int) -> _Cells:
    columns = data.sources * width
    column = data.source.astype(np.int64) * width + data.value

    def counted(
        cluster: IntArray, first: int, last: int, rows: slice = slice(None)
    ) -> IntArray:
        cell = (cluster.astype(np.int64) - first) * columns + column[rows]
        counts = np.bincount(cell, minlength=(last - first) * columns)
        shaped = counts.reshape(last - first, data.sources, width)
        occupied = shaped[shaped.any(axis=(1, 2))]
        return occupied.astype(np.min_scalar_type(occupied.max(initial=0)))

    return _Cells(
        annotator=counted(data.annotator, 0, data.sizes[0]),
        video=counted(data.video, 0, data.sizes[1]),
        assignments=[
            counted(data.assignment[rows], first, last, rows)
            for first, last, rows in assignment_blocks(data)
        ],
    )


def _shares(cells: _Cells, place: int) -> Covariance:
    """Of the shares of scores from a place of the scale on."""
    total = cells.video.sum(axis=0, dtype=np.int64)
    count = total.sum(axis=1)
    mean = ratio(total[:, place:].sum(axis=1), count)
    centre, scale = np.nan_to_num(mean), 1 / np.maximum(count, 1)

    def product(block: IntArray) -> FloatArray:
        hits = block[:, :, place:].sum(axis=2, dtype=np.float64)
        residuals = (hits - centre * block.sum(axis=2, dtype=np.float64)) * scale
        return inner_products(residuals, residuals)

    return _covariance(cells, mean, product)


def _covariance(
    cells: _Cells, mean: FloatArray, product: Callable[[IntArray], FloatArray]
) -> Covariance:
    return Covariance(
        mean=mean,
        by_annotator=product(cells.annotator),
        by_video=product(cells.video),
        by_assignment=sum(
            (product(block) for block in cells.assignments),
            start=np.zeros((len(mean), len(mean))),
        ),
        clusters=(
            len(cells.annotator),
            len(cells.video),
            sum(map(len, cells.assignments)),
        ),
        annotators=(cells.annotator.sum(axis=2) > 0).sum(axis=0),
        videos=(cells.video.sum(axis=2) > 0).sum(axis=0),
    )


def _areas(cells: _Cells, is_human: BoolArray) -> Area[Figures]:
    """Area under the ROC curve of all human comments against each source.

    P(score of a human comment > score of this source's) + half the ties (Bamber 1975).
    Its error comes from each judgment's structural component (DeLong, DeLong and
    Clarke-Pearson 1988, Biometrics 44, 837-845), added up within annotators, videos and
    assignments as for a rate; interval on the logit scale, with the same factors and t.
    """
    total = cells.video.sum(axis=0, dtype=np.int64)
    signal, noise = total[is_human].sum(axis=0), total
    people, models = signal.sum(), noise.sum(axis=1)
    # Of a score: the share of the other kind below it; ties count half.
    beaten = ratio(np.cumsum(noise, axis=1) - noise / 2, models[:, np.newaxis])
    above = 1 - ratio(np.cumsum(signal) - signal / 2, people)
    area = ratio((beaten * signal).sum(axis=1), people)
    for_people = np.nan_to_num(beaten - area[:, np.newaxis]) / max(people, 1)
    for_models = np.nan_to_num(above - area[:, np.newaxis])
    for_models /= np.maximum(models, 1)[:, np.newaxis]

    def product(block: IntArray) -> FloatArray:
        of_people = np.einsum(
            "ck,sk->cs", block[:, is_human].sum(axis=1, dtype=np.int64), for_people
        )
        of_models = np.einsum("csk,sk->cs", block, for_models)
        residuals = of_people + of_models
        return inner_products(residuals, residuals)

    covariance = _covariance(cells, area, product)
    each = np.arange(len(area))
    se = np.sqrt(covariance.two_way(each, corrected=False))
    error = np.sqrt(covariance.two_way(each, corrected=True))
    freedom = max(degrees_of_freedom(covariance), 1)
    inside = (area > 0) & (area < 1)
    held = np.where(inside, area, 0.5)
    reach = float(special.stdtrit(freedom, TWO_SIDED_95)) * error
    reach /= held * (1 - held)
    reasons: list[Reason] = [
        (is_human, NO_AI_SCORE),
        (people == 0, NO_HUMAN_SCORE),
        (models == 0, NO_SCORES),
    ]
    known: list[Reason] = [
        *reasons,
        (covariance.annotators < FEWEST, FEW_ANNOTATORS),
        (covariance.videos < FEWEST, FEW_VIDEOS),
    ]
    edge: list[Reason] = [(~inside, NO_OVERLAP), (reach == 0, NO_VARIATION)]
    middle = special.logit(held)
    return Area(
        auc_score=figures(area, *reasons),
        se=figures(se, *known),
        lo=figures(special.expit(middle - reach), *known, *edge),
        hi=figures(special.expit(middle + reach), *known, *edge),
    )
