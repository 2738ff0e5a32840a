"""Planning: what a design promises is what its simulation keeps."""

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.errors import AnalysisError
from analysis.metrics.clusters import answers, cluster_covariance
from analysis.metrics.intervals import rate_interval
from analysis.planning.plan import plan
from analysis.planning.simulation import (
    Design,
    SimulatedSource,
    draw_teams,
    intercept,
    simulate,
)

SOURCES = (
    SimulatedSource("human", is_human=True, rate_pct=85, comments=3),
    SimulatedSource("strong", is_human=False, rate_pct=60),
    SimulatedSource("weak", is_human=False, rate_pct=12),
)
DESIGN = Design(20, 60, redundancy=3, sources=SOURCES)


def test_a_simulated_study_has_its_true_rates() -> None:
    large = replace(DESIGN, annotators=400, videos=3_000)

    data = simulate(large, np.random.default_rng(1))

    rates = np.bincount(data.source, data.verdict) / np.bincount(data.source)
    assert rates * 100 == pytest.approx([85, 60, 12], abs=2)


def test_the_spread_does_not_move_the_mean_rate() -> None:
    draws = np.random.default_rng(2).normal(0, 1.3, 200_000)

    rate = 1 / (1 + np.exp(-(intercept(70, 1.3) + draws)))

    assert 100 * rate.mean() == pytest.approx(70, abs=0.2)


def test_teams_are_distinct_and_evenly_loaded() -> None:
    teams = draw_teams(DESIGN, np.random.default_rng(3))

    assert all(len(set(team)) == 3 for team in teams.tolist())
    loads = np.bincount(teams.reshape(-1), minlength=20)
    assert loads.sum() == 180
    assert loads.max() - loads.min() <= 10


def test_a_plan_foretells_the_half_width_of_a_study() -> None:
    made = plan(DESIGN, simulations=60, seed=1)

    widths = []
    rng = np.random.default_rng(99)
    for _ in range(60):
        data = simulate(DESIGN, rng)
        interval = rate_interval(cluster_covariance(answers(data, data.verdict)))
        widths.append((np.array(interval.hi) - np.array(interval.lo)) / 2)
    expected = 100 * np.mean(np.array(widths) / 100, axis=0)
    found = [source.half_width for source in made.sources]
    assert found == pytest.approx(expected, rel=0.12)
    assert all(source.covered_pct >= 85 for source in made.sources)


def test_more_of_everything_makes_intervals_narrower() -> None:
    widths = [
        plan(design, simulations=20, seed=1).widest
        for design in (DESIGN, replace(DESIGN, annotators=60, videos=240))
    ]

    assert widths[1] < widths[0]


def test_a_large_difference_is_found_and_a_missing_one_is_not() -> None:
    twins = (
        SimulatedSource("one", is_human=False, rate_pct=30),
        SimulatedSource("same", is_human=False, rate_pct=30),
        SimulatedSource("far", is_human=False, rate_pct=80),
    )

    made = plan(replace(DESIGN, sources=twins), simulations=100, seed=1)

    power = {(pair.first, pair.second): pair.power_pct for pair in made.pairs}
    assert power["one", "far"] == 100
    assert power["one", "same"] < 20


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"redundancy": 21}, "needs 21 annotators, but there are only 20"),
        ({"annotators": 1, "redundancy": 1}, "at least two annotators"),
        (
            {"sources": (SimulatedSource("all", is_human=False, rate_pct=100),)},
            "below 100 %. Change: all",
        ),
    ],
)
def test_an_impossible_design_is_refused(
    changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(AnalysisError, match=complaint):
        plan(replace(DESIGN, **changes), simulations=2, seed=1)  # type: ignore[arg-type]


def test_the_command_prints_the_same_plan_for_the_same_seed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["plan", "--videos", "30", "--simulations", "10", "--format", "json"]

    outputs = []
    for _ in range(2):
        assert main([*words, "--annotators", "12"]) == 0
        outputs.append(capsys.readouterr().out)

    content = json.loads(outputs[0])
    assert outputs[0] == outputs[1]
    assert [one["source"] for one in content["sources"]] == [
        "human",
        "middling",
        "weak",
    ]
    assert content["design"]["annotators"] == 12


def test_the_command_answers_the_inverse_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(
        [
            *("plan", "--want", "9", "--vary", "annotators", "--videos", "60"),
            *("--simulations", "20", "--rates", "strong=60"),
        ]
    )

    printed = capsys.readouterr().out
    assert status == 0
    assert "annotators, 60 videos, each judged by 3" in printed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--rates", "human"], "“human” isn't NAME=PERCENT"),
        (["--rates", "a=10,a=20"], "Each source can have only one rate"),
        (["--annotators", "0"], "'0' is not a whole number from 1"),
        (["--annotator-sd", "-1"], "'-1' is not a number from 0"),
        (
            ["--annotators", "2"],
            "error: Each video needs 3 annotators, but there are only 2",
        ),
    ],
)
def test_wrong_options_are_explained(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["plan", *words])
    except SystemExit as stop:
        status = int(str(stop.code))

    assert status == 2
    assert complaint in capsys.readouterr().err
