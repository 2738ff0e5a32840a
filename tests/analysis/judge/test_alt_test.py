"""The alt-test: against the procedure of the paper written out with scipy."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import false_discovery_control, ttest_1samp

from analysis.judge.alt_test import alt_test
from analysis.judgments.arrays import FloatArray


def written_out(
    people: FloatArray,
    judge: FloatArray,
    epsilon: float,
    score: Callable[[float, list[float]], float],
) -> tuple[float, float]:
    """Section 3 of the paper, annotator by annotator and item by item."""
    p, advantages = [], []
    for annotator in range(people.shape[1]):
        gaps, wins = [], []
        for item in range(len(people)):
            answers = people[item]
            others = [
                answers[other]
                for other in range(len(answers))
                if other != annotator and not np.isnan(answers[other])
            ]
            if np.isnan(answers[annotator]) or not others or np.isnan(judge[item]):
                continue
            own, its = score(answers[annotator], others), score(judge[item], others)
            wins.append(int(its >= own))
            gaps.append(int(own >= its) - int(its >= own))
        if len(gaps) >= 30:
            p.append(ttest_1samp(gaps, epsilon, alternative="less").pvalue)
            advantages.append(np.mean(wins))
    rejected = false_discovery_control(p, method="by") <= 0.05
    return float(np.mean(rejected)), float(np.mean(advantages))


def accuracy(answer: float, others: list[float]) -> float:
    return float(np.mean([answer == other for other in others]))


def nearness(answer: float, others: list[float]) -> float:
    return -float(np.sqrt(np.mean([(answer - other) ** 2 for other in others])))


def sample(noise: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Answers of eight people to 120 items, some missing, and a judge's."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 120)

    def answers(error: float, shape: tuple[int, ...]) -> FloatArray:
        slips = rng.random(shape) < error
        told = np.broadcast_to(truth.reshape(-1, *(1,) * (len(shape) - 1)), shape)
        return np.where(slips, rng.integers(0, 4, shape), told).astype(float)

    people = answers(0.35, (120, 8))
    people[rng.random(people.shape) < 0.4] = np.nan
    return people, answers(noise, (120,))


@pytest.mark.parametrize("epsilon", [0.1, 0.15, 0.2])
@pytest.mark.parametrize("noise", [0.05, 0.3, 0.6])
@pytest.mark.parametrize(
    ("by_distance", "score"), [(False, accuracy), (True, nearness)]
)
def test_it_is_the_procedure_of_the_paper(
    epsilon: float,
    noise: float,
    by_distance: bool,  # noqa: FBT001
    score: Callable[[float, list[float]], float],
) -> None:
    people, judge = sample(noise, seed=int(100 * noise))

    found = alt_test(people, judge, epsilon=epsilon, by_distance=by_distance)

    expected = written_out(people, judge, epsilon, score)
    assert (found.winning_rate, found.advantage) == pytest.approx(expected)


def test_a_judge_as_good_as_the_truth_passes_and_a_coin_does_not() -> None:
    people, perfect = sample(0.0, seed=1)
    coin = np.random.default_rng(2).integers(0, 4, 120).astype(float)

    assert alt_test(people, perfect, epsilon=0.1).winning_rate >= 0.5
    assert alt_test(people, coin, epsilon=0.1).winning_rate == 0


def test_it_is_undefined_with_too_few_people() -> None:
    people, judge = sample(0.1, seed=3)

    found = alt_test(people[:, :2], judge, epsilon=0.1)

    assert np.isnan(found.winning_rate)
    assert "3 annotators with 30" in getattr(found.winning_rate, "reason", "")


def test_it_is_undefined_with_too_few_comments() -> None:
    people, judge = sample(0.1, seed=3)
    people = np.where(np.isnan(people), judge[:, np.newaxis], people)

    few = alt_test(people[:49], judge[:49], epsilon=0.1)
    enough = alt_test(people[:50], judge[:50], epsilon=0.1)

    assert "needs 50 comments" in getattr(few.winning_rate, "reason", "")
    assert not np.isnan(enough.winning_rate)
