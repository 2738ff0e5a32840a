"""What was asked and answered of one set of MMLA, as arrays."""

from dataclasses import dataclass, field

import numpy as np

from analysis.judgments.arrays import IntArray
from analysis.thinking.answers import REFUSED, UNREADABLE, PersonReply, RunFacts
from tasks.mmla.builds import LabelBuild
from tasks.mmla.prompts import label_orders
from tasks.mmla.sets import LabelSet, all_sets


@dataclass(frozen=True)
class LabelFacts:
    """Which utterances were asked.

    Attributes:
        set: Name of the set.
        split: train, dev or test.
    """

    name: str
    sha256: str
    set: str
    split: str

    @property
    def labels(self) -> LabelSet:
        return all_sets()[self.set]


@dataclass(frozen=True, eq=False)
class Utterances:
    """The items of a build, in its order.

    Attributes:
        gold: (items,) place of the right label in the set's list.
        cluster: (items,) number of the dialogue, episode or video.
    """

    ids: tuple[str, ...]
    gold: IntArray
    cluster: IntArray


@dataclass(frozen=True, eq=False)
class LabelRun:
    """The replies of one run.

    Attributes:
        item: (replies,) number of the item.
        label: (replies,) place of the named label in the set's list; or UNREADABLE,
            REFUSED.
    """

    facts: RunFacts
    item: IntArray
    label: IntArray


@dataclass(frozen=True, eq=False)
class LabelAnswers:
    """A build of MMLA, every run that answers it, and what people answered."""

    build: LabelFacts
    items: Utterances
    runs: tuple[LabelRun, ...] = field(default=())
    people: tuple[PersonReply, ...] = field(default=())


def utterances_of(build: LabelBuild) -> Utterances:
    """The items as arrays; clusters are numbered as they come."""
    labels = build.labels.labels
    clusters: dict[str, int] = {}
    return Utterances(
        ids=tuple(one.row_id for one in build.utterances),
        gold=np.array(
            [labels.index(one.label) for one in build.utterances], dtype=np.int64
        ),
        cluster=np.array(
            [
                clusters.setdefault(one.cluster, len(clusters))
                for one in build.utterances
            ],
            dtype=np.int64,
        ),
    )


def facts_of_labels(build: LabelBuild) -> LabelFacts:
    """What the build is."""
    return LabelFacts(build.name, build.sha256, build.labels.name, build.split)


def published_places(labels: LabelSet, place: IntArray, rotation: IntArray) -> IntArray:
    """(replies,) places in the set's own order of labels that were shown in others.

    Args:
        labels: The set.
        place: (replies,) as shown; negative where no label was named.
        rotation: (replies,) which order was shown.
    """
    own = np.array(
        [
            [labels.labels.index(label) for label in order]
            for order in label_orders(labels)
        ],
        dtype=np.int64,
    )
    found = own[rotation, np.maximum(place, 0)]
    return np.where(place < 0, place, found)


__all__ = [
    "REFUSED",
    "UNREADABLE",
    "LabelAnswers",
    "LabelFacts",
    "LabelRun",
    "Utterances",
    "facts_of_labels",
    "published_places",
    "utterances_of",
]
