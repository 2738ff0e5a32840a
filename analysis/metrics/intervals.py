"""How sure the figures by source are: two-way clustered, and Wilson for contrast."""

from dataclasses import dataclass
from typing import Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.clusters import Covariance
from analysis.metrics.sources import NO_SCORES, NO_VERDICTS
from analysis.metrics.undefined import Figures, Held, Reason, figures, ratio
from pages.phrases import phrase as _

TWO_SIDED_95 = 0.975
FEWEST = 2  # clusters that show any variation
FEW_ANNOTATORS = _("needs at least two annotators")
FEW_VIDEOS = _("needs at least two videos")
NO_VARIATION = _("no variation to judge by")


@dataclass(frozen=True)
class Interval(Generic[Held]):
    """Standard error and 95 % bounds, in the unit of the estimate."""

    se: Held
    lo: Held
    hi: Held


@dataclass(frozen=True)
class Bounds(Generic[Held]):
    """A 95 % interval."""

    lo: Held
    hi: Held


def degrees_of_freedom(covariance: Covariance) -> int:
    """min(annotators, videos) - 1, over all data with such an answer; at least 0."""
    return max(min(covariance.clusters[:2]) - 1, 0)


def _reasons(covariance: Covariance, nothing: str) -> list[Reason]:
    return [
        (np.isnan(covariance.mean), nothing),
        (covariance.annotators < FEWEST, FEW_ANNOTATORS),
        (covariance.videos < FEWEST, FEW_VIDEOS),
    ]


def rate_interval(
    covariance: Covariance, nothing: str = NO_VERDICTS
) -> Interval[Figures]:
    """The main interval of Judged-as-Human and of other rates, in percent.

    Unit of analysis: the judgment, clustered by annotator and by video. The standard
    error carries no small-sample factor; the interval takes each term times G/(G-1)
    and goes logit(p) -+ t(0.975, min(G) - 1) x se / (p (1 - p)) and back.

    Args:
        covariance: Of the rates, as shares.
        nothing: Why a source has no rate.
    """
    each = np.arange(len(covariance.mean))
    se = np.sqrt(covariance.two_way(each, corrected=False))
    p = covariance.mean
    inside = (p > 0) & (p < 1)
    rate = np.where(inside, p, 0.5)
    reach = reach_of(covariance, each) / (rate * (1 - rate))
    middle = special.logit(rate)
    reasons = _reasons(covariance, nothing)
    edge: list[Reason] = [
        (~inside, _("no interval at 0 or 100 %")),
        (reach == 0, NO_VARIATION),
    ]
    return Interval(
        se=figures(100 * se, *reasons),
        lo=figures(100 * special.expit(middle - reach), *reasons, *edge),
        hi=figures(100 * special.expit(middle + reach), *reasons, *edge),
    )


def mean_interval(covariance: Covariance) -> Interval[Figures]:
    """The interval of the mean score, in score points: mean -+ t x se.

    Unit of analysis and factors as in `rate_interval`. Where the error is 0, as with
    equal scores, it says nothing about the spread, and there is no interval.
    """
    each = np.arange(len(covariance.mean))
    se = np.sqrt(covariance.two_way(each, corrected=False))
    reach = reach_of(covariance, each)
    reasons = _reasons(covariance, NO_SCORES)
    no_error: Reason = (reach == 0, NO_VARIATION)
    return Interval(
        se=figures(se, *reasons),
        lo=figures(covariance.mean - reach, *reasons, no_error),
        hi=figures(covariance.mean + reach, *reasons, no_error),
    )


def reach_of(
    covariance: Covariance, first: IntArray, second: IntArray | None = None
) -> FloatArray:
    """How far the 95 % interval of a mean, or of a difference, reaches to either side.

    t(0.975, min(annotators, videos) - 1) x the two-way error with the factors G/(G-1).
    """
    freedom = max(degrees_of_freedom(covariance), 1)
    error = np.sqrt(covariance.two_way(first, second, corrected=True))
    reach: FloatArray = float(special.stdtrit(freedom, TWO_SIDED_95)) * error
    return reach


def wilson_interval(humans: IntArray, verdicts: IntArray) -> Bounds[Figures]:
    """Wilson's score interval in percent, for contrast: it ignores clustering.

    Unit of analysis: the judgment, taken as independent, which it is not. Wilson 1927,
    Journal of the American Statistical Association 22, 209-212.

    Args:
        humans: (sources,) verdicts "human".
        verdicts: (sources,) all verdicts.
    """
    z2 = float(special.ndtri(TWO_SIDED_95)) ** 2
    p = ratio(humans, verdicts)
    middle = (verdicts * p + z2 / 2) / (verdicts + z2)
    reach = np.sqrt(z2 * (verdicts * p * (1 - p) + z2 / 4)) / (verdicts + z2)
    silent = (verdicts == 0, NO_VERDICTS)
    lo, hi = np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)
    return Bounds(figures(100 * lo, silent), figures(100 * hi, silent))
