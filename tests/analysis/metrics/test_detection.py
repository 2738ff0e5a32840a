"""Signal detection and baselines: a textbook, hand-worked cases, scikit-learn."""

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import analysis
from analysis.metrics.detection import auc, sensitivity
from tests.analysis.long_tables import judgments, row, scores, votes


@pytest.mark.parametrize(
    ("hits", "false_alarms", "dprime", "c"),
    [
        # Macmillan and Creelman 2005, chapter 1: recognising faces, (H, F) of
        # (.69, .31) and, under hypnosis, (.89, .59). The counts are chosen so that the
        # corrected rates are exactly those.
        (34, 15, 0.992, 0.0),
        (44, 29, 0.999, -0.727),
    ],
)
def test_sensitivity_of_a_textbook_example(
    hits: int, false_alarms: int, dprime: float, c: float
) -> None:
    found = sensitivity(
        np.array([[49 - hits, hits]]), np.array([[49 - false_alarms, false_alarms]])
    )

    assert found.dprime[0] == pytest.approx(dprime, abs=5e-4)
    assert found.c[0] == pytest.approx(c, abs=5e-4)


def test_perfect_separation_stays_finite() -> None:
    metrics = analysis.report(
        judgments(votes("v1-human-1", "hhh") + votes("v1-bot-1", "aaa"))
    ).metrics

    assert 0 < metrics["sdt/dprime_pooled"] < 10
    assert metrics["sdt/c_pooled"] == 0
    assert metrics["base/accuracy_pct"] == 100


def test_sensitivity_without_human_comments_is_undefined() -> None:
    report = analysis.report(judgments(votes("v1-bot-1", "ha")))

    for name in ("sdt/dprime_pooled", "sdt/dprime_source/bot", "annotator/dprime/a1"):
        assert report.reason(name) == "no verdict on a human comment"
    assert (
        report.reason("base/balanced_accuracy_pct") == "no verdict on a human comment"
    )
    assert report.metrics["base/accuracy_pct"] == 50


def test_baselines_by_hand() -> None:
    data = judgments(votes("v1-human-1", "hha") + votes("v1-bot-1", "haaaaaa"))

    metrics = analysis.report(data).metrics

    assert metrics["base/accuracy_pct"] == pytest.approx(100 * 8 / 10)
    assert metrics["base/balanced_accuracy_pct"] == pytest.approx(
        100 * (2 / 3 + 6 / 7) / 2
    )
    assert metrics["base/precision_human_pct"] == pytest.approx(100 * 2 / 3)
    assert metrics["base/called_human_pct"] == pytest.approx(30)
    assert metrics["base/true_human_pct"] == pytest.approx(30)
    assert metrics["base/accuracy_of_always_ai_pct"] == pytest.approx(70)


def test_always_answering_ai_is_right_in_24_of_29_comments() -> None:
    rows = [row("a1", f"v1-human-{n}", "ai") for n in range(5)]
    rows += [row("a1", f"v1-m{n}-1", "ai") for n in range(24)]

    metrics = analysis.report(judgments(rows)).metrics

    assert metrics["base/accuracy_of_always_ai_pct"] == pytest.approx(82.8, abs=0.05)
    assert metrics["base/accuracy_pct"] == metrics["base/accuracy_of_always_ai_pct"]


def test_area_under_the_curve_equals_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    signal, noise = rng.integers(0, 40, 6), rng.integers(0, 40, 6)
    values = np.concatenate([np.repeat(range(6), signal), np.repeat(range(6), noise)])
    truth = np.repeat([1, 0], [signal.sum(), noise.sum()])

    assert auc(signal, noise) == pytest.approx(roc_auc_score(truth, values), rel=1e-12)


def test_area_under_the_curve_needs_both_halves() -> None:
    report = analysis.report(judgments(scores("v1-human-1", "45")))

    assert math.isnan(report.metrics["sdt/auc_score"])
    assert report.reason("sdt/auc_score") == "no score on an AI comment"


def test_sensitivity_against_one_source_uses_all_human_comments() -> None:
    data = judgments(
        votes("v1-human-1", "hh") + votes("v1-x-1", "ah") + votes("v1-y-1", "aa")
    )

    metrics = analysis.report(data).metrics

    expected = sensitivity(np.array([[0, 2]]), np.array([[1, 1]]))
    assert metrics["sdt/dprime_source/x"] == pytest.approx(expected.dprime[0])
    assert "sdt/dprime_source/human" not in metrics
