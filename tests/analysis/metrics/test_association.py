"""Ranks of sources in two tests, against scipy and by simulation."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.metrics.association import VideoSums, association, spearman
from analysis.metrics.undefined import Undefined


def sums(rates: np.ndarray, seed: int, videos: int = 200) -> VideoSums:
    """Each source is right on ten items of each video as often as its rate says."""
    random = np.random.default_rng(seed)
    right = random.binomial(10, np.repeat(rates[:, None, None], videos, axis=2))
    return VideoSums(right.astype(float), np.full(right.shape, 10.0))


def test_spearman_is_that_of_scipy_with_ties() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        one, other = random.integers(0, 5, (2, 12)).astype(float)

        assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other)[0])


def test_sources_that_go_together_are_found_and_repeat_by_seed() -> None:
    rates = np.linspace(0.2, 0.8, 10)

    found = association(sums(rates, 1), sums(rates, 2), replicates=200, seed=5)
    again = association(sums(rates, 1), sums(rates, 2), replicates=200, seed=5)
    against = association(sums(rates, 1), sums(rates[::-1], 2), replicates=200, seed=5)

    assert found.rho == pytest.approx(1)
    assert 0.9 < found.lo <= found.hi <= 1
    assert found == again
    assert against.rho == pytest.approx(-1)


def test_noise_in_the_videos_widens_the_interval() -> None:
    rates = np.linspace(0.49, 0.51, 10)

    few = association(
        sums(rates, 1, videos=8), sums(rates, 2, videos=8), replicates=300, seed=1
    )

    assert few.hi - few.lo > 0.5


def test_under_eight_sources_there_is_no_coefficient() -> None:
    rates = np.linspace(0.2, 0.8, 7)

    found = association(sums(rates, 1), sums(rates, 2), replicates=10, seed=1)

    assert isinstance(found.rho, Undefined)
    assert found.rho.reason == "needs at least eight sources"
    assert math.isnan(found.lo)


def test_sources_that_are_all_alike_have_none_either() -> None:
    same = VideoSums(np.ones((9, 1, 4)), np.ones((9, 1, 4)))

    found = association(same, sums(np.linspace(0.1, 0.9, 9), 1), replicates=5, seed=1)

    assert isinstance(found.rho, Undefined)
    assert found.rho.reason == "all sources are alike"


def test_a_rate_is_the_mean_of_the_groups_that_were_asked() -> None:
    right = np.array([[[1.0, 0.0], [2.0, 2.0], [0.0, 0.0]]])
    asked = np.array([[[1.0, 1.0], [2.0, 2.0], [0.0, 0.0]]])

    assert VideoSums(right, asked).rates(np.ones(2)).tolist() == [0.75]
    assert VideoSums(right, asked).rates(np.array([2.0, 0.0])).tolist() == [1.0]
