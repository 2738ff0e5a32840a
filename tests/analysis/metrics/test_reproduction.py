"""Quantified reproducibility: published values, worked cases, and another library."""

import math

import krippendorff
import numpy as np
import pytest
from scipy import stats

from analysis.metrics.reproduction import (
    alpha_of_two,
    correlations,
    kendall,
    small_sample_cv,
)


@pytest.mark.parametrize(
    ("values", "published"),
    [
        # Belz, Popovic and Mille 2022, table 4 (and the authors' own program's check).
        ([84.51, 84.50, 87.46, 85.60, 84.20, 86.61, 86.20], 1.562),
        ([30.65, 30.65, 29.13, 30.65, 29.96], 2.487),
        ([87.50, 80.75, 89.36, 88.10, 89.64, 88.80], 4.176),
        ([31.11, 30.28, 31.11, 29.12], 3.572),
    ],
)
def test_cv_is_that_of_the_published_reproductions(
    values: list[float], published: float
) -> None:
    assert round(small_sample_cv(values), 3) == published


def test_cv_of_two_values_by_hand() -> None:
    # s = 2/sqrt(2), c4(2) = sqrt(2/pi), mean 9: (1 + 1/8) x 100 s / (c4 x 9)
    by_hand = 1.125 * 100 * math.sqrt(2) / (math.sqrt(2 / math.pi) * 9)

    assert small_sample_cv([8, 10]) == pytest.approx(by_hand)
    assert small_sample_cv([5, 5]) == 0


@pytest.mark.parametrize("values", [[], [3.0], [0.0, 0.0], [math.nan, 2.0]])
def test_cv_is_undefined_without_two_values_and_a_mean(values: list[float]) -> None:
    assert math.isnan(small_sample_cv(values))


def test_correlations_agree_with_scipy_ties_included() -> None:
    rng = np.random.default_rng(3)
    first = rng.integers(0, 6, 24).astype(float)
    second = first + rng.normal(0, 2, 24).round()

    r, rho, tau = correlations(first, second)

    assert r == pytest.approx(stats.pearsonr(first, second).statistic)
    assert rho == pytest.approx(stats.spearmanr(first, second).statistic)
    assert tau == pytest.approx(stats.kendalltau(first, second).statistic)
    assert kendall(first, second) == tau


def test_correlations_need_three_sources_that_differ() -> None:
    few = correlations(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    alike = correlations(np.ones(4), np.arange(4.0))

    assert all(map(math.isnan, few + alike))


def test_alpha_of_two_measurements_agrees_with_the_library() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(3, 1, (2, 40)).round(1)
    verdicts = rng.integers(0, 2, (2, 40)).astype(float)

    interval = krippendorff.alpha(scores, level_of_measurement="interval")
    nominal = krippendorff.alpha(verdicts, level_of_measurement="nominal")

    assert alpha_of_two(scores[0], scores[1]) == pytest.approx(interval)
    assert alpha_of_two(verdicts[0], verdicts[1]) == pytest.approx(nominal)
    assert math.isnan(alpha_of_two(np.ones(3), np.ones(3)))
    assert math.isnan(alpha_of_two(np.array([1.0]), np.array([0.0])))
