"""Variance components: of a known truth, and as statsmodels' mixed model has them."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import analysis
from analysis.judgments.arrays import Judgments
from analysis.judgments.reading import judgments_from_table
from analysis.metrics.variance import variance_components
from analysis.reporting.naming import reason_of
from tests.analysis.long_tables import judgments, votes


def table(annotators: int, videos: int, *, seed: int, each: int = 4) -> pd.DataFrame:
    """Scores of one source that vary for known reasons, rounded to the scale."""
    rng = np.random.default_rng(seed)
    of_annotator = rng.normal(0, 0.6, annotators)
    of_video = rng.normal(0, 0.4, videos)
    of_comment = rng.normal(0, 0.5, (videos, 2))
    rows = []
    for video in range(videos):
        for annotator in rng.choice(annotators, each, replace=False):
            mood = rng.normal(0, 0.3)
            for comment in range(2):
                latent = of_annotator[annotator] + of_video[video] + mood
                latent += of_comment[video, comment] + rng.normal(0, 0.5)
                rows.append(
                    {
                        "annotator_id": f"a{annotator:03}",
                        "video_id": f"v{video:04}",
                        "comment_id": f"c{video}-{comment}",
                        "source": "bot",
                        "is_human": 0,
                        "score": int(np.clip(round(2.5 + latent), 0, 5)),
                    }
                )
    return pd.DataFrame(rows)


def found_in(data: Judgments) -> dict[str, float]:
    return {one.name: one.sd for one in variance_components(data, data.score)}


def test_the_components_of_a_large_study_are_the_true_ones() -> None:
    found = found_in(judgments_from_table(table(150, 1500, seed=1)))

    assert found["annotator"] == pytest.approx(0.6, abs=0.08)
    assert found["video"] == pytest.approx(0.4, abs=0.06)
    assert found["comment"] == pytest.approx(0.5, abs=0.06)
    assert found["batch"] == pytest.approx(0.3, abs=0.06)
    # With the variance of rounding, 1/12.
    assert found["rest"] == pytest.approx(np.sqrt(0.25 + 1 / 12), abs=0.06)


def test_statsmodels_fits_the_same_within_its_errors() -> None:
    small = table(12, 40, seed=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = smf.mixedlm(
            "score ~ 1",
            small.assign(whole=1),
            groups="whole",
            vc_formula={
                name: f"0 + C({name}_id)" for name in ("annotator", "video", "comment")
            },
        ).fit()

    found = found_in(judgments_from_table(small))

    theirs = dict(
        zip(sorted(["annotator", "video", "comment"]), fit.vcomp, strict=True)
    )
    for name, variance in theirs.items():
        assert found[name] == pytest.approx(np.sqrt(variance), abs=0.2), name


def test_shares_add_up_and_stand_in_the_report() -> None:
    report = analysis.report(table(20, 60, seed=3).assign(verdict="human"))

    shares = report.table("variances").frame()["score_share_pct"]
    assert sum(shares) == pytest.approx(100, abs=1e-6)
    assert report.metrics["variance/score_share_pct/annotator"] == shares.iloc[0]
    assert report.reason("variance/verdict_sd_pct/annotator")


def test_one_annotator_says_why_there_is_nothing() -> None:
    data = judgments(votes("v1-bot-1", "h") + votes("v2-bot-2", "a"))

    first, *_ = variance_components(data, data.verdict)

    assert reason_of(first.sd) == "needs at least two annotators"
