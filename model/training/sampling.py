"""The order of training examples: like lengths together, the same after a restart."""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler
from transformers.trainer_pt_utils import get_length_grouped_indices

from model.training.learner import TrainingSet


class EpochSampler(Sampler[int]):
    """An order that the seed and the epoch decide, and nothing else.

    So a run that goes on after a kill meets the same examples; it also tells the
    dataset the epoch, which decides the frames drawn.
    """

    def __init__(
        self, dataset: TrainingSet, *, batch_size: int, groups: bool, seed: int
    ) -> None:
        """Order examples.

        Args:
            dataset: Gives the lengths.
            batch_size: Examples of one optimizer step.
            groups: Put examples of like length together.
            seed: Of the order.
        """
        self._dataset = dataset
        self._batch_size = batch_size
        self._groups = groups
        self._seed = seed
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._dataset)

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer's loader before each pass."""
        self._epoch = self._dataset.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        return iter(self._order())

    def _order(self) -> Sequence[int]:
        generator = _generator(self._seed, self._epoch)
        if not self._groups:
            return torch.randperm(len(self._dataset), generator=generator).tolist()
        return get_length_grouped_indices(
            self._dataset.lengths, self._batch_size, generator=generator
        )


class TokenBatches(Sampler[list[int]]):
    """Batches of like lengths with about as many tokens each, padding included.

    Where lengths differ much, batches of as many examples would weigh a hundred tokens
    like three thousand. As above, the seed and the epoch decide all.
    """

    def __init__(self, dataset: TrainingSet, *, token_count: int, seed: int) -> None:
        """Cut the sorted lengths into batches: the same cuts in every epoch.

        Args:
            dataset: Gives the lengths.
            token_count: Of a batch, at most; a longer example stands alone.
            seed: Of the order.
        """
        self._dataset = dataset
        self._seed = seed
        self._epoch = 0
        self._cuts = _cuts(sorted(dataset.lengths), token_count)

    def __len__(self) -> int:
        return len(self._cuts)

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer's loader before each pass."""
        self._epoch = self._dataset.epoch = epoch

    def __iter__(self) -> Iterator[list[int]]:
        generator = _generator(self._seed, self._epoch)
        order = torch.randperm(len(self._dataset), generator=generator).tolist()
        order.sort(key=lambda index: self._dataset.lengths[index])
        for number in torch.randperm(len(self._cuts), generator=generator).tolist():
            first, end = self._cuts[number]
            yield order[first:end]


def _cuts(lengths: Sequence[int], token_count: int) -> list[tuple[int, int]]:
    """From where to where each batch goes in ascending lengths."""
    cuts, first = [], 0
    for index, length in enumerate(lengths):
        if index > first and length * (index + 1 - first) > token_count:
            cuts.append((first, index))
            first = index
    cuts.append((first, len(lengths)))
    return cuts


def _generator(seed: int, epoch: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed * 1_000_003 + epoch)
