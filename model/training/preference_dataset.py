"""Pairs of answers as the trainer gets them, whatever network is trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.data import Dataset

from model.training.dataset import Skipped
from model.training.learner import BatchMaker, TrainingSet
from model.training.preference_data import Preference


@dataclass(frozen=True, eq=False)
class Paired:
    """Two examples as the network's own collator takes them, and what is known."""

    first: Any
    second: Any
    preference: Preference


class PairDataset(Dataset[Paired | Skipped]):
    """Preferences of one side.

    Attributes:
        lengths: Tokens of both answers with their videos.
        epoch: The sampler's; frames are the same in each.
    """

    def __init__(
        self,
        preferences: Sequence[Preference],
        first: TrainingSet,
        second: TrainingSet,
    ) -> None:
        """Put two sets side by side.

        Args:
            preferences: What is known of each pair.
            first: Their first examples, in that order.
            second: Their second ones.
        """
        self._preferences = preferences
        self._first, self._second = first, second
        self.epoch = 0
        self.lengths = [
            one + other
            for one, other in zip(first.lengths, second.lengths, strict=True)
        ]

    def __len__(self) -> int:
        return len(self._preferences)

    def __getitem__(self, index: int) -> Paired | Skipped:
        first, second = self._first[index], self._second[index]
        for one in (first, second):
            if isinstance(one, Skipped):
                return one
        return Paired(first, second, self._preferences[index])


@dataclass
class PairCollator:
    """First answers, then second ones, in one batch; `facts` beside it.

    Attributes:
        collator: The network's own.
    """

    collator: BatchMaker

    def __call__(self, examples: Sequence[Paired | Skipped]) -> dict[str, Any]:
        pairs = [one for one in examples if isinstance(one, Paired)]
        skipped = [one for one in examples if isinstance(one, Skipped)]
        rows = [one.first for one in pairs] + [one.second for one in pairs]
        batch = self.collator(rows)
        known = [one.preference for one in pairs]
        return {
            **batch,
            "skipped": [*skipped, *batch.get("skipped", [])],
            "wanted": torch.tensor([one.wanted for one in known], dtype=torch.bool),
            "weight": torch.tensor([one.weight for one in known]),
            "flip": torch.tensor([one.flip for one in known]),
        }
