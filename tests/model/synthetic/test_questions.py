"""Questions about synthetic clips ask what they claim to ask."""

from collections import Counter

from model.synthetic.moving_shapes import (
    Colour,
    Direction,
    Shape,
    SyntheticClip,
    every_combination,
)
from model.synthetic.questions import SyntheticTask, items_of
from tasks.scoring import AnsweredItem, score

CLIP = SyntheticClip(Colour.GREEN, Shape.CROSS, Direction.FALLING, 5)


def test_each_clip_has_one_item_of_each_task() -> None:
    answers = {item.task: item.right_answer() for item in items_of(CLIP)}

    assert answers == {
        SyntheticTask.COLOUR: "green",
        SyntheticTask.SHAPE: "cross",
        SyntheticTask.MOTION: "falling",
        SyntheticTask.JOINT: "green falling",
    }


def test_the_joint_question_needs_both_branches() -> None:
    joint = next(i for i in items_of(CLIP) if i.task is SyntheticTask.JOINT)

    colours, directions = zip(*(o.split() for o in joint.options), strict=True)
    assert Counter(colours)["green"] == 2
    assert Counter(directions)["falling"] == 2
    assert len(set(joint.options)) == 4


def test_letter_and_text_name_the_same_option() -> None:
    items = [item for clip in every_combination(range(1)) for item in items_of(clip)]

    by_letter = score(
        (AnsweredItem(item, item.right_answer("letter")) for item in items),
        tuple(SyntheticTask),
    )
    by_text = score(
        (AnsweredItem(item, item.right_answer("text")) for item in items),
        tuple(SyntheticTask),
    )

    assert by_letter.macro_pct == by_text.macro_pct == 100
    assert by_letter.tasks[SyntheticTask.MOTION].item_count == 64


def test_no_place_is_favoured() -> None:
    places = Counter(
        item.answer for clip in every_combination(range(8)) for item in items_of(clip)
    )

    assert all(abs(count - 512) < 100 for count in places.values())
