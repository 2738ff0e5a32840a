"""What a report says about its intervals is what simulations show."""

import math
from collections.abc import Mapping

import pytest

import analysis
from analysis.planning.coverage import DESIGNS, Coverage, coverage
from analysis.planning.simulation import Design
from analysis.reporting.coverage import SimulatedDesign, simulated_designs
from tests.analysis.long_tables import small_table

# Standard errors that chance may bring, over some forty intervals of both designs.
CHANCE = 4.5


def told_of(design: Design) -> SimulatedDesign:
    size = (design.annotators, design.videos, design.redundancy)
    return next(
        one
        for one in simulated_designs()
        if (one.annotators, one.videos, one.redundancy) == size
    )


def check_as_told(
    found: Mapping[str, Coverage], told: SimulatedDesign, studies: int
) -> None:
    assert {*found} == {*told.held_pct}
    for interval, counted in found.items():
        share = min(told.held_pct[interval], 99) / 100
        error = 100 * math.sqrt(share * (1 - share) / studies)
        # Fewer replicates make a percentile interval a little less sure.
        assert abs(counted.pct - 100 * share) < CHANCE * error + 2, interval


def test_intervals_hold_the_truth_as_often_as_reports_say() -> None:
    found = coverage(DESIGNS[0], studies=60, replicates=200, seed=7)

    check_as_told(found, told_of(DESIGNS[0]), studies=60)
    for interval in ("judged_human", "mean_score", "pair"):
        assert found[interval].tried > 150
        assert found[interval].pct > 90


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("design", DESIGNS, ids=["few annotators", "many annotators"])
def test_intervals_hold_the_truth_as_often_as_reports_say_in_many_studies(
    design: Design,
) -> None:
    found = coverage(design, studies=600, replicates=400, seed=11)

    check_as_told(found, told_of(design), studies=600)
    for interval in ("judged_human", "mean_score", "pair"):
        assert 93 < found[interval].pct < 98.5


def test_a_report_says_which_intervals_were_simulated_and_how_they_held() -> None:
    report = analysis.report(small_table(), replicates=0)

    table = report.table("coverage")

    names = [row[0] for row in table.rows]
    assert names[:3] == ["Judged-as-Human", "Mean score", "Difference of two sources"]
    assert "Krippendorff's α, verdicts" in names
    assert all(design.words in table.note for design in simulated_designs())
    assert "ranks were not simulated" in table.note
    assert table.title in report.text("md")
