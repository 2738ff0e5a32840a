"""The whole report: the command, the notebook's way, edge cases, real judgments."""

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.__main__ import main
from analysis.rendering import FORMATS, as_json, as_latex, as_markdown
from analysis.reporting import LEVELS
from analysis.simulation import Design, paper_sources, simulate
from tests.analysis.long_tables import COLUMNS, frame, scores, votes

REPOSITORY = Path(__file__).parents[2]
REAL = REPOSITORY.parent / "shared" / "data" / "judgments"

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real judgments are not beside the repository"
)


def small_table() -> pd.DataFrame:
    """Two sources, three videos, three annotators, orders and times."""
    rows = votes("v1-human-1", "hha") + votes("v2-human-2", "hhh")
    rows += (
        votes("v1-bot-1", "aha") + votes("v2-bot-2", "aaa") + votes("v3-bot-3", "-ha")
    )
    for number, one in enumerate(rows):
        one |= {"score": number % 6, "order": 1 + number % 4, "seconds": 1.5 + number}
        one |= {"assignment_no": 1 + number // 6}
    return frame(rows)


def csv_of(table: pd.DataFrame, folder: Path) -> str:
    path = folder / "judgments.csv"
    table.to_csv(path, index=False)
    return str(path)


def test_the_command_prints_json_with_metrics_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([csv_of(small_table(), tmp_path), "--format", "json"])

    content = json.loads(capsys.readouterr().out)
    assert status == 0
    assert list(content["metrics"])[:6] == [
        "counts/judgments",
        "counts/verdicts",
        "counts/scores",
        "counts/annotators",
        "counts/videos",
        "counts/comments",
    ]
    assert content["metrics"]["judged_human_pct/human"] == pytest.approx(100 * 5 / 6)
    sources = {one["source"]: one for one in content["tables"]["sources"]}
    assert (
        sources["human"]["judged_human_pct"]
        == content["metrics"]["judged_human_pct/human"]
    )
    assert content["provenance"]["seed"] == 0


def test_undefined_figures_are_null_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(
        [
            csv_of(small_table(), tmp_path),
            "--format",
            "json",
            "--sources",
            "quiet,human",
        ]
    )

    content = json.loads(capsys.readouterr().out)
    assert content["metrics"]["mean_score/quiet"] is None
    assert content["reasons"]["mean_score/quiet"] == "no score on this source"
    nulls = {name for name, value in content["metrics"].items() if value is None}
    assert nulls == set(content["reasons"])


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
        "pair_p_t/bot|human",
        "pair_p_t_holm/bot|human",
        "pair_p_t_bh/bot|human",
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


@pytest.mark.parametrize("style", FORMATS)
def test_shuffled_rows_give_the_same_bytes_in_every_format(style: str) -> None:
    table = small_table()
    shuffled = table.sample(frac=1, random_state=7)

    texts = {FORMATS[style](analysis.report(data)) for data in (table, shuffled)}

    assert len(texts) == 1


def test_another_seed_changes_bootstrap_figures_only() -> None:
    design = Design(8, 12, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(1))

    first, second = (
        analysis.report(data, replicates=30, seed=seed).metrics for seed in (0, 1)
    )

    changed = {n for n in first if str(first[n]) != str(second[n])}
    assert changed
    assert {name.split("/")[0] for name in changed} <= {"rank", "boot_video"}


def test_the_csv_format_has_one_line_a_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(
        [csv_of(small_table(), tmp_path), "--format", "csv", "--levels", "definitions"]
    )

    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    found = {line["metric"]: line["value"] for line in lines}
    assert float(found["judged_human_pct/human"]) == pytest.approx(100 * 5 / 6)
    assert not any(name.startswith("rank/") for name in found)


def test_markdown_opens_with_the_answer_in_words() -> None:
    text = as_markdown(analysis.report(small_table(), study="Pilot", replicates=20))

    title, answer = text.split("\n\n")[:2]
    assert title == "# Blind comment test: Pilot"
    assert answer.startswith("bot is taken for human in 25.0 % of cases (")
    assert answer.endswith("), people in 83.3 %.")


def test_latex_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "50%_of $x & #1 {a|b}~^\\"}})

    text = as_latex(analysis.report(table, levels=["definitions"]))

    assert r"50\%\_of \$x \& \#1 \{a\textbar{}b\}\textasciitilde{}" in text
    assert r"\toprule" in text


def test_html_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "<script>alert(1)</script>"}})

    text = FORMATS["html"](analysis.report(table, levels=["definitions"]))

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.csv"], "missing.csv: cannot be read"),
        (["{file}", "--levels", "guesses"], "unknown level guesses"),
        (["{file}", "--replicates", "-1"], "'-1' is not a whole number"),
        (["{file}", "--format", "docx"], "invalid choice: 'docx'"),
    ],
)
def test_wrong_input_ends_with_status_2_and_the_reason(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    complaint: str,
) -> None:
    file = csv_of(small_table(), tmp_path)

    try:
        status = main([argument.format(file=file) for argument in arguments])
    except SystemExit as stop:
        status = int(str(stop.code))

    printed = capsys.readouterr()
    assert status == 2
    assert complaint in printed.err
    assert printed.out == ""


def test_the_command_runs_without_django(tmp_path: Path) -> None:
    file = csv_of(small_table(), tmp_path)
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['analysis', {file!r}, '--format', 'json']\n"
        "try:\n    runpy.run_module('analysis', run_name='__main__')\n"
        "finally:\n    assert 'django' not in sys.modules\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith("DJANGO")},
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metrics"]["counts/judgments"] == 15


def test_importing_the_package_loads_no_numpy() -> None:
    program = "import sys, analysis; print('numpy' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "False"


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
    assert report.headline.startswith("Scores only")
