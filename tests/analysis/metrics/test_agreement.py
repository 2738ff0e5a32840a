"""Agreement: published tables, hand-worked cases, and the libraries."""

import math
from dataclasses import fields

import krippendorff
import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

import analysis
from analysis.metrics.agreement import (
    AgreementFigures,
    Level,
    agreement_figures,
    distinct_answers,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    majority_share,
    pairwise_agreement,
    patterns,
    pooled_pairwise_agreement,
    quadratic_weights,
    unanimous_share,
)
from analysis.metrics.agreement_sums import SCORES, VERDICTS, Kind
from analysis.planning.simulation import Design, paper_sources, simulate
from tests.analysis.long_tables import judgments, scores, votes

# Krippendorff 2011, section C: four observers, twelve units, values 1 to 5, gaps.
KRIPPENDORFF_2011 = [
    "123321412---",
    "1233224125-3",
    "-3332342251-",
    "12332441251-",
]

# Fleiss 1971, table 1: thirty patients by five diagnoses, six psychiatrists each.
FLEISS_1971 = [
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555",
    "144444 124444 222333 144444 224445 333335 111455 111112 224444 133555",
    "555555 244444 224555 114444 144445 222224 111155 224444 133333 555555",
]


def counts_of(units: list[str], domain: int, lowest: int = 0) -> np.ndarray:
    """(units, domain) how often each digit occurs in each unit."""
    table = np.zeros((len(units), domain), dtype=np.int64)
    for number, unit in enumerate(units):
        for digit in unit:
            table[number, int(digit) - lowest] += 1
    return table


def krippendorff_units() -> np.ndarray:
    units = [
        "".join(observer[unit] for observer in KRIPPENDORFF_2011).replace("-", "")
        for unit in range(12)
    ]
    return counts_of(units, domain=5, lowest=1)


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)],
)
def test_alpha_of_krippendorffs_own_example(level: Level, published: float) -> None:
    alpha = krippendorff_alpha(krippendorff_units(), level)

    assert alpha == pytest.approx(published, abs=5e-4)


def test_alpha_of_krippendorffs_binary_example() -> None:
    first, second = "0100000010", "1110010000"
    units = counts_of([a + b for a, b in zip(first, second, strict=True)], domain=2)

    alpha = krippendorff_alpha(units, "nominal")

    assert alpha == pytest.approx(0.095, abs=5e-4)


def test_kappa_of_fleiss_own_example() -> None:
    units = counts_of(" ".join(FLEISS_1971).split(), domain=5, lowest=1)

    assert fleiss_kappa(patterns(units)) == pytest.approx(0.430, abs=5e-4)


# Gwet 2014, Handbook of Inter-Rater Reliability: the same observers, one unit of which
# has a single rating. The figures are those of the R package irrCAC (cac.raw4raters).
def test_kappa_ac1_and_ac2_of_gwets_example_with_missing_ratings() -> None:
    data = patterns(krippendorff_units())

    assert fleiss_kappa(data) == pytest.approx(0.76117, abs=5e-6)
    assert gwet_ac(data, np.eye(5)) == pytest.approx(0.77544, abs=5e-6)
    assert gwet_ac(data, quadratic_weights(5)) == pytest.approx(0.914, abs=5e-4)


@pytest.mark.parametrize("weights", [np.eye(6), quadratic_weights(6)])
def test_gwets_coefficients_equal_his_formulas_comment_by_comment(
    weights: np.ndarray,
) -> None:
    counts = random_counts(6)
    assert (counts.sum(axis=1) == 1).any()

    rated = [row for row in counts if row.sum() >= 1]
    share = np.mean([row / row.sum() for row in rated], axis=0)
    agreeing = [
        sum(row[k] * ((weights @ row)[k] - 1) for k in range(6))
        / (row.sum() * (row.sum() - 1))
        for row in rated
        if row.sum() >= 2
    ]
    by_ac = weights.sum() / 30 * (share * (1 - share)).sum()
    by_kappa = share @ share
    data = patterns(counts)
    assert gwet_ac(data, weights) == pytest.approx(
        (np.mean(agreeing) - by_ac) / (1 - by_ac)
    )
    if (weights == np.eye(6)).all():
        assert fleiss_kappa(data) == pytest.approx(
            (np.mean(agreeing) - by_kappa) / (1 - by_kappa)
        )


def test_ac1_of_gwets_paradox_table() -> None:
    units = np.repeat([[0, 2], [1, 1], [2, 0]], [118, 7, 0], axis=0)

    ac1 = gwet_ac(patterns(units), np.eye(2))

    assert ac1 == pytest.approx(0.9408, abs=5e-5)


def test_ac2_by_hand() -> None:
    # Two comments, two scores each: (0, 5) disagree fully, (3, 4) by 1 of 5.
    units = counts_of(["05", "34"], domain=6)
    weights = quadratic_weights(6)
    shares = np.array([1 / 4, 0, 0, 1 / 4, 1 / 4, 1 / 4])
    chance = weights.sum() / 30 * (shares * (1 - shares)).sum()

    ac2 = gwet_ac(patterns(units), weights)

    agree = (0 + 24 / 25) / 2
    assert ac2 == pytest.approx((agree - chance) / (1 - chance))


