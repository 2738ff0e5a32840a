"""Examples become batches: loss on answers alone, frames drawn anew each epoch."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from corpus.media.errors import MediaError, MediaErrorCode
from model.mimic_chat import IGNORED_LABEL
from model.synthetic.moving_shapes import Colour, Direction, Shape, SyntheticClip, draw
from model.text import Encoder
from model.training.clip_store import ClipFrames
from model.training.dataset import Collator, ExampleDataset, Skipped
from model.training.examples import Example
from model.training.sampling import EpochSampler
from tests.model.tiny import tiny_config, tiny_tokenizer

CONFIG = tiny_config()
CLIP = SyntheticClip(Colour.RED, Shape.DISC, Direction.FALLING)


class Frames:
    """Draws one clip; the file of any other name is broken."""

    def frames(self, clip: Path) -> ClipFrames:
        if clip.name != CLIP.name:
            raise MediaError(MediaErrorCode.DAMAGED, "It holds no good frame.")
        frames = torch.from_numpy(draw(CLIP))
        return ClipFrames(frames, frames)


@pytest.fixture
def encoder() -> Encoder:
    return Encoder(CONFIG, tiny_tokenizer())


def _dataset(
    encoder: Encoder, examples: list[Example], seed: int | None = None
) -> ExampleDataset:
    return ExampleDataset(examples, CONFIG, encoder, Frames(), random_frames_seed=seed)


def test_the_loss_is_on_the_answer_and_its_end_alone(encoder: Encoder) -> None:
    example = Example("What is it?", "a disc", Path(CLIP.name))
    dataset = _dataset(encoder, [example])

    batch = Collator(CONFIG, encoder.padding_id)([dataset[0]])

    labels = batch["labels"]
    assert isinstance(labels, Tensor)
    learnt = labels[labels != IGNORED_LABEL].tolist()
    assert learnt == encoder.answer_ids("a disc")


def test_drawn_frames_change_with_the_epoch_and_not_with_anything_else(
    encoder: Encoder,
) -> None:
    examples = [Example("x", "y", Path(CLIP.name))] * 2
    dataset, twin = (_dataset(encoder, examples, seed=1) for _ in range(2))
    sampler = EpochSampler(dataset, batch_size=1, groups=False, seed=0)

    first = dataset.video(0).tiles
    sampler.set_epoch(1)
    second = dataset.video(0).tiles

    assert torch.equal(first, twin.video(0).tiles)
    assert not torch.equal(first, second)


def test_a_broken_clip_leaves_the_batch_and_is_named(encoder: Encoder) -> None:
    good = Example("x", "y", Path(CLIP.name))
    dataset = _dataset(encoder, [good, Example("x", "y", Path("broken.mp4"))])

    batch = Collator(CONFIG, encoder.padding_id)([dataset[0], dataset[1]])

    assert batch["skipped"] == [Skipped("broken.mp4", "It holds no good frame.")]
    ids = batch["input_ids"]
    assert isinstance(ids, Tensor)
    assert len(ids) == 1


def test_a_batch_of_broken_clips_alone_has_nothing_to_learn(encoder: Encoder) -> None:
    dataset = _dataset(encoder, [Example("x", "y", Path("broken.mp4"))])

    batch = Collator(CONFIG, encoder.padding_id)([dataset[0]])

    assert "input_ids" not in batch
    assert isinstance(batch["labels"], Tensor)
    assert (batch["labels"] == IGNORED_LABEL).all()


def test_the_order_groups_lengths_and_depends_on_seed_and_epoch(
    encoder: Encoder,
) -> None:
    examples = [Example("x" * (1 + 7 * n % 40), "y") for n in range(64)]
    dataset = _dataset(encoder, examples)
    sampler, twin = (
        EpochSampler(dataset, batch_size=4, groups=True, seed=3) for _ in range(2)
    )

    order = list(sampler)

    assert order == list(twin)
    assert sorted(order) == list(range(64))
    # Each sixteen in a row, after the longest was put first, fall from long to short.
    lengths = [dataset.lengths[index] for index in order]
    assert lengths[0] == max(lengths)
    assert lengths[17:32] == sorted(lengths[17:32], reverse=True)
    sampler.set_epoch(1)
    assert list(sampler) != order
