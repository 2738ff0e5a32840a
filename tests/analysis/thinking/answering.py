"""Builds whose items are answered by rule or by chance, for the tests of results."""

from collections.abc import Callable, Sequence

import numpy as np

from analysis.thinking.answers import Answered, BuildFacts, Items, Run, RunFacts
from tasks.catalogue import Task

# Of the item's number, its right place as shown, and the rotation: a place.
Rule = Callable[[int, int, int], int]


def make_items(videos: int = 60, tasks: Sequence[Task] = tuple(Task)) -> Items:
    """An item of each task of every video, right at each place equally often."""
    places = [list(Task).index(task) for task in tasks]
    task = np.tile(places, videos)
    video = np.repeat(np.arange(videos), len(tasks))
    number = np.arange(len(task))
    return Items(
        ids=tuple(f"item-{one}" for one in number),
        task=task,
        video=video,
        answer=(number + video) % 4,
    )


def make_run(
    items: Items,
    rule: Rule,
    *,
    source: str = "one",
    number: int = 1,
    rotations: int = 1,
    mode: str = "letter",
    view: str = "video",
    leave_out: Sequence[int] = (),
) -> Run:
    asked = [
        (item, rotation)
        for item in range(len(items.ids))
        if item not in leave_out
        for rotation in range(rotations)
    ]
    item, rotation = np.array(asked, dtype=int).reshape(-1, 2).T
    shown = (items.answer[item] + rotation) % 4
    rows = zip(item.tolist(), shown.tolist(), rotation.tolist(), strict=True)
    return Run(
        facts=RunFacts(number, source, source.title(), mode, view, rotations),
        item=item,
        rotation=rotation,
        place=np.array([rule(*row) for row in rows], dtype=int),
    )


def make_answered(items: Items, *runs: Run) -> Answered:
    blind = {task.value: 28.0 for task in items.tasks}
    facts = BuildFacts("b", "0" * 64, 2, is_flagged=False, best_blind_pct=blind)
    return Answered(facts, items, runs)


def always_a(_item: int, _right: int, _rotation: int) -> int:
    return 0


def always_right(_item: int, right: int, _rotation: int) -> int:
    return right


def by_chance(seed: int) -> Rule:
    random = np.random.default_rng(seed)
    return lambda _item, _right, _rotation: int(random.integers(4))


def right_with(chance: float, seed: int) -> Rule:
    random = np.random.default_rng(seed)

    def rule(_item: int, right: int, _rotation: int) -> int:
        return right if random.random() < chance else (right + 1) % 4

    return rule
