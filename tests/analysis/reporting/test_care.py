"""Attention checks and planned repeats: shares, intervals, the file, the table."""

import math
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

import analysis
from analysis.errors import AnalysisError
from analysis.metrics.self_agreement import pooled_share
from analysis.reporting.care import AnnotatorCare, care_csv, read_care
from analysis.reporting.naming import reason_of
from tests.analysis.long_tables import small_table

ROWS = (
    AnnotatorCare("a1", 4, 4, 10, 9, 10, 6, 9),
    AnnotatorCare("a2", 4, 2, 10, 7, 8, 4, 7),
    AnnotatorCare("a3", 2, 2, 0, 0, 0, 0, 0),
)


def test_the_error_of_a_share_is_clustered_by_annotator() -> None:
    part, whole = np.array([9, 7, 3, 8]), np.array([10, 10, 8, 9])
    answers = np.concatenate(
        [np.repeat([1, 0], [k, n - k]) for k, n in zip(part, whole, strict=True)]
    )
    fit = sm.OLS(answers, np.ones(len(answers))).fit(
        cov_type="cluster",
        cov_kwds={"groups": np.repeat(np.arange(4), whole), "use_correction": False},
    )

    pct, lo, hi = pooled_share(part, whole)

    share = 27 / 37
    assert pct == pytest.approx(100 * share)
    error = float(fit.bse[0]) * math.sqrt(4 / 3)
    reach = 3.182446 * error / (share * (1 - share))
    middle = math.log(share / (1 - share))
    expected = [100 / (1 + math.exp(-(middle + sign * reach))) for sign in (-1, 1)]
    assert [lo, hi] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("part", "whole", "reason"),
    [
        ([], [], "nothing to count"),
        ([1], [2], "needs at least two annotators"),
        ([2, 3], [2, 3], "no interval at 0 or 100 %"),
        ([1, 2], [2, 4], "no variation to judge by"),
    ],
)
def test_a_share_without_an_interval_says_why(
    part: list[int], whole: list[int], reason: str
) -> None:
    *_, hi = pooled_share(np.array(part, dtype=int), np.array(whole, dtype=int))

    assert reason_of(hi) == reason


def test_a_report_with_them_has_their_table_and_figures(tmp_path: Path) -> None:
    report = analysis.report(small_table(), replicates=0, care=ROWS)
    plain = analysis.report(small_table(), replicates=0)

    table = report.table("care").frame()
    assert table.loc["All annotators", "checks_passed_pct"] == 80
    assert table.loc["a2", "same_verdict_pct"] == 70
    assert table.loc["a3", "same_verdict_pct"] == ""
    assert report.metrics["care/same_verdict_pct"] == 80
    assert report.metrics["care/near_score_ci_lo_pct"] < 100 * 16 / 18
    assert "care" not in {table.key for table in plain.tables}
    (tmp_path / "care.csv").write_text(care_csv(ROWS))
    assert read_care(tmp_path / "care.csv") == ROWS


@pytest.mark.parametrize("text", ["annotator\na1\n", care_csv(ROWS) + "a4,x,,,,,,\n"])
def test_a_wrong_file_is_named_with_its_columns(tmp_path: Path, text: str) -> None:
    (tmp_path / "care.csv").write_text(text)

    with pytest.raises(AnalysisError, match=r"care\.csv: expected the columns annot"):
        read_care(tmp_path / "care.csv")
