"""Score@k with intervals and ROC by source: against rates, sklearn and DeLong."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import analysis
from analysis.judgments.arrays import Judgments
from analysis.planning.simulation import Design, paper_sources, simulate
from tests.analysis.long_tables import frame, judgments, row, scores


@pytest.fixture(scope="module")
def data() -> Judgments:
    design = Design(8, 20, redundancy=3, sources=paper_sources(models=3))
    return simulate(design, np.random.default_rng(3))


def as_table(data: Judgments) -> pd.DataFrame:
    """The long table of the judgments, verdicts and scores alone."""
    columns = {
        "annotator_id": np.array(data.annotators)[data.annotator],
        "video_id": np.array(data.videos)[data.video],
        "comment_id": np.array(data.comments)[data.comment],
        "source": np.array(data.sources)[data.source],
        "is_human": data.source_is_human[data.source].astype(int),
        "verdict": np.where(data.verdict == 1, "human", "ai"),
        "score": data.score,
    }
    return pd.DataFrame(columns)


def test_score_at_k_has_the_interval_of_a_rate(data: Judgments) -> None:
    found = analysis.report(data, replicates=0).metrics
    table = as_table(data)

    for k in (1, 3, 5):
        table["verdict"] = np.where(table["score"] >= k, "human", "ai")
        rates = analysis.report(
            table, replicates=0, sources=data.sources, levels=["inference"]
        ).metrics
        for source in data.sources:
            for side in ("lo", "hi"):
                assert found[f"score_ge_{k}_ci_{side}_pct/{source}"] == pytest.approx(
                    rates[f"judged_human_ci_{side}_pct/{source}"], nan_ok=True
                )


def test_the_area_of_a_source_is_that_of_scikit_learn(data: Judgments) -> None:
    found = analysis.report(data, replicates=0)
    table = as_table(data)

    for source in data.sources:
        if source == "human":
            assert "sdt/auc_score_source/human" not in found.metrics
            continue
        both = table[table["source"].isin(["human", source])]
        area = found.metrics[f"sdt/auc_score_source/{source}"]
        assert area == pytest.approx(roc_auc_score(both["is_human"], both["score"]))
        lo, hi = (
            found.metrics[f"sdt/auc_score_source_ci_{side}/{source}"]
            for side in ("lo", "hi")
        )
        assert 0 < lo < area < hi < 1


def test_without_clusters_the_error_of_an_area_is_that_of_delong() -> None:
    rng = np.random.default_rng(5)
    people, models = rng.integers(1, 6, 40), rng.integers(0, 5, 30)
    given = [("human", one) for one in people] + [("bot", one) for one in models]
    rows = [
        row(f"a{number}", f"v{number}-{source}-{number}", None, score=int(score))
        for number, (source, score) in enumerate(given)
    ]

    found = analysis.report(judgments(rows), replicates=0).metrics

    beats = np.sign(people[:, None] - models[None, :]) / 2 + 0.5
    squares = [((beats.mean(axis) - beats.mean()) ** 2).mean() for axis in (1, 0)]
    expected = np.sqrt(squares[0] / 40 + squares[1] / 30)
    assert found["sdt/auc_score_source_se2way/bot"] == pytest.approx(expected)


def test_an_area_of_one_has_no_interval_and_says_why() -> None:
    rows = scores("v1-human-1", "55") + scores("v2-human-2", "45")
    rows += scores("v1-bot-1", "01") + scores("v2-bot-2", "11")

    report = analysis.report(frame(rows), replicates=0)

    assert report.metrics["sdt/auc_score_source/bot"] == 1
    assert report.reason("sdt/auc_score_source_ci_lo/bot") == "no interval at 0 or 1"
    assert report.reason("score_ge_5_ci_lo_pct/bot") == "no interval at 0 or 100 %"


def test_without_scores_nothing_is_defined() -> None:
    report = analysis.report(
        frame([row("a1", "v1-bot-1", "ai"), row("a2", "v1-human-1", "human")]),
        replicates=0,
    )

    assert math.isnan(report.metrics["sdt/auc_score_source/bot"])
    assert report.reason("score_ge_1_ci_lo_pct/bot") == "no score on this source"
    assert report.table("areas").rows == ()
    assert report.table("score_at_k").rows == ()
