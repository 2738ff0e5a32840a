"""Items cut into batches for people: in each of them every video comes once."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from random import Random
from typing import NamedTuple, TypeVar

from tasks.catalogue import Task

# Batches that are made at a time: the items of a video are in them and in no others,
# so that who has answered one of them can still have one of most other lots.
_LOT = len(Task)


Thing = TypeVar("Thing")


class Askable(NamedTuple):
    """An item as far as batches are concerned."""

    # Of the database.
    name: int
    task: str
    video: int


def _drawn(text: str) -> Random:
    """Chance that a text decides; it protects nothing."""
    return Random(text)  # noqa: S311


def chosen_items(
    items: Sequence[Askable], *, most_per_task: int | None, seed: int
) -> list[Askable]:
    """Of each task at most so many, drawn at random; the same for the same seed."""
    if most_per_task is None:
        return list(items)
    chosen: list[Askable] = []
    for task in sorted({item.task for item in items}):
        own = [item for item in items if item.task == task]
        _drawn(f"items {seed} {task}").shuffle(own)
        chosen += own[:most_per_task]
    return chosen


def batches_of(
    items: Sequence[Askable], *, size: int, seed: int
) -> list[list[Askable]]:
    """Every item in one batch, no video twice in a batch, tasks spread evenly.

    Args:
        items: In an order that does not depend on chance.
        size: Items a batch, at most; only the last few batches have fewer.
        seed: Decides which items come together.
    """
    left = _by_video(items, seed)
    batches: list[list[Askable]] = []
    while left:
        lot, left = left[: _LOT * size], left[_LOT * size :]
        most = max(Counter(item.video for item in lot).values())
        made: list[list[Askable]] = [[] for _ in range(max(-(-len(lot) // size), most))]
        for item in lot:
            batch = _batch_for(item, made, size)
            if batch is None:
                made.append([item])
            else:
                batch.append(item)
        batches += made
    return batches


def batches_hash(batches: Iterable[Iterable[str]]) -> str:
    """SHA-256 over batches of items' ids, in their order."""
    digest = sha256()
    for number, batch in enumerate(batches, 1):
        line = json.dumps([number, *batch], ensure_ascii=False)
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _by_video(items: Sequence[Askable], seed: int) -> list[Askable]:
    """The videos in random order, each with its items together."""
    videos = list(dict.fromkeys(item.video for item in items))
    _drawn(f"batches {seed}").shuffle(videos)
    place = {video: number for number, video in enumerate(videos)}
    return sorted(items, key=lambda item: place[item.video])


def _batch_for(
    item: Askable, batches: Sequence[list[Askable]], size: int
) -> list[Askable] | None:
    """The smallest batch, and of these the one with the fewest items of its task."""
    fitting = [
        batch
        for batch in batches
        if len(batch) < size and all(other.video != item.video for other in batch)
    ]
    return min(
        fitting,
        key=lambda batch: (len(batch), sum(other.task == item.task for other in batch)),
        default=None,
    )


def drawn_order(things: Sequence[Thing], seed: str) -> list[Thing]:
    """The things in the order that a seed gives."""
    ordered = list(things)
    _drawn(f"order {seed}").shuffle(ordered)
    return ordered


def drawn_rotation(seed: str, position: int, count: int) -> int:
    """By how many places the options at a position are moved on."""
    return _drawn(f"rotation {seed} {position}").randrange(count)
