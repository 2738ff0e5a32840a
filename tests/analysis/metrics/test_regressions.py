"""Fitted models: they agree with the pooled rates, or say why they are not there."""

import math

import numpy as np
import pytest

import analysis
from analysis.judgments.arrays import Judgments
from analysis.planning.simulation import Design, SimulatedSource, simulate

SOURCES = (
    SimulatedSource("human", is_human=True, rate_pct=85, comments=3),
    SimulatedSource("strong", is_human=False, rate_pct=60),
    SimulatedSource("weak", is_human=False, rate_pct=10),
)


def study(seed: int = 1, annotators: int = 12, videos: int = 40) -> Judgments:
    design = Design(annotators, videos, redundancy=3, sources=SOURCES)
    return simulate(design, np.random.default_rng(seed))


def test_the_gee_agrees_with_the_pooled_rates() -> None:
    data = study(videos=60)

    report = analysis.report(data, levels=["definitions", "models"])

    for source in data.sources:
        pooled = report.metrics[f"judged_human_pct/{source}"]
        assert report.metrics[f"gee/judged_human_pct/{source}"] == pytest.approx(
            pooled, abs=2
        )
        lo = report.metrics[f"gee/judged_human_ci_lo_pct/{source}"]
        hi = report.metrics[f"gee/judged_human_ci_hi_pct/{source}"]
        assert lo < pooled < hi


def test_models_leave_out_a_source_with_one_verdict_throughout() -> None:
    data = study(videos=30)
    verdict = np.where(data.source == 2, 0, data.verdict).astype(np.int8)
    fields = {name: getattr(data, name) for name in data.__dataclass_fields__}

    report = analysis.report(
        Judgments(**{**fields, "verdict": verdict}), levels=["models"]
    )

    reason = report.reason("gee/judged_human_pct/weak")
    assert reason == "all verdicts alike: infinite log-odds"
    assert not math.isnan(report.metrics["gee/judged_human_pct/strong"])


def test_a_missing_r_is_the_stated_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    report = analysis.report(study(), levels=["models"])

    assert report.reason("glmm/judged_human_pct/human") == "R is not installed"
