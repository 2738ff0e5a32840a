"""Parts learn at rates of their own, or all at the paper's single figure."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.config import GateConfig
from model.mimic_chat import MimicChat
from model.training.arguments import training_arguments
from model.training.config import DataConfig, TrainingConfig
from model.training.dataset import Collator, ExampleDataset
from model.training.examples import Example
from model.training.parameter_groups import learning_rate_of
from model.training.recipe import PartRates, Recipe
from model.training.trainer import NetworkTrainer
from tests.model.tiny import tiny_config, tiny_encoder, tiny_network
from tests.model.training.test_dataset import CLIP, Frames

_RECIPE = Recipe(
    max_steps=20,
    learning_rate=4e-5,
    per_device_batch=2,
    global_batch=2,
    precision="fp32",
    workers=0,
)


def _trained(folder: Path, recipe: Recipe) -> MimicChat:
    """After twenty steps on one clip."""
    config = replace(tiny_config(), gate=GateConfig(start=0.0))
    network, encoder = tiny_network(config), tiny_encoder(config)
    examples = [Example("x", answer, Path(CLIP.name)) for answer in ("red", "disc")]
    dataset = ExampleDataset(examples, config, encoder, Frames())
    run = TrainingConfig(output=str(folder), data=DataConfig(), recipe=recipe)
    NetworkTrainer(
        network,
        training_arguments(run, shows_progress=False, keeps_nothing=True),
        recipe,
        (dataset, dataset),
        Collator(config, encoder.padding_id),
    ).train()
    return network


def _opening(network: MimicChat) -> float:
    parameters = network.named_parameters()
    gates = [p.detach() for name, p in parameters if name.startswith("gates.")]
    return float(torch.cat(gates).tanh().abs().max())


def test_a_gate_with_a_rate_of_its_own_opens_further(tmp_path: Path) -> None:
    alike = _trained(tmp_path / "one", _RECIPE)
    apart = _trained(tmp_path / "two", replace(_RECIPE, rates=PartRates(gates=5e-3)))

    assert 0 < _opening(alike) < 20 * 4e-5
    assert _opening(apart) > 20 * _opening(alike)
    torch.testing.assert_close(alike.boundaries, apart.boundaries, atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("network.gates.3.g", 5e-3),
        ("network.boundaries", 2e-4),
        ("network.temporal_projector.linear_1.weight", 1e-4),
        ("network.language_model.model.layers.0.self_attn.q_proj.lora_A.w", 4e-5),
        ("network.language_model.lm_head.weight", 4e-5),
    ],
)
def test_each_part_has_its_rate_and_the_others_the_papers(
    name: str, rate: float
) -> None:
    rates = PartRates(gates=5e-3, boundaries=2e-4, projectors=1e-4)

    assert learning_rate_of(name, replace(_RECIPE, rates=rates)) == rate
    assert learning_rate_of(name, _RECIPE) == 4e-5
