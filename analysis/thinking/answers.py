"""What was asked and answered, as arrays."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from tasks.catalogue import LETTERS, Task

# In place of an option: no option was named, or the reply declines to answer.
UNREADABLE, REFUSED = -1, -2


@dataclass(frozen=True)
class BuildFacts:
    """Which items were asked, and what is found in them without the video.

    Attributes:
        best_blind_pct: Of each task, how often its best rule is right.
    """

    name: str
    sha256: str
    rules_version: int
    is_flagged: bool
    best_blind_pct: dict[str, float]


@dataclass(frozen=True, eq=False)
class Items:
    """The items of a build, in its order.

    Attributes:
        task: (items,) place in `Task`.
        video: (items,) number of the video.
        answer: (items,) place of the right option.
    """

    ids: tuple[str, ...]
    task: IntArray
    video: IntArray
    answer: IntArray

    @property
    def tasks(self) -> list[Task]:
        """Those that have items."""
        there = set(np.unique(self.task).tolist())
        return [task for place, task in enumerate(Task) if place in there]


@dataclass(frozen=True)
class RunFacts:
    """One run: who answered, and how.

    Attributes:
        number: Of the run in its build, from 1.
        source: Key of who answered.
    """

    number: int
    source: str
    title: str
    mode: str
    view: str
    rotations: int
    note: str = ""
    # Which published prompt of MMLA.
    wording: str = ""


@dataclass(frozen=True, eq=False)
class Run:
    """The replies of one run.

    Attributes:
        item: (replies,) number of the item.
        rotation: (replies,) by how many places its options were moved on.
        place: (replies,) of the chosen option as it was shown; or UNREADABLE, REFUSED.
        probabilities: (replies, 4) of the letters; None where none were measured.
    """

    facts: RunFacts
    item: IntArray
    rotation: IntArray
    place: IntArray
    probabilities: FloatArray | None = None

    def own_place(self) -> IntArray:
        """(replies,) which of the item's own options was chosen; negative for none."""
        moved_back = (self.place - self.rotation) % len(LETTERS)
        return np.where(self.place < 0, self.place, moved_back)

    def is_right(self, items: Items) -> BoolArray:
        """(replies,) whether the right option was chosen."""
        right: BoolArray = self.own_place() == items.answer[self.item]
        return right


@dataclass(frozen=True, eq=False)
class ItemScores:
    """What one run made of each item that it was asked.

    Attributes:
        item: (asked,) numbers of the items, ascending.
        share: (asked,) of its replies that are right.
    """

    item: IntArray
    share: FloatArray


def item_scores(run: Run, items: Items) -> ItemScores:
    """The share of right replies of each item, over its rotations."""
    count = np.bincount(run.item, minlength=len(items.ids))
    right = np.bincount(run.item, run.is_right(items), len(items.ids))
    asked = np.flatnonzero(count)
    return ItemScores(asked, right[asked] / count[asked])


class PersonReply(NamedTuple):
    """One answer of one person, as the platform and bundles hold it.

    Attributes:
        person: Opaque code within one study.
        place: Of the chosen option as it was shown, from 0.
        seconds: How long the question had been in view; None where not measured.
        knows_video: They said so.
        looked_up: They said that they looked something up for the batch.
    """

    person: str
    item_id: str
    rotation: int
    place: int
    seconds: float | None
    knows_video: bool
    looked_up: bool = False


@dataclass(frozen=True, eq=False)
class Answered:
    """A build, every run that answers it, and what people answered."""

    build: BuildFacts
    items: Items
    runs: tuple[Run, ...] = field(default=())
    people: tuple[PersonReply, ...] = field(default=())
