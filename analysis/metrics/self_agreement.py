"""Shares over annotators whose answers to the same items are not independent."""

import math

import numpy as np
from scipy import special

from analysis.judgments.arrays import IntArray
from analysis.metrics.intervals import (
    FEW_ANNOTATORS,
    FEWEST,
    NO_VARIATION,
    TWO_SIDED_95,
)
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

NOTHING = _("nothing to count")
AT_THE_EDGE = _("no interval at 0 or 100 %")


def pooled_share(part: IntArray, whole: IntArray) -> tuple[float, float, float]:
    """Share in percent over all annotators, and its 95 % interval.

    Unit of analysis: the answer, clustered by annotator: the error of a ratio of sums
    (Cochran 1977, Sampling Techniques, chapter 6) times G/(G-1), on the logit scale
    with t(G - 1) for G annotators.

    Args:
        part: (annotators,) how many of the answers count.
        whole: (annotators,) of how many.
    """
    asked = whole > 0
    total, clusters = int(whole.sum()), int(asked.sum())
    if not total:
        return (Undefined(NOTHING),) * 3
    share = float(part.sum() / total)
    percent = 100 * share
    if clusters < FEWEST:
        return percent, Undefined(FEW_ANNOTATORS), Undefined(FEW_ANNOTATORS)
    if share in {0, 1}:
        return percent, Undefined(AT_THE_EDGE), Undefined(AT_THE_EDGE)
    residuals = (part - share * whole)[asked]
    variance = clusters / (clusters - 1) * float((residuals**2).sum()) / total**2
    if variance == 0:
        return percent, Undefined(NO_VARIATION), Undefined(NO_VARIATION)
    reach = float(special.stdtrit(clusters - 1, TWO_SIDED_95)) * math.sqrt(variance)
    reach /= share * (1 - share)
    middle = special.logit(share)
    lo, hi = special.expit(np.array([middle - reach, middle + reach]))
    return percent, 100 * float(lo), 100 * float(hi)
