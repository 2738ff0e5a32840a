"""Accuracies over items: by hand, against statsmodels, and on simulated videos."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special, stats

from analysis.metrics.answered import gap, mcnemar_p, mean_of_means, rate
from analysis.metrics.undefined import Undefined
from tasks.shortcuts import wilson

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def sample(seed: int, videos: int = 60) -> Arrays:
    """Up to seven items a video, right more often for some videos than for others."""
    random = np.random.default_rng(seed)
    video = np.repeat(np.arange(videos), 7)
    task = np.tile(np.arange(7), videos)
    ease = np.repeat(random.normal(0, 1.5, videos), 7)
    right = random.random(len(video)) < special.expit(ease)
    kept = random.random(len(video)) < 0.8
    return right[kept].astype(float), task[kept], video[kept]


def test_the_macro_mean_by_hand() -> None:
    value, task = np.array([1.0, 0.0, 1.0]), np.array([0, 0, 2])

    mean, influence = mean_of_means(value, task)

    assert mean == 0.75
    assert influence.tolist() == [0.125, -0.125, 0.0]


def test_the_error_is_that_of_a_regression_clustered_by_video() -> None:
    value, _, video = sample(1)
    design = np.ones((len(value), 1))
    options = {"groups": video, "use_correction": False}
    fitted = sm.OLS(value, design).fit(cov_type="cluster", cov_kwds=options)

    found = rate(value, np.zeros_like(video), video)

    count = len(np.unique(video))
    factor = math.sqrt(count / (count - 1))
    assert found.pct == pytest.approx(100 * value.mean())
    assert found.se == pytest.approx(100 * fitted.bse[0] * factor)
    assert found.videos == count
    assert 0 < found.lo < found.pct < found.hi < 100


def test_the_macro_error_is_that_of_a_mean_of_dummies() -> None:
    value, task, video = sample(2)
    design = (task[:, None] == np.arange(7)).astype(float)
    options = {"groups": video, "use_correction": False}
    fitted = sm.OLS(value, design).fit(cov_type="cluster", cov_kwds=options)
    weights = np.full(7, 1 / 7)

    found = rate(value, task, video)

    count = len(np.unique(video))
    variance = weights @ fitted.cov_params() @ weights * count / (count - 1)
    assert found.pct == pytest.approx(100 * fitted.params.mean())
    assert found.se == pytest.approx(100 * math.sqrt(variance))


def test_a_paired_difference_is_a_t_test_where_each_video_has_one_item() -> None:
    random = np.random.default_rng(3)
    difference = random.integers(-1, 2, 50).astype(float)

    found = gap(difference, np.zeros(50, dtype=int), np.arange(50))

    expected = stats.ttest_1samp(difference, 0)
    bounds = expected.confidence_interval()
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.lo, found.hi) == pytest.approx((100 * bounds.low, 100 * bounds.high))


def test_the_clustered_interval_covers_and_the_binomial_one_does_not() -> None:
    truth = 50.0
    clustered = binomial = 0
    trials = 1000
    for seed in range(trials):
        value, _, video = sample(seed, videos=60)
        found = rate(value, np.zeros_like(video), video)
        lo, hi = wilson(value.sum(), len(value))
        clustered += found.lo <= truth <= found.hi
        binomial += lo <= truth <= hi

    assert 0.935 <= clustered / trials <= 0.965
    assert binomial / trials < 0.88


@pytest.mark.parametrize(
    ("value", "video", "reason"),
    [
        ([], [], "no items"),
        ([1.0, 0.0], [0, 0], "needs at least two videos"),
        ([1.0, 1.0], [0, 1], "no variation to judge by"),
        ([0.0, 0.0], [0, 1], "no variation to judge by"),
    ],
)
def test_an_interval_that_cannot_be_says_why(
    value: list[float], video: list[int], reason: str
) -> None:
    group = np.zeros(len(video), dtype=int)

    found = rate(np.array(value), group, np.array(video, dtype=int))
    difference = gap(np.array(value), group, np.array(video, dtype=int))

    for bound in (found.lo, found.hi, difference.lo, difference.p):
        assert isinstance(bound, Undefined)
        assert bound.reason == reason


def test_mcnemar_is_the_sign_test_of_what_differs() -> None:
    first = np.array([True] * 8 + [False] * 2 + [True] * 5)
    second = np.array([False] * 8 + [True] * 2 + [True] * 5)

    assert mcnemar_p(first, second) == pytest.approx(0.109375)
    assert math.isnan(mcnemar_p(first, first))
