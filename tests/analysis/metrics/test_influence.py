"""Influence: by hand, against every possible removal, and what is left recomputed."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.metrics import influence
from analysis.metrics.clusters import Answers, answers
from analysis.metrics.influence import reversals
from analysis.planning.simulation import Design, paper_sources, simulate

UNITS = 4


def rows(cells: list[tuple[int, int, int, int]], sources: int = 2) -> Answers:
    """Verdicts from (annotator, video, source, value)."""
    annotator, video, source, value = np.array(cells, dtype=np.int64).reshape(-1, 4).T
    return Answers(
        annotator, video, annotator, source, value, (UNITS, UNITS, UNITS), sources
    )


def is_reversed(before: Answers, keep: np.ndarray) -> bool:
    """Whether the other source is ahead in the rows that are kept."""

    def difference(kept: np.ndarray) -> float:
        rates = [
            before.value[kept & (before.source == source)].mean()
            if (kept & (before.source == source)).any()
            else math.nan
            for source in (0, 1)
        ]
        return float(rates[0] - rates[1])

    everything = np.ones(len(before.value), dtype=bool)
    return difference(everything) * difference(keep) < -1e-12


def fewest(before: Answers, unit: np.ndarray) -> float:
    """The fewest units whose removal reverses, by trying every removal."""
    units = np.unique(unit)
    for size in range(1, len(units)):
        for gone in combinations(units, size):
            if is_reversed(before, ~np.isin(unit, gone)):
                return size
    return math.nan


def test_one_annotator_carries_the_order() -> None:
    # Without annotator 0 the first source has 1 of 4, the second 2 of 4.
    cells = [(0, v, 0, 1) for v in range(4)] + [(0, v, 1, 0) for v in range(4)]
    cells += [(1, v, 0, int(v < 1)) for v in range(4)]
    cells += [(1, v, 1, int(v < 2)) for v in range(4)]

    found = reversals(rows(cells))

    assert found.annotators[0] == 1
    # Under every video the first is level or ahead.
    assert math.isnan(found.videos[0])
    # 5 of 8 against 2 of 8; without 4 Human and 1 other, 1 of 4 against 2 of 7.
    assert found.judgments[0] == 5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 1)
        ),
        min_size=4,
        max_size=9,
    )
)
def test_judgments_are_the_minimum_and_the_rest_is_never_below_it(
    cells: list[tuple[int, int, int, int]],
) -> None:
    data = rows(cells)
    found = reversals(data)

    exact = fewest(data, np.arange(len(cells)))
    assert found.judgments[0] == pytest.approx(exact, nan_ok=True)
    for at_most, unit in (
        (found.annotators, data.annotator),
        (found.videos, data.video),
    ):
        if not math.isnan(at_most[0]):
            assert at_most[0] >= fewest(data, unit) >= 1


def test_what_cannot_be_reversed_says_why() -> None:
    never = rows([(a, a, s, 1 - s) for a, s in product(range(4), (0, 1))])
    level = rows([(0, 0, 0, 1), (0, 0, 1, 1)])
    silent = rows([(0, 0, 0, 1)])

    for data, reason in (
        (never, influence.NOT_FOUND),
        (level, influence.LEVEL),
        (silent, influence.SILENT),
    ):
        found = reversals(data)
        for figure in (found.annotators[0], found.videos[0], found.judgments[0]):
            assert math.isnan(figure)
            assert figure.reason == reason  # type: ignore[attr-defined]


def test_removing_the_reported_number_of_videos_reverses_the_report() -> None:
    design = Design(8, 40, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(5))
    made = analysis.report(data, replicates=0)
    table = next(one for one in made.tables if one.key == "reversals")
    assert len(table.rows) == len(made.found.pairs) == 6

    verdicts = answers(data, data.called_human)
    counts, human = influence._counts(verdicts, verdicts.video, len(data.videos))
    for pair in made.found.reversals:
        one, other = (data.sources.index(s) for s in (pair.first, pair.second))
        rates = human.sum(axis=0) / counts.sum(axis=0)
        ahead, behind = (one, other) if rates[one] > rates[other] else (other, one)
        gain = (human - counts * rates) / counts.sum(axis=0)
        order = np.argsort(-(gain[:, ahead] - gain[:, behind]), kind="stable")
        kept = [
            human[order[at:]].sum(axis=0) / counts[order[at:]].sum(axis=0)
            for at in range(len(order))
        ]
        turned = [at for at, left in enumerate(kept) if left[behind] > left[ahead]]
        assert pair.videos <= turned[0] if turned else math.isnan(pair.videos)
        assert pair.judgments <= 40 * 3 * 5
