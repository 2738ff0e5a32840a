"""A logistic regression over features of texts, for what their surface gives away.

With an L2 penalty and both kinds weighted to count the same: scikit-learn's
`LogisticRegression(class_weight="balanced")`, which the tests compare with.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_PENALTY = 1.0


def fit(
    table: FloatArray, is_positive: BoolArray, penalty: float = _PENALTY
) -> FloatArray:
    """Weights of the features, and the intercept last.

    Args:
        table: (texts, features).
        is_positive: (texts,) which of the two kinds each text is.
        penalty: Of the squared weights; the intercept carries none.
    """
    from scipy.optimize import minimize  # slow to load, and the web starts without

    sign = np.where(is_positive, 1.0, -1.0)
    counts = np.where(is_positive, is_positive.sum(), (~is_positive).sum())
    share = len(is_positive) / (2 * counts)
    rows = np.column_stack([table, np.ones(len(table))])

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        margin = sign * (rows @ weights)
        gradient = -(share * sign * expit(-margin)) @ rows
        gradient[:-1] += penalty * weights[:-1]
        value = (share * np.logaddexp(0, -margin)).sum()
        return float(value + penalty / 2 * weights[:-1] @ weights[:-1]), gradient

    start = np.zeros(rows.shape[1])
    found: FloatArray = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found


def standardised(table: FloatArray) -> FloatArray:
    """(texts, features) with mean 0 and spread 1; constant features become 0."""
    spread = table.std(axis=0)
    scaled: FloatArray = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return scaled
