"""A run that goes on from a checkpoint on published weights."""

from dataclasses import replace
from pathlib import Path

import torch

from model.mimic_chat import MimicChat
from model.training.config import TrainingConfig
from model.training.memory import memory_need
from model.training.run import Prepared, prepare
from tests.model.tiny import write_base
from tests.model.training.runs import run_network, write_run


def _prepared(folder: Path, init: Path, base: str = "") -> Prepared:
    """A run of a frozen network on bfloat16 weights."""
    network = run_network()
    network = replace(network, language=replace(network.language, is_frozen=True))
    file = write_run(folder)
    network.save(folder / "network.json")
    config = TrainingConfig.load(file)
    recipe = replace(config.recipe, precision="bf16")
    if not (folder / "base").is_dir():
        write_base(folder / "base", network, dtype=torch.bfloat16)
    return prepare(replace(config, recipe=recipe, init=str(init), base=base))


def _moved(network: MimicChat) -> MimicChat:
    with torch.no_grad():
        for parameter in network.trainable_parameters().values():
            parameter.add_(torch.rand_like(parameter) * 1e-3)
    return network


def _bytes(network: MimicChat, *, trained: bool) -> int:
    return sum(p.nbytes for p in network.parameters() if p.requires_grad == trained)


def test_the_frozen_base_stays_as_small_as_it_was_published(tmp_path: Path) -> None:
    first = _prepared(tmp_path, tmp_path / "base")
    network = _moved(first.start())
    first.learner(network, None).export(tmp_path / "stage")

    again = _prepared(tmp_path, tmp_path / "stage", str(tmp_path / "base"))
    continued = again.start()

    assert _bytes(continued, trained=False) == _bytes(network, trained=False)
    assert _bytes(continued, trained=True) == _bytes(network, trained=True)
    estimate = memory_need(again.network_config, again.config.recipe)
    assert _bytes(continued, trained=False) == estimate.weights
    for name, parameter in network.trainable_parameters().items():
        assert torch.equal(parameter, dict(continued.named_parameters())[name]), name


def test_what_was_trained_is_measured_on_the_same_base(tmp_path: Path) -> None:
    first = _prepared(tmp_path, tmp_path / "base")
    network = _moved(first.start())
    first.learner(network, None).export(tmp_path / "run" / "best")

    loaded = first.load(tmp_path / "run" / "best")

    assert {p.dtype for p in loaded.parameters() if not p.requires_grad} == {
        torch.bfloat16
    }
    for name, parameter in network.trainable_parameters().items():
        assert torch.equal(parameter, dict(loaded.named_parameters())[name]), name
