"""Items out of records, such that no item can be answered without its video.

One option is of the video, three are of unrelated ones that look the same. The same
records and seed give the same items, in whatever order the records come.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import NamedTuple

from corpus.cleaning import comparison_key
from corpus.records import VideoRecord
from tasks.catalogue import LETTERS, Task
from tasks.items import Item, Provenance
from tasks.materials import FIELDS, MOST_TAGS, Material
from tasks.pools import Level, Offer, Pool, grouped
from tasks.popularity import NoChoice, popularity_choice, ranked_comments
from tasks.relatedness import (
    MOST_SHARED_WORDS,
    NEAR_DUPLICATE,
    Refusal,
    jaccard,
    related,
    share_of_words,
)

# Stored with every build: raise it with every change of the rules. Rule version 1 drew
# labels once each, and its category and topic items could be answered without video.
RULES_VERSION = 2

_DISTRACTORS = len(LETTERS) - 1
# R6: for each video that a text is right for, it may be wrong in so many items.
MOST_USES = 5


class NoItem(StrEnum):
    """Why a video has no item of a matching task."""

    NO_TEXT = "nothing in this field, or too little"
    NOT_PLACED = "no category, tags or topic to know unrelated videos by"
    TOO_FEW_DISTRACTORS = "too few unrelated texts that look the same"


@dataclass(frozen=True)
class Built:
    """Items, and what became of every video.

    Attributes:
        items: By video, in the order of the tasks.
        missing: Of each task, of each video without its item: why.
        refusals: Of each task, how often a text was refused as a distractor, by reason.
    """

    items: tuple[Item, ...]
    missing: dict[Task, dict[str, str]]
    refusals: dict[Task, Counter[Refusal]]


class _Draft(NamedTuple):
    """An item before its options have places; the right option comes first."""

    task: Task
    video: str
    options: tuple[str, ...]
    provenance: tuple[Provenance, ...]
    relaxed: tuple[str, ...] = ()
    note: str = ""


@dataclass
class _TaskBuilder:
    """Makes the drafts of one task."""

    task: Task
    seed: int
    missing: dict[str, str] = field(default_factory=dict)
    refusals: Counter[Refusal] = field(default_factory=Counter)

    def drafts(self, materials: Sequence[Material]) -> list[_Draft]:
        """In the order of the materials."""
        if self.task is Task.COMMENT_POPULARITY:
            made = [self._popularity(material) for material in materials]
            return [draft for draft in made if draft is not None]
        pool = Pool(grouped(self._offers(materials)))
        uses: Counter[str] = Counter()
        # Who chooses first has the most to choose from: that is left to chance.
        order = random_for(self.seed, self.task, "order")
        found: dict[str, _Draft] = {}
        for right in order.sample(pool.offers, len(pool.offers)):
            draft = self._matching(right, pool, uses)
            if draft is not None:
                found[draft.video] = draft
        return [found[m.video] for m in materials if m.video in found]

    def _offers(self, materials: Sequence[Material]) -> list[Offer]:
        offers = []
        for material in materials:
            random = random_for(self.seed, self.task, material.video)
            text = material.text_for(self.task, random)
            if not text:
                self.missing[material.video] = NoItem.NO_TEXT
            elif not material.is_placed():
                self.missing[material.video] = NoItem.NOT_PLACED
            else:
                offers.append(Offer(material, self.task, text))
        return offers

    def _matching(self, right: Offer, pool: Pool, uses: Counter[str]) -> _Draft | None:
        random = random_for(self.seed, self.task, right.material.video, "distractors")
        chosen: list[Offer] = []
        level = Level.STRICT
        for candidate in pool.like(right, random):
            refusal = _refusal(candidate.offer, [right, *chosen], pool, uses)
            if refusal is not None:
                self.refusals[refusal] += 1
            else:
                chosen.append(candidate.offer)
                level = candidate.level
                if len(chosen) == _DISTRACTORS:
                    break
        if len(chosen) < _DISTRACTORS:
            self.missing[right.material.video] = NoItem.TOO_FEW_DISTRACTORS
            return None
        options = _texts([right, *chosen], random)
        if len(set(map(comparison_key, options))) < len(LETTERS):
            self.missing[right.material.video] = NoItem.TOO_FEW_DISTRACTORS
            return None
        uses.update(offer.key for offer in chosen)
        provenance = tuple(
            Provenance(offer.material.video, FIELDS[self.task])
            for offer in (right, *chosen)
        )
        video = right.material.video
        return _Draft(self.task, video, options, provenance, level.relaxed)

    def _popularity(self, material: Material) -> _Draft | None:
        choice = popularity_choice(ranked_comments(material.record, material.comments))
        if isinstance(choice, NoChoice):
            self.missing[material.video] = choice
            return None
        options = (choice.top, *choice.others)
        provenance = (Provenance(material.video, FIELDS[self.task]),) * len(options)
        return _Draft(self.task, material.video, options, provenance, note=choice.note)


def build_items(
    records: Iterable[VideoRecord], *, seed: int, tasks: Iterable[Task] = tuple(Task)
) -> Built:
    """All items that the records yield.

    Distractors come from these records alone: give those of one split (R5), or texts
    that were right in training are known to be wrong in the test.
    """
    by_video = {material.video: material for material in map(Material, records)}
    materials = [by_video[video] for video in sorted(by_video)]
    builders = [_TaskBuilder(task, seed) for task in Task if task in set(tasks)]
    items = [
        item
        for builder in builders
        for item in _placed(builder.drafts(materials), builder.task, seed)
    ]
    rank = {task: place for place, task in enumerate(Task)}
    items.sort(key=lambda item: (item.video, rank[item.task]))
    return Built(
        items=tuple(items),
        missing={builder.task: builder.missing for builder in builders},
        refusals={builder.task: builder.refusals for builder in builders},
    )


def random_for(seed: int, *names: str) -> Random:
    """Chance for one purpose, the same on every machine: Random hashes text itself."""
    return Random("/".join([str(seed), *names]))  # noqa: S311 (no secret)


def _refusal(
    offer: Offer, item: Sequence[Offer], pool: Pool, uses: Counter[str]
) -> Refusal | None:
    """Why the offer may not stand in the item, whose first text is the right one."""
    right = item[0]
    if refusal := related(right.material, offer.material):
        return refusal
    if uses[offer.key] >= MOST_USES * pool.owners[offer.key]:
        return Refusal.TOO_OFTEN
    words = offer.words - pool.common_words
    if share_of_words(words, right.words - pool.common_words) >= MOST_SHARED_WORDS:
        return Refusal.SHARED_WORDS
    if offer.fingerprint in right.material.fingerprints:
        return Refusal.ALSO_RIGHT
    if any(jaccard(offer.grams, one.grams) >= NEAR_DUPLICATE for one in item):
        return Refusal.NEAR_DUPLICATE
    return None


def _texts(offers: Sequence[Offer], random: Random) -> tuple[str, ...]:
    """What the options say: tags as many of each video, in one order of places."""
    if offers[0].task is not Task.TAG_MATCHING:
        return tuple(offer.text for offer in offers)
    count = min(MOST_TAGS, *(len(offer.material.tags) for offer in offers))
    places = random.sample(range(count), count)
    return tuple(
        ", ".join(offer.material.tags[place] for place in places) for offer in offers
    )


def _placed(drafts: Sequence[_Draft], task: Task, seed: int) -> list[Item]:
    """The items, with the right option at each place equally often."""
    places = [number % len(LETTERS) for number in range(len(drafts))]
    random_for(seed, task, "places").shuffle(places)
    return [
        _item(draft, place, random_for(seed, task, draft.video, "options"))
        for draft, place in zip(drafts, places, strict=True)
    ]


def _item(draft: _Draft, answer: int, random: Random) -> Item:
    order = random.sample(range(1, len(LETTERS)), _DISTRACTORS)
    order.insert(answer, 0)
    return Item(
        task=draft.task,
        video=draft.video,
        options=tuple(draft.options[place] for place in order),
        answer=answer,
        provenance=tuple(draft.provenance[place] for place in order),
        relaxed=draft.relaxed,
        note=draft.note,
    )
