"""What is found in answers whose truth is known."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.thinking.answers import REFUSED, UNREADABLE, Answered
from analysis.thinking.computing import results_of
from analysis.thinking.results import RunResult
from tasks.catalogue import Task
from tests.analysis.thinking.answering import (
    always_a,
    always_right,
    by_chance,
    make_answered,
    make_items,
    make_run,
    right_with,
)


def result_of(answered: Answered) -> RunResult:
    (found,) = results_of(answered).runs
    return found


def test_a_random_source_lies_within_the_interval_of_chance() -> None:
    items = make_items(videos=400)

    found = result_of(make_answered(items, make_run(items, by_chance(5), rotations=4)))

    for one in (*found.tasks.values(), found.macro, found.micro):
        assert one.lo < 25 < one.hi
    assert found.habits.circular_pct < 2
    assert found.habits.letters_pct == pytest.approx((25,) * 4, abs=2)


def test_a_source_that_always_says_a_is_right_by_chance_and_never_in_circles() -> None:
    items = make_items(videos=60)

    found = result_of(make_answered(items, make_run(items, always_a, rotations=4)))

    assert found.macro.pct == pytest.approx(25)
    assert found.habits.circular_pct == 0
    assert found.habits.consistent_pct == 0
    assert found.habits.letters_pct == (100, 0, 0, 0)


def test_a_source_that_knows_all_has_everything_but_an_interval() -> None:
    items = make_items(videos=10)

    found = result_of(make_answered(items, make_run(items, always_right, rotations=4)))

    assert found.macro.pct == found.habits.circular_pct == 100
    assert found.habits.consistent_pct == found.habits.debiased_pct == 100
    assert math.isnan(found.macro.lo)


def test_axes_are_means_of_tasks_and_micro_pools_items() -> None:
    items = make_items(videos=20)
    title = [*Task].index(Task.TITLE_SELECTION)
    run = make_run(items, lambda item, right, _: right if item % 7 == title else 4 - 4)
    run.place[items.task != title] = (items.answer[items.task != title] + 1) % 4

    found = result_of(make_answered(items, run))

    assert found.tasks["TiS"].pct == 100
    assert found.tasks["DeS"].pct == 0
    assert found.axes["CIU"].pct == 50
    assert found.axes["UIU"].pct == 0
    assert found.macro.pct == found.micro.pct == pytest.approx(100 / 7)


def test_unreadable_and_refused_replies_are_wrong_and_counted_apart() -> None:
    items = make_items(videos=10)
    run = make_run(items, always_right)
    run.place[0:3] = UNREADABLE
    run.place[3] = REFUSED

    found = result_of(make_answered(items, run))

    assert (found.total.replies, found.total.unreadable, found.total.refused) == (
        70,
        3,
        1,
    )
    assert found.micro.pct == pytest.approx(100 * 66 / 70)
    assert found.counts["TiS"].unreadable == 1


def test_a_source_that_was_not_asked_every_task_has_no_overall() -> None:
    items = make_items(videos=10)
    popularity = [*Task].index(Task.COMMENT_POPULARITY)
    run = make_run(
        items, always_right, leave_out=np.flatnonzero(items.task == popularity).tolist()
    )

    found = result_of(make_answered(items, run))

    assert math.isnan(found.macro.pct)
    assert math.isnan(found.micro.pct)
    assert found.tasks["TiS"].pct == 100
    assert math.isnan(found.tasks["CoP"].pct)
    assert found.axes["CIU"].pct == 100


def test_a_run_without_replies_is_shown_without_figures() -> None:
    items = make_items(videos=3)
    everything = range(len(items.ids))

    found = result_of(
        make_answered(items, make_run(items, always_a, leave_out=everything))
    )

    assert found.total.replies == 0
    assert math.isnan(found.macro.pct)


def test_differences_are_paired_and_corrected_by_holm() -> None:
    items = make_items(videos=150)
    runs = [
        make_run(items, right_with(chance, seed), source=f"s{seed}", number=seed)
        for seed, chance in enumerate((0.5, 0.55, 0.8), 1)
    ]

    pairs = results_of(make_answered(items, *runs)).pairs

    assert [(p.first.source, p.second.source) for p in pairs] == [
        ("s1", "s2"),
        ("s1", "s3"),
        ("s2", "s3"),
    ]
    raw = [pair.gap.p for pair in pairs]
    smallest = min(raw)
    assert min(pair.p_holm for pair in pairs) == pytest.approx(3 * smallest)
    far = pairs[1]
    assert far.gap.lo < far.gap.points < far.gap.hi < 0
    first, second = (run.is_right(items) for run in (runs[0], runs[2]))
    table = (int((first & ~second).sum()), int((~first & second).sum()))
    expected = stats.binomtest(table[0], sum(table)).pvalue
    assert far.p_mcnemar == pytest.approx(expected)


def test_only_the_items_that_both_were_asked_are_compared() -> None:
    items = make_items(videos=30)
    half = range(0, len(items.ids), 2)
    one = make_run(items, right_with(0.5, 1), source="a", leave_out=half)
    two = make_run(items, right_with(0.5, 2), source="b")

    (pair,) = results_of(make_answered(items, one, two)).pairs

    assert pair.gap.items == len(items.ids) // 2


def test_modes_are_never_compared() -> None:
    items = make_items(videos=10)
    one = make_run(items, right_with(0.5, 1), source="a")
    two = make_run(items, right_with(0.5, 2), source="b", mode="likelihood")

    assert results_of(make_answered(items, one, two)).pairs == ()


def test_what_the_video_adds_is_a_paired_difference() -> None:
    items = make_items(videos=100)
    seeing = make_run(items, right_with(0.8, 1))
    blind = make_run(items, right_with(0.4, 2), view="none")

    found = results_of(make_answered(items, seeing, blind))

    (gain,) = found.gains
    assert gain.view == "none"
    assert gain.macro.points == pytest.approx(
        found.runs[0].macro.pct - found.runs[1].macro.pct
    )
    assert 30 < gain.macro.lo < gain.macro.hi < 50
    assert set(gain.tasks) == {task.value for task in Task}
    # 40 % without the video is more than chance, whatever the interval.
    assert [run.is_blind_above_chance for run in found.runs] == [False, True]
    assert not found.pairs


def test_runs_with_other_seeds_are_averaged() -> None:
    items = make_items(videos=50)
    runs = [make_run(items, right_with(0.6, seed), number=seed) for seed in (1, 2, 3)]

    found = results_of(make_answered(items, *runs))

    (repeats,) = found.repeats
    macros = [run.macro.pct for run in found.runs]
    assert repeats.runs == 3
    assert repeats.mean.pct == pytest.approx(np.mean(macros))
    assert repeats.sd == pytest.approx(np.std(macros, ddof=1))


def test_probabilities_are_scored_by_brier() -> None:
    items = make_items(videos=5)
    run = make_run(items, always_right, mode="likelihood", rotations=4)
    sure = np.eye(4)[run.place]
    half = type(run)(run.facts, run.item, run.rotation, run.place, (sure + 0.25) / 2)

    found = result_of(make_answered(items, half))

    # Half the weight on the right letter, the other half spread over all four.
    assert found.brier == pytest.approx(0.375**2 + 3 * 0.125**2)
