"""Batches of about as many tokens: every example once, another order each epoch."""

from itertools import chain
from random import Random

from model.training.sampling import TokenBatches

TOKENS = 120


class Lengths:
    """A dataset of which only the lengths are known."""

    def __init__(self) -> None:
        random = Random(3)  # noqa: S311 (no secret)
        self.lengths = [random.choice([4, 9, 30, 77, 200]) for _ in range(300)]
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> int:
        return self.lengths[index]

    def video(self, index: int) -> None:
        """Nothing is shown: batches are made of lengths."""


def test_each_example_stands_once_in_a_batch_that_is_full_and_not_too_full() -> None:
    dataset = Lengths()
    batches = TokenBatches(dataset, token_count=TOKENS, seed=1)

    found = list(batches)

    assert len(found) == len(batches)
    assert sorted(chain(*found)) == list(range(300))
    sizes = [len(b) * max(dataset.lengths[i] for i in b) for b in found]
    alone = [b for b in found if len(b) == 1]
    assert all(size <= TOKENS for size, b in zip(sizes, found, strict=True) if b[1:])
    assert all(dataset.lengths[b[0]] > TOKENS / 2 for b in alone)
    assert sum(sizes) / len(sizes) > 0.7 * TOKENS


def test_the_seed_and_the_epoch_decide_the_order() -> None:
    dataset = Lengths()

    def order(seed: int, epoch: int) -> list[list[int]]:
        batches = TokenBatches(dataset, token_count=TOKENS, seed=seed)
        batches.set_epoch(epoch)
        return list(batches)

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)
    assert len(order(1, 0)) == len(order(2, 5))
    assert dataset.epoch == 5
