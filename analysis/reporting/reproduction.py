"""How far one study's results are reproduced by another's, or by a published table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.metrics.reproduction import correlations, small_sample_cv
from analysis.metrics.undefined import Undefined
from analysis.reporting.rounding import rounded
from pages.phrases import phrase as _

NEEDS_BOTH = _("needs the judgments of both")
NO_PAIRS = _("needs two sources with a result in both")


@dataclass(frozen=True)
class Measured:
    """One figure of one source, measured twice; `cv` is CV* in percent."""

    first: float
    second: float
    cv: float


@dataclass(frozen=True)
class ReproducedSource:
    """A source in both: Judged-as-Human in percent, and the mean realism score."""

    title: str
    is_human: bool
    rate: Measured
    score: Measured


@dataclass(frozen=True)
class Series:
    """One figure of many sources: the mean of their CV*, and correlations."""

    cv: float
    pearson: float
    spearman: float
    kendall: float


@dataclass(frozen=True)
class Upheld:
    """Findings: which of two sources is judged human more often, if either is.

    Attributes:
        pairs: Of sources, with a result in both.
        upheld: With the same finding in both.
        upheld_pct: As a share.
        significant: Pairs that differ significantly in the first study.
        confirmed: Of these, in the second as well, in the same direction.
        reversed: Of these, in the second as well, in the other direction.
    """

    pairs: float
    upheld: float
    upheld_pct: float
    significant: float
    confirmed: float
    reversed: float


@dataclass(frozen=True)
class Extent:
    """How far results are reproduced over some of the sources.

    Attributes:
        sources: How many.
        rate, score: Judged-as-Human, and the mean realism score.
        comments: How many both studies judged.
        alpha_verdict: Krippendorff's alpha of the comments' majority verdicts.
        alpha_score: Of their mean scores.
        findings: On every two sources.
    """

    sources: int
    rate: Series
    score: Series
    comments: float
    alpha_verdict: float
    alpha_score: float
    findings: Upheld


@dataclass(frozen=True)
class Reproduction:
    """Every source, and the extent over all of them and over AI sources alone."""

    sources: tuple[ReproducedSource, ...]
    all: Extent
    ai: Extent


def measured(first: float, second: float, zero: float = 0) -> Measured:
    """A figure measured twice; `zero` is where its scale begins."""
    return Measured(first, second, small_sample_cv([first - zero, second - zero]))


def reproduction_of_table(sources: tuple[ReproducedSource, ...]) -> Reproduction:
    """A study and a published table, of which there are no judgments."""
    nothing = Undefined(NEEDS_BOTH)

    def extent(kept: Sequence[ReproducedSource]) -> Extent:
        return extent_of(
            kept,
            comments=nothing,
            alphas=(nothing, nothing),
            findings=_same_order(kept),
        )

    models = [source for source in sources if not source.is_human]
    return rounded(
        Reproduction(sources=sources, all=extent(sources), ai=extent(models))
    )


def extent_of(
    sources: Sequence[ReproducedSource],
    *,
    comments: float,
    alphas: tuple[float, float],
    findings: Upheld,
) -> Extent:
    return Extent(
        sources=len(sources),
        rate=_series([source.rate for source in sources]),
        score=_series([source.score for source in sources]),
        comments=comments,
        alpha_verdict=alphas[0],
        alpha_score=alphas[1],
        findings=findings,
    )


def _series(figures: Sequence[Measured]) -> Series:
    kept = [
        one for one in figures if not (math.isnan(one.first) or math.isnan(one.second))
    ]
    first, second = (
        np.array([getattr(one, side) for one in kept], dtype=float)
        for side in ("first", "second")
    )
    varied = [one.cv for one in kept if not math.isnan(one.cv)]
    mean = float(np.mean(varied)) if varied else Undefined(NO_PAIRS)
    return Series(mean, *correlations(first, second))


def _same_order(sources: Sequence[ReproducedSource]) -> Upheld:
    """Of pairs that differ at all in both: those in the same order."""
    rates = np.array([[s.rate.first, s.rate.second] for s in sources]).reshape(-1, 2)
    above = np.triu_indices(len(rates), 1)
    one, other = (
        np.sign(np.subtract.outer(rates[:, side], rates[:, side]))[above]
        for side in (0, 1)
    )
    known = ~np.isnan(one * other) & (one * other != 0)
    pairs, nothing = int(known.sum()), Undefined(NEEDS_BOTH)
    if not pairs:
        return Upheld(*[Undefined(NO_PAIRS)] * 6)
    same = int((one * other > 0).sum())
    return Upheld(pairs, same, 100 * same / pairs, nothing, nothing, nothing)
