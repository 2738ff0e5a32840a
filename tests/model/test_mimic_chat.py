"""The whole network: what starts from what, what trains, what reaches the answer."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from model.collation import Batch, collate
from model.config import GateForm, MimicChatConfig
from model.initialisation import build
from model.mimic_chat import IGNORED_LABEL, MimicChat
from model.video import from_frames
from tests.model.tiny import (
    logits_of,
    noise,
    tiny_batch,
    tiny_config,
    tiny_encoder,
    tiny_network,
    unfrozen,
)

_FORMS: tuple[GateForm, ...] = ("tanh_adapter", "attention_bias")


def _set_gates(network: MimicChat, g: float) -> MimicChat:
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.startswith("gates."):
                parameter.fill_(g)
    return network


def _spatial_only(network: MimicChat) -> MimicChat:
    """The same weights in a network that has no temporal branch at all."""
    config = network.config.with_ablation(no_temporal_encoder=True)
    base = build(config)
    weights = network.state_dict()
    base.load_state_dict({name: weights[name] for name in base.state_dict()})
    return base


def _loss(
    network: MimicChat, batch: Batch, answer_tokens: int | None = None
) -> torch.Tensor:
    loss = network(**batch, num_items_in_batch=answer_tokens).loss
    assert isinstance(loss, torch.Tensor)
    return loss


def _backwards(frame_batch: Batch) -> Batch:
    """The same video with its frames in the reverse order, for one branch alone."""
    turned = Batch(**frame_batch)
    turned["temporal_pixels"] = frame_batch["temporal_pixels"].flip(1)
    return turned


def test_step_0_is_the_spatial_network_exactly() -> None:
    network = tiny_network(tiny_config("tanh_adapter", 0.0))
    batch = tiny_batch(network.config, frame_counts=(9, 3))

    with_frames = logits_of(network, batch)
    without = logits_of(_spatial_only(network), batch)

    assert torch.equal(with_frames, without)


def test_a_closed_bias_is_the_spatial_network() -> None:
    network = _set_gates(tiny_network(tiny_config("attention_bias")), -60.0)
    batch = tiny_batch(network.config, frame_counts=(9, 3))

    base = logits_of(_spatial_only(network), batch)

    torch.testing.assert_close(logits_of(network, batch), base, atol=1e-5, rtol=1e-5)


def test_the_bias_really_gates() -> None:
    """The further it closes, the nearer the answer is to the one without frames."""
    network = tiny_network(tiny_config("attention_bias"))
    batch = tiny_batch(network.config)
    base = logits_of(_spatial_only(network), batch)

    distances = [
        float((logits_of(_set_gates(network, g), batch) - base).abs().max())
        for g in (4.0, -2.0, -6.0, -12.0)
    ]

    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 0.1
    assert distances[-1] < 1e-3


@pytest.mark.parametrize("form", _FORMS)
def test_an_open_gate_tells_the_order_of_frames(form: GateForm) -> None:
    network = _set_gates(tiny_network(tiny_config(form)), 1.0)
    batch = tiny_batch(network.config, frame_counts=(8,))

    forwards, turned = logits_of(network, batch), logits_of(network, _backwards(batch))

    visual = 2 + 8 * network.config.spatial.tokens_per_tile
    assert torch.equal(forwards[:, :visual], turned[:, :visual])
    assert float((forwards[:, visual:] - turned[:, visual:]).abs().max()) > 1e-2


def test_what_is_padded_on_the_left_reads_as_on_the_right() -> None:
    network = _set_gates(tiny_network(tiny_config()), 0.8)
    batch = tiny_batch(network.config, frame_counts=(9,))
    padded = Batch(**batch)
    for name, value in (("input_ids", 0), ("attention_mask", 0)):
        padded[name] = functional.pad(batch[name], (5, 0), value=value)  # type: ignore[literal-required]

    plain, shifted = logits_of(network, batch), logits_of(network, padded)

    torch.testing.assert_close(shifted[:, 5:], plain, atol=1e-4, rtol=1e-4)


def test_the_loss_is_over_the_answers_alone() -> None:
    network = _set_gates(tiny_network(tiny_config()), 0.5)
    batch = tiny_batch(network.config, frame_counts=(9, 5, 12))

    loss = _loss(network, batch)

    logits, labels = logits_of(network, batch)[:, :-1], batch["labels"][:, 1:]
    likelihoods = logits.log_softmax(-1)
    of_answers = [
        -likelihoods[row, place, labels[row, place]]
        for row, place in (labels != IGNORED_LABEL).nonzero().tolist()
    ]
    # "ha", "haha", "hahaha" in bytes, each with the token that closes it.
    assert len(of_answers) == 3 + 5 + 7
    torch.testing.assert_close(loss, torch.stack(of_answers).mean())


def test_accumulated_batches_can_weigh_as_one() -> None:
    network = tiny_network(tiny_config())
    batch = tiny_batch(network.config, frame_counts=(9, 5))

    whole = _loss(network, batch)
    halved = _loss(network, batch, answer_tokens=16)

    torch.testing.assert_close(halved, whole / 2)


def _trained_kinds(config: MimicChatConfig) -> set[str]:
    names = build(config, device="meta").trainable_parameters()
    return {"adapters" if "lora_" in name else name.split(".")[0] for name in names}


_ALL = {"adapters", "spatial_projector", "temporal_projector", "gates", "boundaries"}


@pytest.mark.parametrize(
    ("ablation", "trained"),
    [
        ({}, _ALL),
        ({"no_lora": True}, _ALL - {"adapters"}),
        ({"no_temporal_encoder": True}, _ALL - {"temporal_projector", "gates"}),
        ({"no_temporal_projector": True}, _ALL - {"temporal_projector"}),
        ({"no_spatial_projector": True}, _ALL - {"spatial_projector"}),
    ],
)
def test_each_ablation_trains_what_it_leaves(
    ablation: dict[str, bool], trained: set[str]
) -> None:
    assert _trained_kinds(tiny_config().with_ablation(**ablation)) == trained


def test_without_adapters_the_language_model_stays_frozen() -> None:
    config = unfrozen(tiny_config())

    assert "language_model" in _trained_kinds(config)
    assert "language_model" not in _trained_kinds(config.with_ablation(no_lora=True))


def test_adapters_sit_on_the_attention_alone() -> None:
    names = build(tiny_config(), device="meta").trainable_parameters()

    places = {name.split(".")[-4] for name in names if "lora_" in name}

    assert places == {"q_proj", "k_proj", "v_proj", "o_proj"}


@pytest.mark.parametrize("form", _FORMS)
def test_what_must_train_gets_a_gradient_and_nothing_else(form: GateForm) -> None:
    network = _set_gates(tiny_network(tiny_config(form)), 0.5).train()

    _loss(network, tiny_batch(network.config, frame_counts=(9, 4))).backward()

    trained = network.trainable_parameters()
    for name, parameter in network.named_parameters():
        if name in trained:
            assert parameter.grad is not None, name
            assert float(parameter.grad.abs().max()) > 0, name
        else:
            assert parameter.grad is None, name


def test_at_step_0_the_gate_already_learns() -> None:
    network = tiny_network(tiny_config("tanh_adapter", 0.0)).train()

    _loss(network, tiny_batch(network.config)).backward()

    for name, parameter in network.named_parameters():
        if name.startswith("gates."):
            assert parameter.grad is not None
            assert float(parameter.grad.abs()) > 0


@pytest.mark.parametrize("form", _FORMS)
def test_gradient_checkpointing_changes_no_gradient(form: GateForm) -> None:
    config = unfrozen(tiny_config(form, start=0.5))
    gradients = []
    for is_saving in (False, True):
        network = tiny_network(config).train()
        if is_saving:
            network.gradient_checkpointing_enable()
        _loss(network, tiny_batch(config, frame_counts=(9, 4))).backward()
        gradients.append({n: p.grad for n, p in network.named_parameters()})

    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, msg=name)


@pytest.mark.parametrize("missing", ["no_temporal_projector", "no_spatial_projector"])
def test_the_other_projector_serves_both_branches(missing: str) -> None:
    network = tiny_network(tiny_config(start=0.5).with_ablation(**{missing: True}))
    batch = tiny_batch(network.config)
    survivor = network.spatial_projector or network.temporal_projector
    assert survivor is not None
    spatial = network.spatial_tokens(batch["pixel_values"])
    temporal = network.temporal_tokens(batch["temporal_pixels"])
    with torch.no_grad():
        survivor.linear_2.bias.add_(1)

    moved_spatial = network.spatial_tokens(batch["pixel_values"])
    moved_temporal = network.temporal_tokens(batch["temporal_pixels"])

    torch.testing.assert_close(moved_spatial, spatial + 1)
    torch.testing.assert_close(moved_temporal, temporal + 1)


def test_the_published_parts_have_their_published_sizes() -> None:
    network = build(MimicChatConfig(), dtype=torch.bfloat16, device="meta")

    counts: dict[str, int] = {}
    for name, parameter in network.named_parameters():
        part = "adapters" if "lora_" in name else name.split(".")[0]
        counts[part] = counts.get(part, 0) + parameter.numel()

    # InternVL2.5-8B's card: 304 M, 7.74 B; its projector is two 4096 x 4096 layers.
    assert counts["spatial_encoder"] == 304_012_288
    assert counts["language_model"] == 7_737_782_272
    assert counts["spatial_projector"] == 2 * (4096 * 4096 + 4096) + 2 * 4096
    # TimeSformer-B without its classifier: 121.26 M.
    assert counts["temporal_encoder"] == 121_258_752
    per_layer = 16 * (2 * (4096 + 4096) + 2 * (4096 + 1024))
    assert counts["adapters"] == 32 * per_layer
    assert counts["gates"] == 32


def test_the_same_seed_builds_the_same_network() -> None:
    config = tiny_config()
    networks = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        networks.append(build(config).state_dict())

    same, other = networks[1], networks[2]
    for name, weight in networks[0].items():
        assert torch.isfinite(weight).all(), name
        assert torch.equal(weight, same[name]), name
    assert not torch.equal(networks[0]["boundaries"], other["boundaries"])


def test_half_precision_keeps_its_positions_exact() -> None:
    network = build(tiny_config(start=0.5), dtype=torch.bfloat16)

    frequencies = network.language_model.model.rotary_emb.inv_freq

    assert frequencies.dtype == torch.float32
    assert logits_of(network, tiny_batch(network.config)).dtype == torch.bfloat16


@pytest.mark.parametrize("form", _FORMS)
def test_what_trains_may_be_kept_more_exactly(form: GateForm) -> None:
    network = build(tiny_config(form, start=0.5), dtype=torch.bfloat16).train()
    network.train_in(torch.float32)

    _loss(network, tiny_batch(network.config)).backward()

    for name, parameter in network.trainable_parameters().items():
        assert parameter.dtype == torch.float32, name
        assert parameter.grad is not None, name


def test_a_sequence_without_room_for_its_tiles_is_refused() -> None:
    network = tiny_network(tiny_config())
    batch = tiny_batch(network.config)
    batch["pixel_values"] = batch["pixel_values"][:-1]

    with pytest.raises(ValueError, match="28 spatial tokens"):
        network(**batch)


def test_few_wide_frames_are_seen_in_tiles_and_thumbnails() -> None:
    config = tiny_config()
    two = replace(config, spatial=replace(config.spatial, frame_count=2))
    wide = from_frames(noise(6, height=28, width=84), two)
    example = tiny_encoder(two).encode(wide, "Say", "ha")
    batch = collate([example], two, padding_id=0)

    loss = _loss(tiny_network(two), batch)

    assert len(wide.tiles) == 2 * (3 + 1)
    assert torch.isfinite(loss)
