"""Annotators, Dawid and Skene, order and drift."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

import analysis
from analysis.judgments.arrays import Judgments
from analysis.metrics import dawid_skene
from analysis.metrics.order import order_figures
from analysis.planning.simulation import Design, SimulatedSource, simulate
from tests.analysis.long_tables import Row, judgments, row, votes

SOURCES = (
    SimulatedSource("human", is_human=True, rate_pct=85, comments=5),
    SimulatedSource("strong", is_human=False, rate_pct=60, comments=2),
    SimulatedSource("weak", is_human=False, rate_pct=10, comments=3),
)


def study(seed: int = 1, annotators: int = 12, videos: int = 40) -> Judgments:
    design = Design(annotators, videos, redundancy=3, sources=SOURCES)
    return simulate(design, np.random.default_rng(seed))


def shown(video: str, verdicts: str, annotator: str = "a1") -> list[Row]:
    """Verdicts in the order shown, on comments named against that order."""
    meaning = {"h": "human", "a": "ai", "-": None}
    return [
        row(
            annotator,
            f"{video}-bot-{90 - position}",
            meaning[letter],
            order=position,
            score=1,
        )
        for position, letter in enumerate(verdicts, 1)
    ]


def metrics_of(rows: list[Row]) -> analysis.Report:
    return analysis.report(judgments(rows), replicates=0)


def test_the_longest_run_follows_the_shown_order_within_an_assignment() -> None:
    report = metrics_of(shown("v1", "hhahhha") + shown("v2", "aaha"))

    assert report.metrics["annotator/longest_run/a1"] == 3


def test_a_run_does_not_continue_in_the_next_assignment() -> None:
    report = metrics_of(shown("v1", "ahh") + shown("v2", "hha"))

    assert report.metrics["annotator/longest_run/a1"] == 2


def test_runs_need_a_recorded_order() -> None:
    report = metrics_of(votes("v1-bot-1", "hh"))

    assert report.reason("annotator/longest_run/a1") == "no order recorded"


def test_one_answer_presentations_need_five_verdicts_alike() -> None:
    rows = shown("v1", "aaaaa") + shown("v2", "aaaa") + shown("v3", "aaaah")
    rows += shown("v4", "hhhhh-")

    assert metrics_of(rows).metrics["annotator/one_answer_presentations/a1"] == 2


def test_agreement_with_the_rest_by_hand() -> None:
    # a1 agrees with one of two, then with none of one; the third is nobody else's.
    rows = votes("v1-bot-1", "hha") + votes("v2-bot-2", "ha") + votes("v3-bot-3", "h")

    report = metrics_of(rows)

    assert report.metrics["annotator/agreement_with_rest_pct/a1"] == 25
    assert report.metrics["annotator/n/a1"] == 3
    assert report.metrics["annotator/called_human_pct/a1"] == 100


def test_an_annotator_alone_agrees_with_nobody_in_particular() -> None:
    report = metrics_of(votes("v1-bot-1", "h"))

    reason = report.reason("annotator/agreement_with_rest_pct/a1")
    assert reason == "nobody else judged the same comments"
    assert report.reason("dawid_skene/sens/a1") == "no comment has two verdicts"


def test_median_seconds_pass_over_missing_times() -> None:
    rows = [
        row("a1", f"v1-bot-{n}", "ai", seconds=seconds)
        for n, seconds in enumerate([4.0, 1.0, None, 2.0, 9.0])
    ]

    assert metrics_of(rows).metrics["annotator/median_seconds/a1"] == 3


def plain_em(data: Judgments, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Dawid and Skene as printed: dense, a step at a time."""
    answers = np.full((len(data.comments), len(data.annotators)), -1)
    answers[data.comment, data.annotator] = data.verdict
    said = (answers == 1).astype(float)
    given = (answers >= 0).astype(float)
    human = said.sum(axis=1) / given.sum(axis=1)
    sens = called = np.zeros(0)
    for _ in range(steps):
        sens = human @ said / (human @ given)
        called = (1 - human) @ said / ((1 - human) @ given)
        prior = human.mean()
        like_human = prior * np.prod(
            np.where(said, sens, np.where(given, 1 - sens, 1)), axis=1
        )
        like_ai = (1 - prior) * np.prod(
            np.where(said, called, np.where(given, 1 - called, 1)), axis=1
        )
        human = like_human / (like_human + like_ai)
    return sens, 1 - called


