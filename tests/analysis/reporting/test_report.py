"""The whole report: every name, edge cases, known rates, real judgments."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.computing import LEVELS
from analysis.reporting.rendering import FORMATS, as_json
from tests.analysis.long_tables import COLUMNS, frame, scores, small_table, votes

REPOSITORY = Path(__file__).parents[3]
REAL = REPOSITORY.parent / "shared" / "data" / "judgments"

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real judgments are not beside the repository"
)


def test_every_name_of_the_definition_is_there() -> None:
    metrics = analysis.report(small_table(), replicates=20).metrics

    names = [
        "judged_human_pct/bot",
        "n_verdicts/bot",
        "n_scores/bot",
        "judged_human_pct_by_comment/bot",
        "majority_human_pct/bot",
        "mean_score/bot",
        "sd_score/bot",
        "score_ge_1_pct/bot",
        "score_ge_5_pct/bot",
        "score_eq_0_pct/bot",
        "score_eq_5_pct/bot",
        "judged_human_se2way_pct/bot",
        "mean_score_se2way/bot",
        "judged_human_ci_lo_pct/bot",
        "judged_human_ci_hi_pct/bot",
        "mean_score_ci_lo/bot",
        "mean_score_ci_hi/bot",
        "wilson_lo_pct/bot",
        "wilson_hi_pct/bot",
        "pair_diff_pct/bot|human",
        "pair_se2way_pct/bot|human",
        "pair_ci_lo_pct/bot|human",
        "pair_ci_hi_pct/bot|human",
        "pair_p_t/bot|human",
        "pair_p_t_holm/bot|human",
        "pair_p_t_bh/bot|human",
        "people/diff_pct/bot",
        "people/ci90_lo_pct/bot",
        "people/ci90_hi_pct/bot",
        "people/noninferiority_p/bot",
        "people/noninferiority_p_holm/bot",
        "people/equivalence_p/bot",
        "people/equivalence_p_holm/bot",
        "rank/lo/bot",
        "rank/hi/bot",
        "agreement/pairwise_pct",
        "agreement/pairwise_pooled_pct",
        "agreement/unanimous_pct",
        "agreement/majority_share_pct",
        "agreement/alpha_nominal_verdict",
        "agreement/alpha_ordinal_score",
        "agreement/alpha_interval_score",
        "agreement/fleiss_kappa_verdict",
        "agreement/ac1_verdict",
        "agreement/ac2_quadratic_score",
        "agreement/score_exact_pct",
        "agreement/score_within1_pct",
        "agreement_human/pairwise_pct",
        "agreement_ai/ac2_quadratic_score",
        "boot_video/alpha_nominal_lo",
        "boot_video/alpha_nominal_hi",
        "boot_video/alpha_ordinal_lo",
        "boot_video/alpha_ordinal_hi",
        "sdt/dprime_pooled",
        "sdt/c_pooled",
        "sdt/dprime_source/bot",
        "sdt/c_source/bot",
        "annotator/dprime/a1",
        "annotator/c/a1",
        "sdt/auc_score",
        "base/accuracy_pct",
        "base/balanced_accuracy_pct",
        "base/precision_human_pct",
        "base/called_human_pct",
        "base/true_human_pct",
        "base/accuracy_of_always_ai_pct",
        "annotator/n/a1",
        "annotator/called_human_pct/a1",
        "annotator/agreement_with_rest_pct/a1",
        "annotator/median_seconds/a1",
        "annotator/longest_run/a1",
        "annotator/one_answer_presentations/a1",
        "dawid_skene/sens/a1",
        "dawid_skene/spec/a1",
        "dawid_skene/informedness/a1",
        "order/logit_slope_per_position",
        "order/logit_slope_per_position_adj",
        "order/logit_slope_per_presentation",
    ]
    assert set(names) <= set(metrics)


def test_another_seed_changes_bootstrap_figures_only() -> None:
    design = Design(8, 12, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(1))

    first, second = (
        analysis.report(data, replicates=30, seed=seed).metrics for seed in (0, 1)
    )

    changed = {n for n in first if str(first[n]) != str(second[n])}
    assert changed
    assert {name.split("/")[0] for name in changed} <= {"rank", "boot_video"}


def test_an_empty_study_has_a_report_without_figures() -> None:
    empty = pd.DataFrame(columns=list(COLUMNS))

    report = analysis.report(empty, sources=["human", "bot"])

    assert report.headline == "No judgments yet."
    assert report.metrics["counts/judgments"] == 0
    estimates = {
        name: value
        for name, value in report.metrics.items()
        if not name.startswith(("counts/", "n_verdicts/", "n_scores/"))
    }
    assert all(math.isnan(value) for value in estimates.values())
    assert set(estimates) == set(report.reasons)
    for render in FORMATS.values():
        assert render(report)


@pytest.mark.parametrize(
    "table",
    [
        frame(votes("v1-bot-1", "h")),
        frame(votes("v1-human-1", "h")),
        frame(votes("v1-bot-1", "hh") + votes("v1-human-1", "hh")),
        frame(scores("v1-bot-1", "555") + scores("v2-human-1", "5")),
        frame(votes("v1-bot-1", "---")),
        frame(votes("v1-bot-1", "h---") + votes("v2-bot-2", "haha")),
    ],
    ids=["one ai", "one human", "all equal", "scores", "nothing said", "redundancy"],
)
def test_no_small_study_crashes_and_every_gap_has_a_reason(table: pd.DataFrame) -> None:
    report = analysis.report(table, levels=LEVELS, replicates=20)

    undefined = {n for n, value in report.metrics.items() if math.isnan(value)}
    assert undefined == set(report.reasons)
    for render in FORMATS.values():
        assert render(report)


def test_a_simulated_study_gives_back_its_true_rates() -> None:
    design = Design(100, 400, redundancy=3, sources=paper_sources())
    data = simulate(design, np.random.default_rng(20))

    metrics = analysis.report(data, replicates=100).metrics

    inside = [
        metrics[f"judged_human_ci_lo_pct/{source.name}"]
        <= source.rate_pct
        <= metrics[f"judged_human_ci_hi_pct/{source.name}"]
        for source in design.sources
    ]
    assert sum(inside) >= 22  # of 25, each with probability 0.95
    assert metrics["rank/lo/human"] == metrics["rank/hi/human"] == 1
    assert metrics["rank/lo/MIMIC-Chat"] == metrics["rank/hi/MIMIC-Chat"] == 2


@needs_real_data
def test_the_real_verdicts_give_a_full_report() -> None:
    table = pd.read_csv(REAL / "origami_photographs.csv")

    report = analysis.report(table, replicates=50)

    asked = table.dropna(subset="verdict")
    share = (asked.verdict == "human").groupby(asked.source).mean()
    assert report.metrics["counts/annotators"] == 2035
    for source in ("human", "ai"):
        assert report.metrics[f"judged_human_pct/{source}"] == pytest.approx(
            100 * share[source]
        )
    assert report.reason("mean_score/ai") == "no score on this source"
    assert json.loads(as_json(report))["metrics"]["rank/lo/human"] == 1


@needs_real_data
def test_the_real_scores_give_a_full_report() -> None:
    table = pd.read_csv(REAL / "squality_ratings.csv")

    report = analysis.report(table, replicates=50)

    means = table.groupby("source").score.mean()
    for source in ("human", "bart", "bart-dpr"):
        assert report.metrics[f"mean_score/{source}"] == pytest.approx(means[source])
        lo = report.metrics[f"mean_score_ci_lo/{source}"]
        hi = report.metrics[f"mean_score_ci_hi/{source}"]
        assert lo < means[source] < hi
    assert report.metrics["sdt/auc_score"] > 0.9
    assert report.headline.startswith("This study has scores but no verdicts")
