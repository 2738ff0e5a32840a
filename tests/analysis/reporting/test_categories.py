"""Judged-as-Human by source and category: what a report of the category would say."""

import math

import numpy as np
import pytest

import analysis
from analysis.planning.simulation import Design, paper_sources, simulate
from tests.analysis.metrics.test_scores_by_threshold import as_table

NAMES = ("food", "=games", "travel")


def test_a_category_says_what_its_own_report_would() -> None:
    design = Design(10, 60, redundancy=3, sources=paper_sources(models=3))
    table = as_table(simulate(design, np.random.default_rng(2)))
    videos = sorted(set(table["video_id"]))
    place = {video: NAMES[n % 3] for n, video in enumerate(videos)}
    table["category"] = [place[video] for video in table["video_id"]]

    report = analysis.report(table, replicates=0)

    rates = {(c.category, c.source): c for c in report.found.categories}
    assert len(rates) == 3 * 4
    for name in NAMES:
        alone = analysis.report(table[table["category"] == name], replicates=0).metrics
        for source in ("human", "MIMIC-Chat"):
            found = rates[name, source]
            assert found.pct == alone[f"judged_human_pct/{source}"]
            assert found.lo == pytest.approx(alone[f"judged_human_ci_lo_pct/{source}"])
            assert found.n == alone[f"n_verdicts/{source}"]
    shown = report.table("categories").frame()
    assert set(shown.index) == set(NAMES)


def test_few_verdicts_are_left_out_with_the_reason() -> None:
    design = Design(4, 6, redundancy=3, sources=paper_sources(models=1))
    table = as_table(simulate(design, np.random.default_rng(2)))
    table["category"] = "food"

    report = analysis.report(table, replicates=0)

    (found,) = [c for c in report.found.categories if c.source == "MIMIC-Chat"]
    assert found.n == 18
    assert math.isnan(found.pct)
    assert report.table("categories").reasons() == ["fewer than 30 verdicts"]


def test_a_table_without_categories_has_the_fingerprint_it_had() -> None:
    design = Design(4, 6, redundancy=3, sources=paper_sources(models=1))
    table = as_table(simulate(design, np.random.default_rng(2)))
    plain = analysis.report(table, replicates=0)

    blank = analysis.report(table.assign(category=""), replicates=0)
    named = analysis.report(table.assign(category="food"), replicates=0)

    assert blank.provenance.fingerprint == plain.provenance.fingerprint
    assert named.provenance.fingerprint != plain.provenance.fingerprint
    assert plain.table("categories").rows == ()
