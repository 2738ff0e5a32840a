"""The item-response model finds what was planted; the simple readings agree."""

import numpy as np
from scipy import optimize
from scipy.stats import spearmanr

from analysis.metrics import humanness as module
from analysis.metrics.dawid_skene import looks_human
from analysis.metrics.humanness import humanness
from analysis.metrics.score_differences import strengths
from tests.analysis.preferences.planted import planted


def test_planted_values_are_found_again() -> None:
    truth = planted()
    found = humanness(truth.judgments)

    assert found.is_settled
    assert spearmanr(found.theta, truth.theta).statistic > 0.9
    assert spearmanr(found.leaning, truth.leaning).statistic > 0.9
    assert spearmanr(found.discrimination, truth.discrimination).statistic > 0.4
    # Its own uncertainty is honest: 95 % intervals hold at least so many true values.
    off = np.abs(found.theta - truth.theta) / found.sd
    assert (off < 1.96).mean() > 0.93


def test_simple_readings_stand_beside_it() -> None:
    truth = planted(videos=6)
    found = humanness(truth.judgments)

    assert spearmanr(strengths(truth.judgments), found.theta).statistic > 0.8
    # Nearly all of it is 0 or 1, with ties.
    assert spearmanr(looks_human(truth.judgments), found.theta).statistic > 0.6


def test_the_slope_is_the_slope() -> None:
    truth = planted(videos=2, each=5, annotators=4, answers=3)
    answers = module._answers(truth.judgments)
    penalty = module._penalties(answers.sizes)
    point = np.random.default_rng(0).normal(0, 0.5, len(penalty))

    assert (
        optimize.check_grad(
            lambda x: module._objective(x, answers, penalty)[0],
            lambda x: module._objective(x, answers, penalty)[1],
            point,
        )
        < 1e-4
    )
