"""Prediction-powered rates: coverage by simulation, and what moves them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

from analysis.judgments.arrays import BoolArray, FloatArray
from analysis.metrics.clusters import Answers, answers, cluster_covariance
from analysis.metrics.intervals import rate_interval
from analysis.metrics.prediction_powered import Guesses, powered, powered_ranks
from analysis.metrics.ranking import compare_pairs
from tests.analysis.metrics.test_intervals import study

ANNOTATORS, JUDGED, VIDEOS, EACH = 30, 150, 1000, 3
SOURCES = 2
SPREAD = (0.5, 0.35, 1.0)  # annotators, videos, comments; in log-odds
MIDDLE = np.array([-0.4, 0.3])


def true_rates() -> FloatArray:
    """Of each source, over all annotators, videos and comments."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    spread = np.sqrt(sum(part**2 for part in SPREAD))
    rates = special.expit(MIDDLE[:, np.newaxis] + spread * nodes)
    return np.asarray((rates * weights).sum(axis=1) / weights.sum())


def simulated(
    rng: np.random.Generator,
    *,
    correlation: float = 0.7,
    bias: float = 0.0,
    annotators: int = ANNOTATORS,
) -> tuple[Answers, Guesses]:
    """A study whose judge knows a comment's log-odds with some correlation."""
    comment = rng.normal(0, SPREAD[1], (VIDEOS, 1)) + rng.normal(
        0, SPREAD[2], (VIDEOS, SOURCES)
    )
    spread = np.hypot(*SPREAD[1:])
    noise = rng.normal(0, spread, comment.shape)
    seen = correlation * comment + np.sqrt(1 - correlation**2) * noise
    guess = special.expit(MIDDLE + bias + seen)
    leaning = rng.normal(0, SPREAD[0], annotators)
    teams = rng.random((JUDGED, annotators)).argpartition(EACH, axis=1)[:, :EACH]
    odds = leaning[teams][:, :, np.newaxis] + (MIDDLE + comment[:JUDGED])[:, np.newaxis]
    verdict = rng.random(odds.shape) < special.expit(odds)
    video, place, source = (axis.ravel() for axis in np.indices(odds.shape))
    data = Answers(
        annotator=teams[video, place],
        video=video,
        assignment=video * EACH + place,
        source=source,
        value=verdict.ravel().astype(np.int8),
        sizes=(annotators, VIDEOS, JUDGED * EACH),
        sources=SOURCES,
    )
    every_video, every_source = (axis.ravel() for axis in np.indices(guess.shape))
    return data, Guesses(
        of_row=guess[video, source],
        video=every_video,
        source=every_source,
        guess=guess.ravel(),
    )


def coverage(repetitions: int, bias: float = 0.0) -> dict[str, float]:
    """How often intervals hold the truth, in percent, of both sources together."""
    rng = np.random.default_rng(16)
    true = 100 * true_rates()
    held: dict[str, list[BoolArray]] = {"two-way": [], "one-way": [], "difference": []}
    widths: dict[str, list[float]] = {"people": [], "powered": []}
    for _repetition in range(repetitions):
        data, guesses = simulated(rng, bias=bias)
        found = powered(data, guesses)
        interval = rate_interval(found.covariance)
        lo, hi = np.array(interval.lo), np.array(interval.hi)
        held["two-way"].append((lo <= true) & (true <= hi))
        rate = found.covariance.mean
        error = np.sqrt(np.diag(found.covariance.by_video))
        reach = stats.t.ppf(0.975, JUDGED - 1) * error / (rate * (1 - rate))
        middle = special.logit(true / 100) - special.logit(rate)
        held["one-way"].append(np.less_equal(np.abs(middle), reach))
        pairs = compare_pairs(found.covariance)
        difference = true[0] - true[1]
        inside = pairs.ci_lo[0] <= difference <= pairs.ci_hi[0]
        held["difference"].append(np.array([inside]))
        people = rate_interval(cluster_covariance(data))
        widths["people"].append(float(np.mean(np.subtract(people.hi, people.lo))))
        widths["powered"].append(float(np.mean(hi - lo)))
    shares = {name: float(100 * np.mean(each)) for name, each in held.items()}
    return shares | {name: float(np.mean(each)) for name, each in widths.items()}


def test_intervals_hold_the_truth_as_often_as_they_say_by_both_clusters_only() -> None:
    found = coverage(400)

    assert 93 <= found["two-way"] <= 97
    assert 93 <= found["difference"] <= 97
    assert found["one-way"] < 92  # what clustering by video alone promises too much
    assert found["powered"] < found["people"]


@pytest.mark.nightly
def test_a_judge_far_off_leaves_coverage_as_it_is() -> None:
    found = coverage(2000, bias=0.8)

    assert 93 <= found["two-way"] <= 97


def test_a_biased_judge_does_not_bias() -> None:
    rng = np.random.default_rng(3)

    rates = [
        powered(*simulated(rng, bias=1.5)).covariance.mean for _study in range(200)
    ]

    error = np.std(rates, axis=0) / np.sqrt(len(rates))
    assert np.all(np.abs(np.mean(rates, axis=0) - true_rates()) < 3 * error)
    assert np.all(error < 0.004)


