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
        seed = self._seed * 1_000_003 + self._epoch
        generator = torch.Generator().manual_seed(seed)
        if not self._groups:
            return torch.randperm(len(self._dataset), generator=generator).tolist()
        return get_length_grouped_indices(
            self._dataset.lengths, self._batch_size, generator=generator
        )
