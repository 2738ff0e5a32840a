"""Does the answer depend on when a comment was shown: order and drift."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.judgments.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    Judgments,
    dense_codes,
)
from analysis.metrics.clusters import inner_products
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

_MOST_STEPS = 50
_SETTLED = 1e-10
_FLAT = 1e-12


@dataclass(frozen=True)
class Slope:
    """Change in the log-odds of "human", by one step; its error by annotator."""

    value: float
    se: float


@dataclass(frozen=True)
class OrderFigures:
    """Slopes of logistic regressions of the verdict on the source and on time."""

    slope_per_position: Slope
    slope_per_position_adj: Slope
    slope_per_presentation: Slope


def order_figures(judgments: Judgments) -> OrderFigures:
    """Logistic regression of verdict human on source and order - 1.

    Unit of analysis: the judgment with a verdict and an order; standard errors
    clustered by annotator (HC0, no small-sample factor). The adjusted ones come from a
    regression that also has assignment_no - 1.
    """
    timed = (judgments.verdict >= 0) & (judgments.order > 0)
    numbered = timed & (judgments.assignment_no > 0)
    position = judgments.order.astype(np.float64) - 1
    alone = _slopes(judgments, timed, [position], _("no order recorded"))
    later = judgments.assignment_no.astype(np.float64) - 1
    both = _slopes(
        judgments,
        numbered,
        [position, later],
        _("no order or assignment numbers recorded"),
    )
    return OrderFigures(alone[0], both[0], both[1])


@dataclass(frozen=True)
class _Cells:
    """Judgments that share a source and their covariates.

    Attributes:
        source: (cells,) index of the source.
        x: (cells, covariates).
        human, all_: (cells,) verdicts human, verdicts.
        cell: (rows,) the cell of each row.
    """

    source: IntArray
    x: FloatArray
    human: FloatArray
    all_: FloatArray
    cell: IntArray


def _slopes(
    judgments: Judgments, used: BoolArray, covariates: list[FloatArray], nothing: str
) -> list[Slope]:
    """The slope of each covariate, with the sources' own intercepts."""
    if not used.any():
        return [
            Slope(Undefined(nothing), Undefined(nothing)) for _covariate in covariates
        ]
    rows = np.flatnonzero(used)
    verdict = judgments.called_human[rows]
    cells = _cells(judgments.source[rows], [c[rows] for c in covariates], verdict)
    fit = _fit(cells, len(judgments.sources))
    if isinstance(fit, Undefined):
        return [Slope(fit, fit) for _covariate in covariates]
    residual = verdict - fit.p[cells.cell]
    annotator, people = judgments.annotator[rows], len(judgments.annotators)
    scores: FloatArray = np.stack(
        [
            np.bincount(annotator, residual * column[cells.cell], people)
            for column in fit.centred.T
        ],
        axis=1,
    )
    bread = np.linalg.inv(fit.information)
    variances = np.diag(bread @ inner_products(scores, scores) @ bread)
    errors = np.sqrt(np.maximum(variances, 0))
    return [Slope(float(v), float(e)) for v, e in zip(fit.slope, errors, strict=True)]


def _cells(source: IntArray, covariates: list[FloatArray], verdict: IntArray) -> _Cells:
    code, bound = source.astype(np.int64), int(source.max()) + 1
    for covariate in covariates:
        step = int(covariate.max()) + 1
        code, bound = code * step + covariate.astype(np.int64), bound * step
    cell = dense_codes(code, bound)
    cells = int(cell.max()) + 1
    one = np.zeros(cells, dtype=np.int64)
    one[cell] = np.arange(len(cell))
    return _Cells(
        source=source[one],
        x=np.stack([covariate[one] for covariate in covariates], axis=1),
        human=np.bincount(cell, verdict, cells).astype(np.float64),
        all_=np.bincount(cell, minlength=cells).astype(np.float64),
        cell=cell,
    )


@dataclass(frozen=True)
class _Fit:
    """A logistic fit: slopes, fitted probabilities, and what their error needs."""

    slope: FloatArray
    p: FloatArray
    centred: FloatArray
    information: FloatArray


def _fit(cells: _Cells, sources: int) -> "_Fit | Undefined":
    """Newton's method, the sources' intercepts eliminated from each step.

    A source with one verdict throughout has an infinite intercept and says nothing
    about the slopes, so its cells carry no weight.
    """
    human = np.bincount(cells.source, cells.human, sources)
    all_ = np.bincount(cells.source, cells.all_, sources)
    mixed = (human > 0) & (human < all_)
    intercept = special.logit(np.where(mixed, human / np.maximum(all_, 1), 0.5))
    trials = cells.all_ * mixed[cells.source]
    slope = np.zeros(cells.x.shape[1])
    for step in range(_MOST_STEPS):
        p = special.expit(intercept[cells.source] + (cells.x * slope).sum(axis=1))
        weight = trials * p * (1 - p)
        total = np.maximum(np.bincount(cells.source, weight, sources), _FLAT)
        means = _means(cells, weight, total)
        centred = cells.x - means[cells.source]
        information = inner_products(centred * weight[:, np.newaxis], centred)
        if not _is_regular(information, cells.x, weight):
            one_value = _("time is the same for all verdicts that could show it")
            return Undefined(
                one_value if step == 0 else _("time separates the verdicts")
            )
        residual = np.where(trials > 0, cells.human - trials * p, 0)
        gradient = (centred * residual[:, np.newaxis]).sum(axis=0)
        change = np.linalg.solve(information, gradient)
        shift = np.bincount(cells.source, residual, sources) / total - (
            means * change
        ).sum(axis=1)
        slope, intercept = slope + change, intercept + np.where(mixed, shift, 0)
        if np.abs(change).max() < _SETTLED:
            p = np.where(trials > 0, p, cells.human / cells.all_)
            return _Fit(slope, p, centred * (trials > 0)[:, np.newaxis], information)
    return Undefined(_("time separates the verdicts"))


def _means(cells: _Cells, weight: FloatArray, total: FloatArray) -> FloatArray:
    """(sources, covariates) weighted means of the covariates by source."""
    sums = [np.bincount(cells.source, weight * x, len(total)) for x in cells.x.T]
    means: FloatArray = np.stack(sums, axis=1) / total[:, np.newaxis]
    return means


def _is_regular(information: FloatArray, x: FloatArray, weight: FloatArray) -> bool:
    """Whether every slope is told apart, relative to the covariates' own size."""
    size = np.sqrt(np.maximum((x**2 * weight[:, np.newaxis]).sum(axis=0), _FLAT))
    scaled = information / np.outer(size, size)
    return bool(np.linalg.eigvalsh(scaled).min() > _FLAT)
