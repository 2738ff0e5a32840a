"""Whether a source passes as people do: non-inferiority and equivalence to people."""

from dataclasses import dataclass
from typing import Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.clusters import Covariance
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEW_VIDEOS,
    FEWEST,
    NO_VARIATION,
    degrees_of_freedom,
)
from analysis.metrics.ranking import holm
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import Figures, Held, Reason, figures, ratio
from pages.phrases import phrase as _

MARGIN_PCT = 10.0  # points of Judged-as-Human that count as no difference
ONE_SIDED_95 = 0.95
NO_PEOPLE = _("needs one human source with verdicts")


@dataclass(frozen=True)
class ToPeople(Generic[Held]):
    """A source's Judged-as-Human minus people's, and whether that is within the margin.

    Attributes:
        diff_pct: The difference, in points.
        ci90_lo_pct, ci90_hi_pct: Its 90 % interval.
        noninferiority_p, noninferiority_p_holm: One-sided p that the source is at
            least the margin below people, as is and corrected over the AI sources.
        equivalence_p, equivalence_p_holm: The larger p of two one-sided tests that it
            is at least the margin below, or above, people; likewise.
    """

    diff_pct: Held
    ci90_lo_pct: Held
    ci90_hi_pct: Held
    noninferiority_p: Held
    noninferiority_p_holm: Held
    equivalence_p: Held
    equivalence_p_holm: Held


def compare_with_people(
    covariance: Covariance, is_human: BoolArray, margin_pct: float = MARGIN_PCT
) -> ToPeople[Figures]:
    """Two one-sided tests of each source against people (Schuirmann 1987).

    Unit of analysis: the judgment, clustered by annotator and by video. The error comes
    from the joint covariance of both rates, each term times G/(G-1), and p from t with
    min(annotators, videos) - 1 degrees of freedom, as for pairs of sources: p is below
    0.05 exactly where the 90 % interval lies above the lower margin (non-inferiority)
    or between both (equivalence). Schuirmann 1987, Journal of Pharmacokinetics and
    Biopharmaceutics 15, 657-680.

    Args:
        covariance: Of the rates.
        is_human: (sources,) whether people wrote them; there must be one such source.
        margin_pct: In points, to either side.
    """
    count = len(is_human)
    people = np.flatnonzero(is_human & ~np.isnan(covariance.mean))
    if len(people) != 1:
        unknown = figures(np.full(count, np.nan), (True, NO_PEOPLE))
        return ToPeople(*[unknown] * 7)
    each, human = np.arange(count), np.repeat(people, count)
    diff = covariance.mean - covariance.mean[human]
    error = np.sqrt(covariance.two_way(each, human, corrected=True))
    freedom = max(degrees_of_freedom(covariance), 1)
    reach = float(special.stdtrit(freedom, ONE_SIDED_95)) * error
    margin = margin_pct / 100
    below = special.stdtr(freedom, -ratio(diff + margin, error))
    above = special.stdtr(freedom, ratio(diff - margin, error))
    both = np.maximum(below, above)
    reasons: list[Reason] = [
        (np.isnan(diff), NO_VERDICTS),
        (_fewest(covariance.annotators, human) < FEWEST, FEW_ANNOTATORS),
        (_fewest(covariance.videos, human) < FEWEST, FEW_VIDEOS),
        (error == 0, NO_VARIATION),
    ]

    def tested(p: FloatArray) -> tuple[Figures, Figures]:
        for where in (*(where for where, _why in reasons), is_human):
            p = np.where(where, np.nan, p)
        return figures(p, *reasons), figures(holm(p), *reasons)

    return ToPeople(
        figures(100 * diff, reasons[0]),
        figures(100 * (diff - reach), *reasons),
        figures(100 * (diff + reach), *reasons),
        *tested(below),
        *tested(both),
    )


def _fewest(counts: IntArray, human: IntArray) -> IntArray:
    return np.minimum(counts, counts[human])
