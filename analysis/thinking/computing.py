"""From answers to results: the metrics run on every run, pair and source."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.answered import Gap, Rate, gap, mcnemar_p, rate
from analysis.metrics.ranking import holm
from analysis.metrics.undefined import Undefined
from analysis.reporting.rounding import rounded
from analysis.thinking.answers import (
    REFUSED,
    UNREADABLE,
    Answered,
    Items,
    ItemScores,
    Run,
    item_scores,
)
from analysis.thinking.people import people_result
from analysis.thinking.results import (
    Habits,
    Pair,
    Repeats,
    ReplyCounts,
    Results,
    RunResult,
    VisualGain,
)
from pages.phrases import phrase as _
from tasks.answering import ROTATION_COUNTS, View
from tasks.catalogue import LETTERS, Axis, Task
from tasks.rotations import letter_shares, scores_of_places
from tasks.scoring import CHANCE_PCT

NOT_ALL_TASKS = _("not asked every task")
NEEDS_ROTATIONS = _("needs four orders of the options")
NO_PROBABILITIES = _("no probabilities")
ONE_ORDER_ALONE = _("for one order of the options alone")
_TASKS = list(Task)


def results_of(answered: Answered) -> Results:
    """Every figure of every table."""
    items = answered.items
    scores = [item_scores(run, items) for run in answered.runs]
    found = list(zip(answered.runs, scores, strict=True))
    return rounded(
        Results(
            build=answered.build,
            tasks=tuple(task.value for task in items.tasks),
            items={
                task.value: int(np.count_nonzero(items.task == _TASKS.index(task)))
                for task in items.tasks
            },
            videos=len(np.unique(items.video)),
            runs=tuple(_run_result(run, score, items) for run, score in found),
            pairs=tuple(_pairs(found, items)),
            gains=tuple(_gains(found, items)),
            repeats=tuple(_repeats(found, items)),
            people=people_result(answered),
        )
    )


_Found = Sequence[tuple[Run, ItemScores]]


# --- One run ------------------------------------------------------------------------


def _run_result(run: Run, score: ItemScores, items: Items) -> RunResult:
    task, video = items.task[score.item], items.video[score.item]

    def over(tasks: Iterable[Task], *, pooled: bool = False) -> Rate:
        rows = np.isin(task, [_TASKS.index(one) for one in tasks])
        group = np.zeros_like(task[rows]) if pooled else task[rows]
        return rate(score.share[rows], group, video[rows])

    is_whole = len(np.unique(task)) == len(items.tasks)
    macro = over(Task) if is_whole else _no_rate()
    return RunResult(
        run=run.facts,
        tasks={one.value: over([one]) for one in items.tasks},
        axes={
            axis.value: over(one for one in Task if one.axis is axis) for axis in Axis
        },
        macro=macro,
        micro=over(Task, pooled=True) if is_whole else _no_rate(),
        counts={
            one.value: _counts(run.place[items.task[run.item] == _TASKS.index(one)])
            for one in items.tasks
        },
        total=_counts(run.place),
        reply_goal=len(items.ids) * run.facts.rotations,
        habits=_habits(run, items),
        brier=_brier(run, items),
        is_blind_above_chance=run.facts.view != View.VIDEO and macro.lo > CHANCE_PCT,
    )


def _no_rate() -> Rate:
    none = Undefined(NOT_ALL_TASKS)
    return Rate(none, none, none, none, 0, 0)


def _counts(place: IntArray) -> ReplyCounts:
    return ReplyCounts(
        replies=len(place),
        unreadable=int(np.count_nonzero(place == UNREADABLE)),
        refused=int(np.count_nonzero(place == REFUSED)),
    )


def _habits(run: Run, items: Items) -> Habits:
    said: dict[int, dict[int, int | None]] = defaultdict(dict)
    rows = zip(
        run.item.tolist(), run.rotation.tolist(), run.place.tolist(), strict=True
    )
    for item, rotation, place in rows:
        said[item][rotation] = None if place < 0 else place
    if run.facts.rotations < max(ROTATION_COUNTS):
        shares = letter_shares(one.values() for one in said.values())
        none = Undefined(NEEDS_ROTATIONS)
        return Habits(tuple(100 * one for one in shares), 0, none, none, none)
    found = scores_of_places(
        (int(items.answer[item]), places) for item, places in said.items()
    )
    return Habits(
        letters_pct=found.prior_pct,
        circular_items=found.item_count,
        circular_pct=found.circular_pct,
        consistent_pct=found.consistent_pct,
        debiased_pct=found.debiased_pct,
    )


def _brier(run: Run, items: Items) -> float:
    if run.probabilities is None or not len(run.item):
        return Undefined(NO_PROBABILITIES)
    shown = (items.answer[run.item] + run.rotation) % len(LETTERS)
    truth = np.eye(len(LETTERS))[shown]
    return float(((run.probabilities - truth) ** 2).sum(axis=1).mean())


# --- Two runs -----------------------------------------------------------------------


def _pairs(found: _Found, items: Items) -> list[Pair]:
    """Within each mode, every two runs that saw the video; Holm over a mode's pairs."""
    made: list[Pair] = []
    seen = [one for one in found if one[0].facts.view == View.VIDEO]
    for mode in sorted({run.facts.mode for run, _score in seen}):
        rows = [one for one in seen if one[0].facts.mode == mode]
        pairs = [(a, b, _gap(a[1], b[1], items)) for a, b in combinations(rows, 2)]
        corrected = holm(np.array([found.p for *_, found in pairs], dtype=float))
        for (first, second, difference), p_holm in zip(pairs, corrected, strict=True):
            is_undefined = math.isnan(difference.p)
            made.append(
                Pair(
                    first=first[0].facts,
                    second=second[0].facts,
                    gap=difference,
                    p_holm=difference.p if is_undefined else float(p_holm),
                    p_mcnemar=_mcnemar(first, second),
                )
            )
    return made


