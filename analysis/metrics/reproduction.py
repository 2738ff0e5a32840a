"""How far two measurements of the same sources agree: quantified reproducibility.

Belz (2025), "QRA++: Quantified Reproducibility Assessment for Common Types of Results
in Natural Language Processing": a figure is compared by its coefficient of variation, a
set of figures by correlations, labels by agreement, findings by the share upheld.
"""

import math
from collections.abc import Sequence

import numpy as np

from analysis.judgments.arrays import FloatArray
from analysis.metrics.association import spearman
from analysis.metrics.undefined import Undefined
from pages.phrases import phrase as _

FEWEST = 3
FEW_SOURCES = _("needs at least three sources")
NO_SPREAD = _("all sources are alike")
NO_MEAN = _("the mean is 0")
ONE_MEASUREMENT = _("needs two measurements")
FEW_COMMENTS = _("needs two comments that both studies judged")
ALL_EQUAL = _("only one value occurs")


def small_sample_cv(values: Sequence[float]) -> float:
    """The coefficient of variation for small samples, CV*, in percent.

    CV* = (1 + 1/4n) x 100 s / (c4(n) mean), with s of n - 1 degrees of freedom and
    c4(n) = sqrt(2 / (n-1)) gamma(n/2) / gamma((n-1)/2), which makes s unbiased under
    normality. Belz, Popovic and Mille (2022), "Quantified Reproducibility Assessment of
    NLP Results", ACL.

    Args:
        values: Measurements of one thing, on a scale that begins at 0.
    """
    n = len(values)
    if n < 2 or any(map(math.isnan, values)):  # noqa: PLR2004
        return Undefined(ONE_MEASUREMENT)
    mean = float(np.mean(values))
    if mean <= 0:
        return Undefined(NO_MEAN)
    c4 = math.sqrt(2 / (n - 1)) * math.gamma(n / 2) / math.gamma((n - 1) / 2)
    deviation = float(np.std(values, ddof=1)) / c4
    return (1 + 1 / (4 * n)) * 100 * deviation / mean


def correlations(first: FloatArray, second: FloatArray) -> tuple[float, float, float]:
    """Pearson's r, Spearman's rho and Kendall's tau-b over sources.

    Args:
        first: (sources,) figures of the first measurement, none missing.
        second: (sources,) those of the second, in the same order.
    """
    if len(first) < FEWEST:
        return (Undefined(FEW_SOURCES),) * 3
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return (Undefined(NO_SPREAD),) * 3
    one, other = first - first.mean(), second - second.mean()
    pearson = float(one @ other / np.sqrt((one @ one) * (other @ other)))
    return pearson, spearman(first, second), kendall(first, second)


def kendall(first: FloatArray, second: FloatArray) -> float:
    """Kendall's tau-b: pairs in the same order less pairs in the other, ties corrected.

    Kendall (1945), "The treatment of ties in ranking problems", Biometrika 33, 239-251.
    NaN where one side has no two different values.
    """
    one, other = (np.sign(np.subtract.outer(v, v)) for v in (first, second))
    untied = math.sqrt(float((one**2).sum()) * float((other**2).sum()))
    return float((one * other).sum()) / untied if untied else math.nan


def alpha_of_two(first: FloatArray, second: FloatArray) -> float:
    """Krippendorff's alpha of two measurements of each unit, interval level.

    For two values, such as 0 and 1, it is the nominal alpha as well. With n units,
    alpha = 1 - (2n-1) / 2n x sum (a-b)^2 / sum of squares about the mean of all values;
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".

    Args:
        first: (units,) as the first study measured each, none missing.
        second: (units,) as the second did.
    """
    values = np.concatenate([first, second])
    if len(values) < 2 * 2:
        return Undefined(FEW_COMMENTS)
    spread = float(((values - values.mean()) ** 2).sum())
    if spread == 0:
        return Undefined(ALL_EQUAL)
    apart = float(((first - second) ** 2).sum())
    return 1 - (len(values) - 1) / len(values) * apart / spread