def test_the_three_readings_of_agreement_by_hand() -> None:
    data = patterns(counts_of(["0001", "11"], domain=2))

    assert pairwise_agreement(data, within=0) == pytest.approx(100 * (3 / 6 + 1) / 2)
    assert pooled_pairwise_agreement(data) == pytest.approx(100 * (3 + 1) / 7)
    assert unanimous_share(data) == 50
    assert majority_share(data) == pytest.approx(100 * (3 / 4 + 1) / 2)


def test_scores_at_most_one_apart_by_hand() -> None:
    metrics = analysis.report(
        judgments(scores("v1-bot-1", "015") + scores("v1-human-1", "33"))
    ).metrics

    assert metrics["agreement/score_exact_pct"] == 50
    assert metrics["agreement/score_within1_pct"] == pytest.approx(
        100 * (1 / 3 + 1) / 2
    )
    assert metrics["agreement_human/score_exact_pct"] == 100
    assert metrics["agreement_ai/score_exact_pct"] == 0


def random_counts(values: int, seed: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    answers = rng.integers(1, 8, 300)
    preferred = rng.dirichlet(np.ones(values), 300)
    return np.array(
        [rng.multinomial(n, p) for n, p in zip(answers, preferred, strict=True)]
    )


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_is_the_librarys_by_either_way(level: Level) -> None:
    counts = random_counts(6)

    theirs = krippendorff.alpha(
        value_counts=counts, value_domain=range(6), level_of_measurement=level
    )
    small = krippendorff_alpha(counts, level)
    large = krippendorff_alpha(counts, level, most_for_the_library=10)

    assert small == theirs
    assert large == pytest.approx(theirs, rel=1e-12)


def test_kappa_equals_statsmodels_where_that_is_defined() -> None:
    rng = np.random.default_rng(8)
    counts = rng.multinomial(5, [0.2, 0.5, 0.3], 200)

    assert fleiss_kappa(patterns(counts)) == pytest.approx(
        fleiss_of_statsmodels(counts), rel=1e-12
    )


@pytest.mark.parametrize("kind", [VERDICTS, SCORES])
def test_sums_over_comments_give_every_reading(kind: Kind) -> None:
    counts = {VERDICTS: random_counts(2), SCORES: random_counts(6)}
    data, which = distinct_answers(counts[kind])

    sums = {name: term[which].sum(axis=0) for name, term in kind.terms(data).items()}
    readings = kind.readings({name: total[np.newaxis] for name, total in sums.items()})

    expected = agreement_figures(counts[VERDICTS], counts[SCORES])
    for name, (value,) in readings.items():
        assert value == pytest.approx(getattr(expected, name), rel=1e-9), name


def test_every_reading_has_an_interval_around_it_that_repeats_with_its_seed() -> None:
    design = Design(12, 60, 5, paper_sources(models=3))
    data = simulate(design, np.random.default_rng(5))
    reports = [analysis.report(data, replicates=200, seed=4) for _ in range(2)]

    metrics = reports[0].metrics
    # What has no interval is NaN in both.
    np.testing.assert_equal(dict(metrics), dict(reports[1].metrics))
    for whose in ("agreement", "agreement_human", "agreement_ai"):
        for field in fields(AgreementFigures):
            name = f"{whose}/{field.name}"
            lo, hi = (metrics[f"boot_video/{name}_{side}"] for side in ("lo", "hi"))
            assert lo < metrics[name] < hi, name
    assert (
        metrics["boot_video/alpha_nominal_lo"]
        == (metrics["boot_video/agreement/alpha_nominal_verdict_lo"])
    )


def test_an_interval_needs_comments_of_two_videos() -> None:
    report = analysis.report(
        judgments(votes("v1-bot-1", "ha") + votes("v2-bot-2", "aa")), replicates=50
    )

    name = "boot_video/{}/pairwise_pct_lo"
    assert report.metrics[name.format("agreement_ai")] == 0
    why = report.reason(name.format("agreement_human"))
    assert why == "no comment has two answers"


def test_agreement_that_is_the_same_in_every_video_has_no_interval() -> None:
    report = analysis.report(
        judgments(votes("v1-bot-1", "hh") + votes("v2-bot-2", "aa")), replicates=50
    )

    assert report.metrics["agreement/pairwise_pct"] == 100
    why = report.reason("boot_video/agreement/pairwise_pct_lo")
    assert why == "no variation to judge by"


def test_comments_with_one_verdict_are_left_out() -> None:
    report = analysis.report(judgments(votes("v1-bot-1", "h") + votes("v2-bot-2", "a")))

    assert math.isnan(report.metrics["agreement/pairwise_pct"])
    assert report.reason("agreement/pairwise_pct") == "no comment has two answers"


def test_when_all_say_the_same_agreement_is_full_and_alpha_undefined() -> None:
    report = analysis.report(
        judgments(votes("v1-bot-1", "aa") + votes("v2-bot-2", "aa"))
    )

    assert report.metrics["agreement/pairwise_pct"] == 100
    assert report.metrics["agreement/ac1_verdict"] == 1
    assert report.reason("agreement/alpha_nominal_verdict") == "only one answer occurs"
    assert report.reason("agreement/fleiss_kappa_verdict") == "only one answer occurs"
    assert report.reason("boot_video/alpha_nominal_lo") == "only one answer occurs"
