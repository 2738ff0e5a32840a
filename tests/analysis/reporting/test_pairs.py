"""Pairs in short: letters of groups, and differences from two references."""

import numpy as np
import pytest

import analysis
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.pairs import both_ways, by_rate, letters
from analysis.reporting.report import Report
from analysis.reporting.results import PairResult
from tests.analysis.long_tables import small_table


@pytest.fixture(scope="module")
def report() -> Report:
    design = Design(20, 60, redundancy=3, sources=paper_sources(models=8))
    return analysis.report(simulate(design, np.random.default_rng(1)), replicates=0)


def with_pairs(differing: set[str], *, names: str) -> Report:
    """A report of sources a, b, ..., from high to low, some pairs of which differ."""
    from dataclasses import replace

    made = analysis.report(small_table(), replicates=0)
    source = made.found.sources[0]
    sources = tuple(
        replace(
            source,
            name=name,
            figures=replace(source.figures, judged_human_pct=90.0 - 10 * place),
        )
        for place, name in enumerate(names)
    )
    pairs = tuple(
        PairResult(a, b, 1, 1, 0, 2, *[0.01 if a + b in differing else 0.5] * 3)
        for place, a in enumerate(names)
        for b in names[place + 1 :]
    )
    return replace(made, found=replace(made.found, sources=sources, pairs=pairs))


@pytest.mark.parametrize(
    ("differing", "expected"),
    [
        (set(), {"a": "a", "b": "a", "c": "a"}),
        ({"ac"}, {"a": "a", "b": "ab", "c": "b"}),
        ({"ab", "ac"}, {"a": "a", "b": "b", "c": "b"}),
        ({"ab", "ac", "bc"}, {"a": "a", "b": "b", "c": "c"}),
    ],
)
def test_letters_of_hand_worked_cases(
    differing: set[str], expected: dict[str, str]
) -> None:
    assert letters(with_pairs(differing, names="abc")) == expected


def test_sources_share_a_letter_exactly_where_they_do_not_differ(
    report: Report,
) -> None:
    found, pairs = letters(report), both_ways(report)

    assert len(set("".join(found.values()))) > 1
    for (one, other), pair in pairs.items():
        shared = set(found[one]) & set(found[other])
        assert bool(shared) != pair.is_significant, (one, other)


def test_both_ways_turn_the_interval_round(report: Report) -> None:
    pairs = both_ways(report)
    first, second = by_rate(report)[0].name, by_rate(report)[-1].name

    there, back = pairs[first, second], pairs[second, first]

    assert (back.points, back.lo, back.hi) == (-there.points, -there.hi, -there.lo)
    assert there.lo < there.points < there.hi


def test_references_are_people_and_the_best_ai_source(report: Report) -> None:
    table = report.table("references").frame()
    best = by_rate(report)[1].name
    metrics = report.metrics

    assert best in report.table("references").note
    assert table.loc["human", "to_people_pct"] == ""
    assert table.loc[best, "to_best_pct"] == ""
    weak = by_rate(report)[-1].name
    names = [name for name in metrics if name.startswith("pair_diff_pct/")]
    (pair,) = [n for n in names if set(n.split("/")[1].split("|")) == {best, weak}]
    assert abs(float(str(table.loc[weak, "to_best_pct"]))) == abs(metrics[pair])
