"""Positions stay exact, whatever casts the network."""

import pytest
import torch
from torch import nn

from model.training.errors import TrainingError
from model.training.positions import restore_positions
from tests.model.tiny import tiny_config, tiny_network


def test_frequencies_that_were_rounded_with_the_weights_are_computed_again() -> None:
    network = tiny_network(tiny_config())
    rotary = network.language_model.model.rotary_emb
    exact = rotary.inv_freq.clone()
    network.to(torch.bfloat16)
    assert rotary.inv_freq.dtype == torch.bfloat16

    restore_positions(network)

    assert torch.equal(rotary.inv_freq, exact)


def test_a_network_whose_positions_stay_rounded_does_not_train() -> None:
    other = nn.Module()
    other.register_buffer("inv_freq", torch.ones(4, dtype=torch.bfloat16))

    with pytest.raises(TrainingError, match="far positions would be wrong"):
        restore_positions(nn.Sequential(other))
