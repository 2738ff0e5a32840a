"""Figures of studies with another scale or a third verdict: hand-worked cases."""

import json
from pathlib import Path

import pytest

import analysis
from analysis.command_line.options import instrument as instrument_option
from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.judgments.reading import judgments_from_table
from annotation.instrument import INSTRUMENTS
from tests.analysis.long_tables import Row, frame, row

TO_TEN = INSTRUMENTS["human-ai-0-10"]
FROM_ONE = INSTRUMENTS["human-ai-1-7"]
UNSURE = INSTRUMENTS["human-ai-unsure-0-5"]


def scored(comment: str, *given: int) -> list[Row]:
    return [
        row(f"a{number}", comment, None, score=score)
        for number, score in enumerate(given, 1)
    ]


def said(comment: str, *given: str) -> list[Row]:
    return [
        row(f"a{number}", comment, verdict, score=None)
        for number, verdict in enumerate(given, 1)
    ]


def metrics_of(data: Judgments) -> dict[str, float]:
    return dict(analysis.report(data, levels=["definitions"]).metrics)


def test_a_scale_to_ten_by_hand() -> None:
    table = frame(scored("v1-bot-1", 0, 7, 10, 10))
    metrics = metrics_of(judgments_from_table(table, instrument=TO_TEN))

    assert metrics["mean_score/bot"] == 6.75  # 27 / 4
    assert metrics["score_ge_7_pct/bot"] == 75
    assert metrics["score_ge_10_pct/bot"] == metrics["score_eq_10_pct/bot"] == 50
    assert metrics["score_eq_0_pct/bot"] == 25
    at_least = [metrics[f"score_ge_{k}_pct/bot"] for k in range(1, 11)]
    assert sum(at_least) / 100 == pytest.approx(6.75)


def test_ac2_on_a_scale_to_ten_weighs_distances_by_ten() -> None:
    rows = scored("v1-bot-1", 0, 10) + scored("v1-bot-2", 3, 4)
    metrics = metrics_of(judgments_from_table(frame(rows), instrument=TO_TEN))

    # Observed (0 + 0.99) / 2; the weights sum to 121 - 2420 / 100 = 96.8; four scores
    # with a share of 1/4 each: chance 96.8 / 110 x 0.75 = 0.66.
    expected = (0.495 - 0.66) / (1 - 0.66)
    assert metrics["agreement/ac2_quadratic_score"] == pytest.approx(expected)


def test_a_scale_from_one_to_seven_by_hand() -> None:
    table = frame(scored("v1-bot-1", 1, 4, 7))
    metrics = metrics_of(judgments_from_table(table, instrument=FROM_ONE))

    assert metrics["mean_score/bot"] == 4
    assert metrics["sd_score/bot"] == 3  # (9 + 0 + 9) / 2
    assert metrics["score_eq_1_pct/bot"] == pytest.approx(100 / 3)
    assert metrics["score_ge_2_pct/bot"] == pytest.approx(200 / 3)
    assert metrics["score_ge_7_pct/bot"] == pytest.approx(100 / 3)
    assert "score_eq_0_pct/bot" not in metrics
    assert "score_ge_1_pct/bot" not in metrics


def test_not_sure_is_a_verdict_and_never_human() -> None:
    table = frame(said("v1-bot-1", "human", "unsure", "ai", "unsure"))
    metrics = metrics_of(judgments_from_table(table, instrument=UNSURE))

    assert metrics["judged_human_pct/bot"] == 25
    assert metrics["n_verdicts/bot"] == 4
    assert metrics["majority_human_pct/bot"] == 0
    assert metrics["base/accuracy_pct"] == 25  # the one AI verdict is right
    # One of six pairs agrees; shares 1/4, 1/4, 1/2: chance 3 / 6 x 0.625 = 0.3125.
    assert metrics["agreement/pairwise_pct"] == pytest.approx(100 / 6)
    expected = (1 / 6 - 0.3125) / (1 - 0.3125)
    assert metrics["agreement/ac1_verdict"] == pytest.approx(expected)


def test_intervals_treat_not_sure_as_not_human() -> None:
    def rows(other: str) -> list[Row]:
        return said("v1-bot-1", "human", other, "ai") + said(
            "v2-bot-2", "human", "human", other
        )

    unsure = judgments_from_table(frame(rows("unsure")), instrument=UNSURE)
    ai = judgments_from_table(frame(rows("ai")))

    found, wanted = (analysis.report(d, replicates=0).metrics for d in (unsure, ai))

    for name in ("judged_human_ci_lo_pct/bot", "judged_human_se2way_pct/bot"):
        assert found[name] == pytest.approx(wanted[name], nan_ok=True)


def test_a_run_of_one_verdict_is_counted_for_each_kind() -> None:
    given = ["unsure", "unsure", "unsure", "human", "ai"]
    rows = [
        row("a1", f"v1-bot-{n}", verdict, score=None, order=n)
        for n, verdict in enumerate(given, 1)
    ]
    metrics = metrics_of(judgments_from_table(frame(rows), instrument=UNSURE))

    assert metrics["annotator/longest_run/a1"] == 3
    assert metrics["annotator/called_human_pct/a1"] == 20


def test_a_table_is_read_by_its_instrument_alone() -> None:
    with pytest.raises(AnalysisError, match="'10' is not a whole number 0 to 5"):
        judgments_from_table(frame(scored("v1-bot-1", 10)))
    with pytest.raises(AnalysisError, match="'0' is not a whole number 1 to 7"):
        judgments_from_table(frame(scored("v1-bot-1", 0)), instrument=FROM_ONE)
    with pytest.raises(AnalysisError, match="'unsure' is not human, ai or empty"):
        judgments_from_table(frame(said("v1-bot-1", "unsure")))


def test_the_command_line_takes_an_instrument_by_key_or_file(tmp_path: Path) -> None:
    file = tmp_path / "instrument.json"
    file.write_text(json.dumps(UNSURE.as_json()))

    assert instrument_option(TO_TEN.key) == TO_TEN
    assert instrument_option(str(file)) == UNSURE
