"""Multiple-choice questions about synthetic clips, each kind for one part."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from model.synthetic.moving_shapes import Colour, Direction, Shape, SyntheticClip
from tasks.catalogue import LETTERS, AnswerForm, question


class SyntheticTask(StrEnum):
    """What is asked; which branch can know it is said beside each."""

    COLOUR = "colour"  # spatial
    SHAPE = "shape"  # spatial
    MOTION = "motion"  # temporal
    JOINT = "joint"  # both: colour alone leaves two of four options


@dataclass(frozen=True, slots=True)
class SyntheticItem:
    """One question about one clip."""

    task: SyntheticTask
    clip: SyntheticClip
    options: tuple[str, ...]
    answer: int

    def prompt(self, answer_form: AnswerForm = "text") -> str:
        return question(self.task, self.options, answer_form)

    def right_answer(self, answer_form: AnswerForm = "text") -> str:
        if answer_form == "letter":
            return LETTERS[self.answer]
        return self.options[self.answer]


def items_of(clip: SyntheticClip) -> Iterator[SyntheticItem]:
    """One item of each task."""
    for task in SyntheticTask:
        random = Random(f"{clip.name}/{task}")  # noqa: S311 (no secret)
        right, *wrong = _options(task, clip, random)
        options = [right, *wrong]
        random.shuffle(options)
        yield SyntheticItem(task, clip, tuple(options), options.index(right))


def _options(task: SyntheticTask, clip: SyntheticClip, random: Random) -> list[str]:
    """Four options, the right one first."""
    if task is SyntheticTask.COLOUR:
        return _right_first(clip.colour, list(Colour))
    if task is SyntheticTask.SHAPE:
        return _right_first(clip.shape, list(Shape))
    if task is SyntheticTask.MOTION:
        return _right_first(clip.direction, list(Direction))
    colour = random.choice([c for c in Colour if c != clip.colour])
    direction = random.choice([d for d in Direction if d != clip.direction])
    return [
        f"{c} {d}" for c in (clip.colour, colour) for d in (clip.direction, direction)
    ]


def _right_first(right: str, all_of_them: list[str]) -> list[str]:
    return [str(right), *(str(other) for other in all_of_them if other != right)]