def test_dawid_skene_equals_the_textbook_algorithm() -> None:
    data = study()

    skill = dawid_skene.annotator_skill(data)

    sens, spec = plain_em(data, steps=2_000)
    assert skill.sens == pytest.approx(sens, abs=1e-4)
    assert skill.spec == pytest.approx(spec, abs=1e-4)


def test_extrapolated_steps_end_where_plain_ones_do() -> None:
    data = study(videos=150)
    plain = dawid_skene.annotator_skill(data)

    leaping = dawid_skene.annotator_skill(data, plain_cells=0)

    assert leaping.sens == pytest.approx(plain.sens, abs=1e-4)
    assert leaping.spec == pytest.approx(plain.spec, abs=1e-4)


def test_dawid_skene_finds_the_careless_annotator() -> None:
    data = study(videos=200)
    verdict = data.verdict.copy()
    careless = data.annotator == 4
    verdict[careless] = np.random.default_rng(6).integers(0, 2, careless.sum())

    skill = dawid_skene.annotator_skill(replace(data, verdict=verdict))

    assert int(np.argmin(skill.informedness)) == 4
    assert skill.informedness[4] == pytest.approx(0, abs=0.1)


def test_dawid_skene_survives_annotators_who_never_disagree() -> None:
    rows = votes("v1-human-1", "hhh") + votes("v1-bot-1", "aaa")

    report = metrics_of(rows)

    assert report.metrics["dawid_skene/sens/a1"] == 1
    assert report.metrics["dawid_skene/spec/a1"] == 1


def drifting(slope: float, later: float, seed: int = 3) -> Judgments:
    """Verdicts whose log-odds move with position and assignment number."""
    data = study(seed, annotators=20, videos=200)
    log_odds = np.array([1.0, 0.2, -1.5])[data.source]
    log_odds = log_odds + slope * (data.order - 1) + later * (data.assignment_no - 1)
    rng = np.random.default_rng(seed)
    verdict = (rng.random(len(data)) < 1 / (1 + np.exp(-log_odds))).astype(np.int8)
    return replace(data, verdict=verdict)


def test_slopes_and_errors_equal_statsmodels() -> None:
    data = drifting(0.05, -0.02)
    design = np.column_stack(
        [np.eye(3)[data.source], data.order - 1, data.assignment_no - 1]
    )
    alone, both = (
        sm.GLM(data.verdict, columns, family=sm.families.Binomial()).fit(
            cov_type="cluster",
            cov_kwds={"groups": data.annotator, "use_correction": False},
        )
        for columns in (design[:, :4], design)
    )

    found = order_figures(data)

    assert found.slope_per_position.value == pytest.approx(alone.params[3], rel=1e-6)
    assert found.slope_per_position.se == pytest.approx(alone.bse[3], rel=1e-6)
    assert found.slope_per_position_adj.value == pytest.approx(both.params[3], rel=1e-6)
    assert found.slope_per_position_adj.se == pytest.approx(both.bse[3], rel=1e-6)
    assert found.slope_per_presentation.value == pytest.approx(both.params[4], rel=1e-6)
    assert found.slope_per_presentation.se == pytest.approx(both.bse[4], rel=1e-6)


def test_a_source_with_one_verdict_throughout_does_not_disturb_the_slope() -> None:
    data = drifting(0.05, 0)
    keep = data.source != 2
    constant = replace(data, verdict=np.where(keep, data.verdict, 0).astype(np.int8))
    dummies = np.eye(3)[data.source][keep][:, :2]
    design = np.column_stack([dummies, data.order[keep] - 1])
    fit = sm.GLM(data.verdict[keep], design, family=sm.families.Binomial()).fit()

    slope = order_figures(constant).slope_per_position

    assert slope.value == pytest.approx(fit.params[2], rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (votes("v1-bot-1", "ha"), "no order recorded"),
        (shown("v1", "h") + shown("v2", "a"), "time is the same for all verdicts"),
        (shown("v1", "hhaa") + shown("v2", "hhaa"), "time separates the verdicts"),
        (shown("v1", "aaaa"), "time is the same for all verdicts"),
    ],
    ids=["no order", "one position", "perfect separation", "one verdict"],
)
def test_an_inestimable_slope_says_why(rows: list[Row], reason: str) -> None:
    report = metrics_of(rows)

    name = "order/logit_slope_per_position"
    assert math.isnan(report.metrics[name])
    assert report.reason(name).startswith(reason)