def test_without_the_judge_it_is_todays_interval() -> None:
    data, guesses = simulated(np.random.default_rng(1))
    today = cluster_covariance(replace(data, sizes=(ANNOTATORS, JUDGED, data.sizes[2])))

    found = powered(data, guesses, tuning=np.zeros(SOURCES))

    ours, theirs = rate_interval(found.covariance), rate_interval(today)
    assert ours.lo == pytest.approx(theirs.lo, abs=1e-12)
    assert ours.hi == pytest.approx(theirs.hi, abs=1e-12)
    assert found.rate == pytest.approx(100 * today.mean, abs=1e-12)
    pairs, plain = compare_pairs(found.covariance), compare_pairs(today)
    assert pairs.p_t_holm == pytest.approx(plain.p_t_holm, abs=1e-12)


def test_a_judge_that_knows_nothing_is_tuned_away() -> None:
    data, guesses = simulated(np.random.default_rng(5), correlation=0.0)
    found = powered(data, guesses)

    assert np.all(found.tuning < 0.3)
    assert np.all((found.tuning >= 0) & (found.tuning <= 1))


def test_the_tuned_variance_is_the_smallest() -> None:
    data, guesses = simulated(np.random.default_rng(6), correlation=0.9)
    each = np.arange(SOURCES)

    tuned = powered(data, guesses)

    best = tuned.covariance.two_way(each, corrected=True)
    for amount in np.linspace(0, 1, 11):
        other = powered(data, guesses, tuning=np.full(SOURCES, amount))
        assert np.all(best <= other.covariance.two_way(each, corrected=True) + 1e-15)


def test_equal_chances_of_being_judged_change_nothing() -> None:
    data, guesses = simulated(np.random.default_rng(7))
    plain = powered(data, guesses)

    known = replace(guesses, chance=np.full(VIDEOS, JUDGED / VIDEOS))
    found = powered(data, known)

    assert found.covariance.mean == pytest.approx(plain.covariance.mean, abs=1e-12)
    assert found.covariance.by_video == pytest.approx(
        plain.covariance.by_video, abs=1e-12
    )


def chosen_by_the_judge(rng: np.random.Generator) -> tuple[Answers, Guesses]:
    """Videos whose comments look human were judged more often, by a known chance."""
    data, guesses = simulated(rng)
    looks = guesses.guess.reshape(VIDEOS, SOURCES).mean(axis=1)
    chance = np.where(looks > np.median(looks), 0.9, 0.2)
    kept = rng.random(VIDEOS) < chance
    rows = kept[data.video]
    return (
        replace(
            data,
            annotator=data.annotator[rows],
            video=data.video[rows],
            assignment=data.assignment[rows],
            source=data.source[rows],
            value=data.value[rows],
        ),
        replace(guesses, of_row=guesses.of_row[rows], chance=chance),
    )


def test_known_chances_put_a_choice_of_videos_right() -> None:
    rng = np.random.default_rng(8)
    zero = np.zeros(SOURCES)
    weighted, plain = [], []

    for _study in range(150):
        data, guesses = chosen_by_the_judge(rng)
        weighted.append(powered(data, guesses, tuning=zero).covariance.mean)
        ignored = replace(guesses, chance=None)
        plain.append(powered(data, ignored, tuning=zero).covariance.mean)

    assert np.mean(weighted, axis=0) == pytest.approx(true_rates(), abs=0.015)
    assert np.all(np.mean(plain, axis=0) > true_rates() + 0.03)


def test_videos_that_are_all_there_is_have_narrower_intervals() -> None:
    data, guesses = simulated(np.random.default_rng(9))
    everything = replace(data, sizes=(ANNOTATORS, JUDGED, data.sizes[2]))
    judged = guesses.video < JUDGED
    known = replace(
        guesses,
        video=guesses.video[judged],
        source=guesses.source[judged],
        guess=guesses.guess[judged],
    )

    sample = powered(everything, known)
    benchmark = powered(everything, known, is_benchmark=True)

    # With every video judged, only who was asked is left to chance.
    each = np.arange(SOURCES)
    variance = benchmark.covariance.two_way(each, corrected=False)
    assert variance == pytest.approx(np.diag(benchmark.covariance.by_annotator))
    assert np.all(variance < sample.covariance.two_way(each, corrected=False))


def test_comments_of_people_count_by_cell() -> None:
    data = study()  # three human comments a video
    verdicts = answers(data, data.called_human)
    rng = np.random.default_rng(2)
    guess = rng.random(len(data.comments))

    found = powered(
        verdicts,
        Guesses(guess[data.comment], data.comment_video, data.comment_source, guess),
        tuning=np.ones(len(data.sources)),
    )

    # All videos were judged, equally often: the guesses cancel.
    plain = cluster_covariance(verdicts)
    assert found.covariance.mean == pytest.approx(plain.mean, abs=1e-12)


def test_ranks_follow_the_estimates() -> None:
    data, guesses = simulated(np.random.default_rng(10))
    found = powered(data, guesses)

    ranks = powered_ranks(found, replicates=200, rng=np.random.default_rng(0))

    assert found.rate[1] > found.rate[0]
    assert ranks.lo[1] == 1
    assert ranks.hi[0] == 2


def test_a_source_without_verdicts_has_no_estimate() -> None:
    data, guesses = simulated(np.random.default_rng(11))
    rows = data.source == 0
    silent = replace(
        data,
        annotator=data.annotator[rows],
        video=data.video[rows],
        assignment=data.assignment[rows],
        source=data.source[rows],
        value=data.value[rows],
    )

    found = powered(silent, replace(guesses, of_row=guesses.of_row[rows]))

    assert np.isnan(found.rate[1])
    assert not np.isnan(found.rate[0])
