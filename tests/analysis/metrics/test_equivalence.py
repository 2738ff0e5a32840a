"""Non-inferiority and equivalence to people: by hand, by statsmodels, by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import analysis
from analysis.judgments.arrays import Judgments
from analysis.metrics.clusters import answers, cluster_covariance
from analysis.metrics.equivalence import ToPeople, compare_with_people
from analysis.metrics.undefined import Figures
from analysis.planning.plan import simulated_verdicts
from analysis.planning.simulation import Design, SimulatedSource, simulate
from tests.analysis.long_tables import judgments, votes
from tests.analysis.metrics.test_intervals import cluster_fit


def people_and(*rates: float) -> tuple[SimulatedSource, ...]:
    models = (
        SimulatedSource(f"model{n}", is_human=False, rate_pct=rate)
        for n, rate in enumerate(rates)
    )
    return (SimulatedSource("human", is_human=True, rate_pct=80, comments=3), *models)


def compared(data: Judgments) -> ToPeople[Figures]:
    covariance = cluster_covariance(answers(data, data.called_human))
    return compare_with_people(covariance, data.source_is_human)


def test_both_tests_equal_those_from_statsmodels_covariance() -> None:
    design = Design(25, 80, redundancy=3, sources=people_and(78, 60))
    data = simulate(design, np.random.default_rng(3))

    metrics = analysis.report(data, replicates=0).metrics

    fit = cluster_fit(data, data.verdict, use_correction=True)
    cov = fit.cov_params() * (len(data) - 3) / (len(data) - 1)
    for number, name in ((1, "model0"), (2, "model1")):
        contrast = np.zeros(3)
        contrast[number], contrast[0] = 1, -1
        diff, error = contrast @ fit.params, math.sqrt(contrast @ cov @ contrast)
        below = stats.t.sf((diff + 0.1) / error, 24)
        above = stats.t.cdf((diff - 0.1) / error, 24)
        assert metrics[f"people/diff_pct/{name}"] == pytest.approx(100 * diff)
        assert metrics[f"people/noninferiority_p/{name}"] == pytest.approx(below)
        assert metrics[f"people/equivalence_p/{name}"] == pytest.approx(
            max(below, above)
        )
    assert not [name for name in metrics if name.startswith("people/diff_pct/human")]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    annotators=st.integers(6, 40),
    rates=st.lists(st.floats(60, 95), min_size=1, max_size=4),
)
def test_a_test_passes_exactly_where_the_90_percent_interval_keeps_to_the_margin(
    seed: int, annotators: int, rates: list[float]
) -> None:
    design = Design(annotators, 40, redundancy=3, sources=people_and(*rates))

    found = compared(simulate(design, np.random.default_rng(seed)))

    for lo, hi, one_sided, both in zip(
        found.ci90_lo_pct,
        found.ci90_hi_pct,
        found.noninferiority_p,
        found.equivalence_p,
        strict=True,
    ):
        if not math.isnan(one_sided):
            assert (one_sided < 0.05) == (lo > -10)
            assert (both < 0.05) == (lo > -10 and hi < 10)


def test_a_source_at_the_margin_passes_about_once_in_twenty_studies() -> None:
    design = Design(30, 100, redundancy=3, sources=people_and(70))
    rng = np.random.default_rng(12)
    is_human = np.array([True, False])

    passed = [
        compare_with_people(
            cluster_covariance(simulated_verdicts(design, rng)), is_human
        ).noninferiority_p[1]
        < 0.05
        for _ in range(600)
    ]

    assert 0.02 < np.mean(passed) < 0.085


def test_a_source_like_people_is_shown_to_be_within_the_margin() -> None:
    design = Design(60, 400, redundancy=3, sources=people_and(80, 30))
    data = simulate(design, np.random.default_rng(2))

    table = analysis.report(data, replicates=0).table("people")

    shown = {row[0]: row[-1] for row in table.rows}
    assert shown == {"model0": "Within 10 points of people", "model1": "Not shown"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (votes("v1-bot-1", "ha") + votes("v2-bot-2", "ah"), "one human source"),
        (
            votes("v1-human-1", "hh")
            + votes("v2-human-2", "hh")
            + votes("v1-bot-1", "aa")
            + votes("v2-bot-2", "aa"),
            "no variation",
        ),
    ],
    ids=["no people", "no variation"],
)
def test_what_cannot_be_tested_says_why(
    rows: list[dict[str, object]], reason: str
) -> None:
    report = analysis.report(judgments(rows), replicates=0)

    assert reason in report.reason("people/noninferiority_p/bot")
    assert reason in report.reason("people/equivalence_p_holm/bot")