def _mcnemar(first: tuple[Run, ItemScores], second: tuple[Run, ItemScores]) -> float:
    if {first[0].facts.rotations, second[0].facts.rotations} != {1}:
        return Undefined(ONE_ORDER_ALONE)
    _common, here, there = np.intersect1d(
        first[1].item, second[1].item, assume_unique=True, return_indices=True
    )
    return mcnemar_p(first[1].share[here] == 1, second[1].share[there] == 1)


def _gap(
    first: ItemScores, second: ItemScores, items: Items, task: Task | None = None
) -> Gap:
    """First minus second on the items that both were asked."""
    common, here, there = np.intersect1d(
        first.item, second.item, assume_unique=True, return_indices=True
    )
    difference = first.share[here] - second.share[there]
    if task is not None:
        rows = items.task[common] == _TASKS.index(task)
        common, difference = common[rows], difference[rows]
    return gap(difference, items.task[common], items.video[common])


# --- One source, several runs -------------------------------------------------------


def _gains(found: _Found, items: Items) -> list[VisualGain]:
    """Each source's first run with the video against its first of every other view."""
    first: dict[tuple[str, str, int, str], tuple[Run, ItemScores]] = {}
    for run, score in found:
        facts = run.facts
        key = (facts.source, facts.mode, facts.rotations, facts.view)
        first.setdefault(key, (run, score))
    made = []
    for (source, mode, rotations, view), (run, score) in first.items():
        seeing = first.get((source, mode, rotations, View.VIDEO))
        if view != View.VIDEO and seeing is not None:
            made.append(
                VisualGain(
                    source=source,
                    title=run.facts.title,
                    mode=mode,
                    view=view,
                    tasks={
                        task.value: _gap(seeing[1], score, items, task)
                        for task in items.tasks
                    },
                    macro=_gap(seeing[1], score, items),
                )
            )
    return made


def _repeats(found: _Found, items: Items) -> list[Repeats]:
    by_manner: dict[tuple[str, ...], list[tuple[Run, ItemScores]]] = defaultdict(list)
    for run, score in found:
        facts = run.facts
        manner = (facts.source, facts.mode, facts.view, str(facts.rotations))
        by_manner[manner].append((run, score))
    return [_repeated(group, items) for group in by_manner.values() if len(group) > 1]


def _repeated(group: _Found, items: Items) -> Repeats:
    shares = np.full((len(group), len(items.ids)), np.nan)
    for row, (_run, score) in enumerate(group):
        shares[row, score.item] = score.share
    asked = np.flatnonzero(~np.isnan(shares).any(axis=0))
    task, video = items.task[asked], items.video[asked]
    facts = group[0][0].facts
    return Repeats(
        title=facts.title,
        mode=facts.mode,
        view=facts.view,
        runs=len(group),
        mean=rate(shares[:, asked].mean(axis=0), task, video),
        sd=_sd([rate(row[asked], task, video).pct for row in shares]),
    )


def _sd(values: Sequence[float]) -> float:
    """With one degree of freedom less than there are values."""
    array: FloatArray = np.array(values, dtype=float)
    return float(array.std(ddof=1))
