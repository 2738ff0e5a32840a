"""Checkpoints: every trained part comes back bit for bit, and nothing unsafe loads."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from model.checkpoint import WEIGHTS, CheckpointError, load, save
from model.mimic_chat import MimicChat
from model.published_base import BaseError, from_base
from tests.model.tiny import (
    logits_of,
    tiny_batch,
    tiny_config,
    tiny_network,
    tiny_tokenizer,
    unfrozen,
    write_base,
)


def _trained(network: MimicChat) -> MimicChat:
    """As if training had moved everything that trains."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in network.trainable_parameters().values():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network


def _assert_equal(one: MimicChat, other: MimicChat) -> None:
    weights = dict(other.named_parameters())
    assert {name for name, _ in one.named_parameters()} == set(weights)
    for name, parameter in one.named_parameters():
        assert parameter.dtype == weights[name].dtype, name
        assert torch.equal(parameter, weights[name]), name


def test_a_whole_network_comes_back_bit_for_bit(tmp_path: Path) -> None:
    network = _trained(tiny_network(tiny_config()))

    save(network, tmp_path / "own", tokenizer=tiny_tokenizer())
    loaded = load(tmp_path / "own").network

    _assert_equal(network, loaded)
    batch = tiny_batch(network.config, frame_counts=(9, 4))
    assert torch.equal(logits_of(network, batch), logits_of(loaded, batch))
    assert not loaded.training


def test_the_tokenizer_comes_back(tmp_path: Path) -> None:
    network = tiny_network(tiny_config())

    save(network, tmp_path, tokenizer=tiny_tokenizer())
    encoder = load(tmp_path).encoder

    assert encoder.answer_of(encoder.answer_ids("haha 😂")) == "haha 😂"


def test_on_published_weights_just_the_trained_parts_are_stored(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    network = _trained(from_base(tiny_config(), base, dtype=torch.float32))

    save(network, tmp_path / "trained", tokenizer=tiny_tokenizer())

    with safe_open(tmp_path / "trained" / WEIGHTS, framework="pt") as weights:
        stored = set(weights.keys())
    assert stored == set(network.trainable_parameters())
    for kind in ("lora_", "spatial_projector", "temporal_projector", "gates", "bound"):
        assert any(kind in name for name in stored), kind


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_base_and_trained_parts_come_back_bit_for_bit(
    tmp_path: Path, dtype: torch.dtype
) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    torch.manual_seed(0)
    network = _trained(from_base(tiny_config(), base, dtype=dtype))

    save(network, tmp_path / "trained", tokenizer=tiny_tokenizer())
    loaded = load(tmp_path / "trained", base=base, dtype=dtype).network

    _assert_equal(network, loaded)
    assert loaded.base_hash == network.base_hash


@pytest.mark.parametrize("ablation", ["no_lora", "no_temporal_encoder"])
def test_an_ablation_comes_back(tmp_path: Path, ablation: str) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    config = tiny_config().with_ablation(**{ablation: True})
    network = _trained(from_base(config, base, dtype=torch.float32))

    save(network, tmp_path / "trained", tokenizer=tiny_tokenizer())

    _assert_equal(network, load(tmp_path / "trained", base=base).network)


def test_published_weights_are_what_the_network_computes_with(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    language = load_file(base / "language_model" / "weights-00001.safetensors")
    network = from_base(tiny_config(), base, dtype=torch.float32)

    weights = dict(network.named_parameters())

    name = "model.layers.1.self_attn.q_proj"
    adapted = weights[f"language_model.{name}.base_layer.weight"]
    assert torch.equal(adapted, language[f"{name}.weight"])


def test_without_its_base_a_checkpoint_asks_for_it(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    network = from_base(tiny_config(), base, dtype=torch.float32)
    save(network, tmp_path / "trained", tokenizer=tiny_tokenizer())

    with pytest.raises(CheckpointError, match="published weights"):
        load(tmp_path / "trained")


def test_another_base_is_refused(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    other = write_base(tmp_path / "other", tiny_config(), seed=8)
    network = from_base(tiny_config(), base, dtype=torch.float32)
    save(network, tmp_path / "trained", tokenizer=tiny_tokenizer())

    with pytest.raises(CheckpointError, match="another base"):
        load(tmp_path / "trained", base=other)


def test_a_base_of_another_shape_is_refused(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    config = tiny_config()
    wider = replace(config, language=replace(config.language, intermediate_size=64))

    with pytest.raises(BaseError, match="mlp"):
        from_base(wider, base)


def test_a_base_without_its_temporal_encoder_is_refused(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", tiny_config())
    (base / "temporal_encoder" / "weights-00001.safetensors").unlink()

    with pytest.raises(BaseError, match="temporal_encoder"):
        from_base(tiny_config(), base)
    from_base(tiny_config(no_temporal_encoder=True), base)


def test_a_folder_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    torch.save({}, tmp_path / "pytorch_model.bin")

    with pytest.raises(CheckpointError, match="no checkpoint"):
        load(tmp_path)


def test_a_checkpoint_that_lacks_a_weight_is_refused(tmp_path: Path) -> None:
    save(tiny_network(tiny_config()), tmp_path, tokenizer=tiny_tokenizer())
    weights = load_file(tmp_path / WEIGHTS)
    del weights["gates.0.g"]
    save_file(weights, tmp_path / WEIGHTS)

    with pytest.raises(CheckpointError, match=r"gates\.0\.g"):
        load(tmp_path)


def test_what_was_frozen_can_train_on(tmp_path: Path) -> None:
    save(tiny_network(tiny_config()), tmp_path, tokenizer=tiny_tokenizer())

    network = load(tmp_path, config=unfrozen(tiny_config())).network

    assert (
        set(network.trainable_parameters()) == dict(network.named_parameters()).keys()
    )


def test_smaller_storage_is_near(tmp_path: Path) -> None:
    network = tiny_network(tiny_config())
    save(network, tmp_path / "full", tokenizer=tiny_tokenizer())

    save(
        network,
        tmp_path / "half",
        tokenizer=tiny_tokenizer(),
        storage_dtype=torch.float16,
    )

    sizes = [(tmp_path / kind / WEIGHTS).stat().st_size for kind in ("half", "full")]
    assert sizes[0] < 0.6 * sizes[1]
    halved = load(tmp_path / "half").network
    torch.testing.assert_close(halved.boundaries, network.boundaries, atol=1e-3, rtol=0)


def test_tied_embeddings_stay_tied(tmp_path: Path) -> None:
    config = tiny_config()
    tied = replace(config, language=replace(config.language, has_tied_embeddings=True))
    network = tiny_network(tied)

    save(network, tmp_path, tokenizer=tiny_tokenizer())
    language_model = load(tmp_path).network.language_model

    assert language_model.lm_head.weight is language_model.model.embed_tokens.weight
