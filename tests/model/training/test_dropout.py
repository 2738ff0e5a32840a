"""Dropout acts while a network trains, and only then."""

import torch

from model.training.dropout import drop_hidden_states
from tests.model.tiny import logits_of, tiny_batch, tiny_config, tiny_network


def test_training_passes_differ_and_others_are_as_without() -> None:
    config = tiny_config()
    network, batch = tiny_network(config), tiny_batch(config)
    without = logits_of(network, batch)

    drop_hidden_states(network.language_model, 0.5)

    assert torch.equal(logits_of(network, batch), without)
    network.train()
    first, second = logits_of(network, batch), logits_of(network, batch)
    assert not torch.equal(first, second)
    network.eval()
    assert torch.equal(logits_of(network, batch), without)
