"""Items out of records: one option is of the video, three of unrelated ones.

Unrelated is a video of another category, so that the options contrast in meaning and
not in style. A video without a category therefore has no item but CoP's. The same
records and seed give the same items.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from corpus.cleaning import clean_comments, comparison_key, display_text
from corpus.records import VideoRecord
from tasks.catalogue import LETTERS, Task
from tasks.items import Item, video_key
from tasks.popularity import popularity_choice

_DISTRACTOR_COUNT = len(LETTERS) - 1
# Draws before the whole pool is looked through; a hit takes two draws on average.
_QUICK_DRAWS = 60


class _Offer(NamedTuple):
    """A text that may stand as an option, and the category of its video."""

    category: str
    text: str


def build_items(
    records: Sequence[VideoRecord], *, seed: int, tasks: Iterable[Task] = tuple(Task)
) -> Iterator[Item]:
    """All items that the records yield, video by video."""
    wanted = tuple(tasks)
    pools = {task: _pool(records, task, seed) for task in wanted if task in _TEXTS}
    for record in records:
        for task in wanted:
            random = _random(seed, record, task)
            item = (
                _matching_item(record, task, pools[task], random)
                if task in _TEXTS
                else _popularity_item(record, random)
            )
            if item is not None:
                yield item


def _random(seed: int, record: VideoRecord, task: Task) -> Random:
    # Text seeds are hashed by Random itself, the same on every machine.
    return Random(f"{seed}/{task}/{video_key(record)}")  # noqa: S311 (no secret)


# --- What a record offers -----------------------------------------------------------


def _tags(record: VideoRecord, _: Random) -> str:
    return ", ".join(tag for tag in map(display_text, record.tags) if tag)


def _any_comment(record: VideoRecord, random: Random) -> str:
    cleaned = clean_comments(comment.text for comment in record.comments)
    texts = [comment.text for comment in cleaned if comment.is_usable]
    return random.choice(texts) if texts else ""


_TEXTS: dict[Task, Callable[[VideoRecord, Random], str]] = {
    Task.TITLE_SELECTION: lambda record, _: display_text(record.title),
    Task.DESCRIPTION_SELECTION: lambda record, _: display_text(record.description),
    Task.TAG_MATCHING: _tags,
    Task.TOPIC_MATCHING: lambda record, _: display_text(record.topic),
    Task.CATEGORY_MATCHING: lambda record, _: display_text(record.category),
    Task.COMMENT_MATCHING: _any_comment,
}


def _pool(records: Sequence[VideoRecord], task: Task, seed: int) -> list[_Offer]:
    """Each different text once for each category it occurs in."""
    offers: dict[tuple[str, str], _Offer] = {}
    for record in records:
        category = comparison_key(record.category)
        text = _TEXTS[task](record, _random(seed, record, task))
        if category and text:
            offer = _Offer(category, text)
            offers.setdefault((category, comparison_key(text)), offer)
    return list(offers.values())


# --- Items --------------------------------------------------------------------------


def _matching_item(
    record: VideoRecord, task: Task, pool: Sequence[_Offer], random: Random
) -> Item | None:
    # The same first draw as in the pool, so that a video has one comment in all items.
    right = _Offer(comparison_key(record.category), _TEXTS[task](record, random))
    if not right.category or not right.text:
        return None
    distractors = _distractors(right, pool, random)
    if len(distractors) < _DISTRACTOR_COUNT:
        return None
    return _shuffled(task, record, (right.text, *distractors), random)


def _popularity_item(record: VideoRecord, random: Random) -> Item | None:
    choice = popularity_choice(record)
    if choice is None:
        return None
    options = (choice.top, *choice.others)
    return _shuffled(Task.COMMENT_POPULARITY, record, options, random, choice.note)


def _distractors(right: _Offer, pool: Sequence[_Offer], random: Random) -> list[str]:
    """Three texts of other categories, all different; fewer where there are not."""
    if not pool:
        return []
    taken = {comparison_key(right.text)}
    texts: list[str] = []
    for offer in _draws(pool, random):
        key = comparison_key(offer.text)
        if offer.category != right.category and key not in taken:
            taken.add(key)
            texts.append(offer.text)
            if len(texts) == _DISTRACTOR_COUNT:
                break
    return texts


def _draws(pool: Sequence[_Offer], random: Random) -> Iterator[_Offer]:
    for _ in range(_QUICK_DRAWS):
        yield random.choice(pool)
    yield from random.sample(pool, len(pool))


def _shuffled(
    task: Task,
    record: VideoRecord,
    options: Sequence[str],
    random: Random,
    note: str = "",
) -> Item:
    """The item with its options, of which the first is right, in random order."""
    order = random.sample(range(len(options)), len(options))
    return Item(
        task=task,
        video=video_key(record),
        options=tuple(options[place] for place in order),
        answer=order.index(0),
        note=note,
    )
