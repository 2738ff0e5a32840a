"""Rule R3: distractors that look like the right option, from the texts there are."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from random import Random
from typing import NamedTuple

from corpus.cleaning import clean_comment, comparison_key
from corpus.surface import Marks, marks_of, script_of, words_of
from tasks.catalogue import LABEL_TASKS, Task
from tasks.materials import MOST_TAGS, Material

# Texts of different groups never meet in an item, so that a check of the build can
# learn on some groups and be tested on texts that it has not seen.
GROUPS = 5
_FEWEST_TO_PART = 2500
# Draws before the next demand is relaxed; a smaller shelf is looked through.
_DRAWS = 400
_GRAM = 5
_FACTORS = {Task.DESCRIPTION_SELECTION: 2.0}
_USUAL_FACTOR = 1.5


class Level(IntEnum):
    """What is no longer demanded of a distractor; each level includes those before.

    The script is always demanded: an option alone in its script can be picked out
    without the video.
    """

    STRICT = 0
    EMOJI = 1
    HASHTAG = 2
    CAPITALS = 3
    QUESTION_MARK = 4
    LENGTH = 5
    LANGUAGE = 6

    @property
    def relaxed(self) -> tuple[str, ...]:
        """The demands that are given up, as items note them."""
        names = [level.name.lower().replace("_", " ") for level in Level]
        return tuple(names[1 : self + 1])


@dataclass(frozen=True, eq=False)
class Offer:
    """A text that is right for its own video and may be wrong for another."""

    material: Material
    task: Task
    text: str
    group: int = 0

    @cached_property
    def key(self) -> str:
        return comparison_key(self.text)

    @cached_property
    def fingerprint(self) -> bytes:
        return clean_comment(self.text).fingerprint

    @cached_property
    def grams(self) -> frozenset[str]:
        """Runs of characters, for finding near duplicates."""
        last = max(len(self.key) - _GRAM, 0)
        return frozenset(self.key[i : i + _GRAM] for i in range(last + 1))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words_of(self.text))

    @cached_property
    def script(self) -> str:
        return script_of(self.text)

    @cached_property
    def marks(self) -> Marks:
        return marks_of(self.text)

    @cached_property
    def size(self) -> int:
        """What "of similar length" compares: characters; of tags, how many."""
        if self.task is Task.TAG_MATCHING:
            return min(len(self.material.tags), MOST_TAGS)
        return len(self.text)

    @property
    def is_label(self) -> bool:
        return self.task in LABEL_TASKS


class _Shelf(NamedTuple):
    """Offers that look alike, shortest first."""

    sizes: list[int]
    offers: list[Offer]


class Candidate(NamedTuple):
    """An offer, and what was given up to find it."""

    offer: Offer
    level: Level


@dataclass(frozen=True)
class Pool:
    """All offers of one task."""

    offers: Sequence[Offer]
    _shelves: dict[tuple[object, ...], _Shelf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        gathered = defaultdict(list)
        for offer in self.offers:
            for level in _levels(offer):
                gathered[_shelf_key(offer, level)].append(offer)
        for key, offers in gathered.items():
            offers.sort(key=lambda offer: offer.size)
            self._shelves[key] = _Shelf([offer.size for offer in offers], offers)

    @cached_property
    def owners(self) -> Counter[str]:
        """How many videos each text is right for."""
        return Counter(offer.key for offer in self.offers)

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Those of half of the texts: sharing them says nothing about two texts."""
        counts = Counter(chain.from_iterable(offer.words for offer in self.offers))
        return frozenset(w for w, n in counts.items() if 2 * n >= len(self.offers))

    def like(self, right: Offer, random: Random) -> Iterator[Candidate]:
        """Offers drawn by chance that look like the right one, likest first.

        Labels are drawn by frequency (R4): each record stands for its own label.
        """
        below = random.random()
        for level in _levels(right):
            shelf = self._shelves[_shelf_key(right, level)]
            first, last = _window(shelf, right, level, below)
            for place in _drawn(first, last, random):
                yield Candidate(shelf.offers[place], level)


def grouped(offers: Sequence[Offer]) -> list[Offer]:
    """The offers with their groups; the same text is always of one group.

    Looks that few texts share stay together, or they would find no likes.
    """
    alike = Counter((offer.script, offer.material.tongue) for offer in offers)
    parted = []
    for offer in offers:
        look = (offer.script, offer.material.tongue)
        is_many = alike[look] >= _FEWEST_TO_PART
        name = offer.key if is_many else "/".join(look)
        group = 0 if offer.is_label else _number(name) % GROUPS
        parted.append(Offer(offer.material, offer.task, offer.text, group))
    return parted


def _drawn(first: int, last: int, random: Random) -> Iterator[int]:
    """Places in random order, none twice: all, or of many the first draws."""
    if last - first <= _DRAWS:
        yield from random.sample(range(first, last), last - first)
        return
    drawn: set[int] = set()
    for _ in range(_DRAWS):
        place = random.randrange(first, last)
        if place not in drawn:
            drawn.add(place)
            yield place


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def _levels(offer: Offer) -> tuple[Level, ...]:
    # Labels have no surface of their own beyond their script.
    return (Level.STRICT,) if offer.is_label else tuple(Level)


def _shelf_key(offer: Offer, level: Level) -> tuple[object, ...]:
    if offer.is_label:
        return (offer.script,)
    kept = offer.marks[level:] if level < Level.LENGTH else ()
    tongue = offer.material.tongue if level < Level.LANGUAGE else ""
    return (level, offer.group, offer.script, tongue, kept)


def _window(shelf: _Shelf, right: Offer, level: Level, below: float) -> tuple[int, int]:
    """Where the offers of similar length lie on the shelf.

    The longest of them is at most a factor above the shortest, and the right option is
    anywhere between them: were it always in the middle, its length would betray it.

    Args:
        shelf: Sorted by size.
        right: What they are to be like.
        level: From LENGTH on, the factor is squared.
        below: How much of the factor lies below the right option, from 0 to 1.
    """
    if right.is_label:
        return 0, len(shelf.offers)
    factor = _FACTORS.get(right.task, _USUAL_FACTOR)
    if level >= Level.LENGTH:
        factor **= 2
    lowest = right.size / factor**below
    first = bisect_left(shelf.sizes, lowest)
    return first, bisect_right(shelf.sizes, lowest * factor)
