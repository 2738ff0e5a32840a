"""Questions that share a clip's sequence learn what they would one by one."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.collation import Batch, collate
from model.config import GateForm, MimicChatConfig
from model.mimic_chat import IGNORED_LABEL, MimicChat
from model.sequence import layout_of, position_ids
from model.text import Encoder
from model.training.dataset import Collator, ExampleDataset, Skipped
from model.training.examples import Example
from model.training.packing import PackedDataset
from tests.model.tiny import clip, tiny_config, tiny_encoder, tiny_network
from tests.model.training.test_dataset import CLIP, Frames

_TEXTS = [("Say", "ha"), ("Which one? A B", "B"), ("Write a comment.", "so cute 😂")]


def _roomy(config: MimicChatConfig) -> MimicChatConfig:
    return replace(config, language=replace(config.language, max_tokens=400))


def _singles(config: MimicChatConfig, encoder: Encoder) -> list[Batch]:
    return [
        collate(
            [encoder.encode(clip(config), *texts)],
            config,
            padding_id=encoder.padding_id,
        )
        for texts in _TEXTS
    ]


def _packed(config: MimicChatConfig, encoder: Encoder) -> Batch:
    """Beside a shorter row with one question, so that there is padding."""
    joined = encoder.join([encoder.encode(clip(config), *texts) for texts in _TEXTS])
    assert len(joined) == 1
    other = encoder.encode(clip(config, 5, seed=3), "Say", "no")
    return collate([joined[0], other], config, padding_id=encoder.padding_id)


def _gradients(network: MimicChat) -> dict[str, Tensor]:
    found = {
        name: parameter.grad.clone()
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
    network.zero_grad()
    return found


@pytest.mark.parametrize("form", ["tanh_adapter", "attention_bias"])
def test_loss_and_gradients_are_those_of_one_by_one(form: GateForm) -> None:
    config = _roomy(tiny_config(form, start=0.7))
    network, encoder = tiny_network(config), tiny_encoder(config)
    packed = _packed(config, encoder)
    other = encoder.encode(clip(config, 5, seed=3), "Say", "no")
    alone = [
        *_singles(config, encoder),
        collate([other], config, padding_id=encoder.padding_id),
    ]
    count = sum(int((b["labels"][:, 1:] != IGNORED_LABEL).sum()) for b in alone)

    expected = sum(network(**b, num_items_in_batch=count).loss for b in alone)
    expected.backward()
    gradients = _gradients(network)
    loss = network(**packed).loss
    loss.backward()

    torch.testing.assert_close(loss, expected, atol=1e-4, rtol=1e-4)
    ours = _gradients(network)
    assert ours.keys() == gradients.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(ours[name], gradient, atol=1e-4, rtol=1e-3, msg=name)


def test_positions_go_on_from_the_video_for_each_question() -> None:
    config = _roomy(tiny_config())
    encoder = tiny_encoder(config)
    batch = _packed(config, encoder)

    layout = layout_of(
        batch["input_ids"],
        batch["attention_mask"],
        batch["temporal_mask"],
        config,
        batch["segments"],
    )
    places = position_ids(layout)[0, layout.temporal_count :]

    segments = batch["segments"][0]
    shared = int((segments[: len(places)] == 0).logical_and(layout.is_token[0]).sum())
    assert places[:shared].tolist() == list(range(shared))
    for number, texts in enumerate(_TEXTS, 1):
        alone = len(encoder.encode(clip(config), *texts).input_ids)
        assert places[segments == number].tolist() == list(range(shared, alone))


def test_what_does_not_fit_beside_others_gets_a_sequence_of_its_own() -> None:
    config = tiny_config()
    encoder = tiny_encoder(config)
    alone = [encoder.encode(clip(config), "x" * 60, "y") for _ in range(3)]

    joined = encoder.join(alone)

    assert [len(set(example.segments) - {0}) or 1 for example in joined] == [1, 1, 1]
    assert all(e.token_count <= config.language.max_tokens for e in joined)


def _dataset(examples: list[Example], most: int = 12) -> PackedDataset:
    config = _roomy(tiny_config())
    encoder = tiny_encoder(config)
    inner = ExampleDataset(examples, config, encoder, Frames())
    return PackedDataset(inner, examples, encoder, most=most, max_tokens=400)


def test_a_clip_is_one_item_and_is_decoded_once() -> None:
    examples = [
        Example(f"question {n}", "A", Path(name))
        for n in range(3)
        for name in (CLIP.name, "broken.mp4")
    ]
    dataset = _dataset(examples)

    assert len(dataset) == 2
    (sequence,) = dataset[0]
    assert not isinstance(sequence, Skipped)
    assert max(sequence.segments) == 3
    assert dataset[1] == [Skipped("broken.mp4", "It holds no good frame.")]
    batch = Collator(_roomy(tiny_config()), 0)([dataset[0], dataset[1]])
    assert isinstance(batch["input_ids"], Tensor)
    assert len(batch["input_ids"]) == 1
    assert batch["skipped"] == dataset[1]


def test_no_sequence_has_more_questions_than_asked() -> None:
    examples = [Example(f"{n}", "A", Path(CLIP.name)) for n in range(5)]

    assert len(_dataset(examples, most=2)) == 3
