"""Figures by source: hand-worked cases."""

import math

import pytest

import analysis
from analysis.metrics.sources import score_at_k, tally
from tests.analysis.long_tables import judgments, scores, votes


def test_rates_pool_judgments_average_comments_and_count_majorities() -> None:
    data = judgments(
        votes("v1-bot-1", "hhha") + votes("v1-bot-2", "a") + votes("v2-bot-3", "ha")
    )

    metrics = analysis.report(data, levels=["definitions"]).metrics

    assert metrics["judged_human_pct/bot"] == pytest.approx(100 * 4 / 7)
    assert metrics["judged_human_pct_by_comment/bot"] == pytest.approx(
        100 * (3 / 4 + 0 + 1 / 2) / 3
    )
    assert metrics["majority_human_pct/bot"] == pytest.approx(100 * (1 + 0 + 0.5) / 3)
    assert metrics["n_verdicts/bot"] == 7


def test_mean_score_and_deviation_by_hand() -> None:
    data = judgments(scores("v1-bot-1", "0035"))

    metrics = analysis.report(data, levels=["definitions"]).metrics

    assert metrics["mean_score/bot"] == 2
    assert metrics["sd_score/bot"] == pytest.approx(math.sqrt((4 + 4 + 1 + 9) / 3))
    assert metrics["n_scores/bot"] == 4


def test_both_readings_of_score_at_k_carry_the_same_information() -> None:
    counts = tally(judgments(scores("v1-bot-1", "0135555") + scores("v2-bot-2", "24")))

    at_least = [
        score_at_k(counts.scores, k=k, lowest=0, reading="ge")[0] for k in range(1, 6)
    ]
    exactly = [
        score_at_k(counts.scores, k=k, lowest=0, reading="eq")[0] for k in range(6)
    ]

    assert at_least == pytest.approx([100 * n / 9 for n in (8, 7, 6, 5, 4)])
    assert exactly == pytest.approx([100 * n / 9 for n in (1, 1, 1, 1, 1, 4)])
    assert sum(at_least) / 100 == pytest.approx((0 + 1 + 3 + 20 + 2 + 4) / 9)


def test_a_judgment_without_a_verdict_counts_for_scores_only() -> None:
    rows = votes("v1-bot-1", "h-")
    rows[1]["score"] = 3

    metrics = analysis.report(judgments(rows), levels=["definitions"]).metrics

    assert metrics["counts/judgments"] == 2
    assert metrics["n_verdicts/bot"] == 1
    assert metrics["n_scores/bot"] == 1
    assert metrics["judged_human_pct/bot"] == 100


def test_a_declared_source_without_judgments_is_undefined_and_says_why() -> None:
    data = judgments(votes("v1-bot-1", "ha"), declared=["quiet"])

    report = analysis.report(data)

    assert math.isnan(report.metrics["judged_human_pct/quiet"])
    assert report.reason("judged_human_pct/quiet") == "no verdict on this source"
    assert math.isnan(report.metrics["pair_p_t/quiet|bot"])
    assert report.metrics["n_verdicts/quiet"] == 0


def test_one_score_has_no_spread() -> None:
    report = analysis.report(judgments(scores("v1-bot-1", "4")), levels=["definitions"])

    assert report.reason("sd_score/bot") == "one score has no spread"
