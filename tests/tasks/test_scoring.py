"""Accuracies, by hand and at the edges."""

import math

import pytest

from tasks.building import build_items
from tasks.catalogue import Axis, Task
from tasks.items import Item
from tasks.published import published_rows
from tasks.scoring import CHANCE_PCT, AnsweredItem, score
from tests.tasks.records import corpus


def _item(task: Task) -> Item:
    return Item(task, "youtube/x", ("one", "two", "three", "four"), answer=2)


def test_accuracies_of_a_worked_case() -> None:
    title, tags = _item(Task.TITLE_SELECTION), _item(Task.TAG_MATCHING)

    scores = score(
        [
            AnsweredItem(title, "C"),
            AnsweredItem(title, "three"),
            AnsweredItem(title, "A"),
            AnsweredItem(title, "I would say three"),
            AnsweredItem(tags, "Answer: C"),
        ]
    )

    assert scores.tasks[Task.TITLE_SELECTION].accuracy_pct == 50
    assert scores.tasks[Task.TITLE_SELECTION].unparsed_count == 1
    assert scores.tasks[Task.TAG_MATCHING].accuracy_pct == 100
    # Macro: tasks count alike; micro: items do.
    assert scores.macro_pct == 75
    assert scores.micro_pct == 60
    assert scores.pooled.unparsed_count == 1


def test_refusals_are_wrong_and_counted_apart_from_unreadable_replies() -> None:
    title = _item(Task.TITLE_SELECTION)

    scores = score(
        AnsweredItem(title, text)
        for text in ("C", "Perhaps C", "I'm sorry, but I can't help with that.")
    )

    pooled = scores.pooled
    assert (pooled.item_count, pooled.correct_count) == (3, 1)
    assert (pooled.unparsed_count, pooled.refused_count) == (1, 1)


def test_an_axis_is_the_mean_of_its_tasks() -> None:
    title = _item(Task.TITLE_SELECTION)
    description = _item(Task.DESCRIPTION_SELECTION)

    scores = score(
        [
            AnsweredItem(title, "C"),
            AnsweredItem(description, "C"),
            AnsweredItem(description, "A"),
        ]
    )

    assert scores.axis_pct(Axis.CREATIVE_INTENT) == 75
    assert math.isnan(scores.axis_pct(Axis.USER_INTERACTION))


def test_without_items_nothing_is_defined() -> None:
    scores = score([])

    assert math.isnan(scores.macro_pct)
    assert math.isnan(scores.micro_pct)
    assert math.isnan(scores.tasks[Task.TITLE_SELECTION].accuracy_pct)


def test_always_the_same_letter_is_chance() -> None:
    items = [i for seed in range(40) for i in build_items(corpus(), seed=seed).items]

    scores = score(AnsweredItem(item, "B") for item in items)

    assert scores.micro_pct == pytest.approx(CHANCE_PCT, abs=4 * 0.67)


def test_the_published_table_is_as_printed() -> None:
    rows = {row.model: row for row in published_rows()}

    assert len(rows) == 18
    human, full = rows["human"], rows["MIMIC-Chat (8B)"]
    assert human.tasks[Task.COMMENT_POPULARITY] == 51.1
    assert full.tasks[Task.DESCRIPTION_SELECTION] == 87.1
    # The slip that the sources hold: printed 74.1, the mean of the row is 76.3.
    assert full.overall == 74.1
    assert sum(full.tasks.values()) / 7 == pytest.approx(76.3, abs=0.05)


def test_each_task_belongs_to_one_axis() -> None:
    axes = [task.axis for task in Task]

    assert [axes.count(axis) for axis in Axis] == [2, 3, 2]
