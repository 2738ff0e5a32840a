"""A network small enough to know in and out, its tokenizer, and clips to show it."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from model.collation import Batch, collate
from model.config import (
    GateConfig,
    GateForm,
    LanguageConfig,
    LoraSettings,
    MimicChatConfig,
    SpatialConfig,
    TemporalConfig,
    TextFormat,
)
from model.initialisation import build
from model.mimic_chat import MimicChat
from model.published_base import write_manifest
from model.text import Encoder
from model.video import VideoInput, from_frames

SPECIALS = ("<pad>", "<s>", "</s>", "<user>", "<assistant>")


def tiny_config(
    form: GateForm = "tanh_adapter", start: float = 0.0, **ablation: bool
) -> MimicChatConfig:
    """Four tokens a tile, clips of four frames, two layers; frozen as the paper's."""
    config = MimicChatConfig(
        name="tiny",
        spatial=SpatialConfig(
            image_size=28,
            patch_size=7,
            hidden_size=16,
            layer_count=2,
            head_count=2,
            intermediate_size=32,
        ),
        temporal=TemporalConfig(
            max_frames=12,
            clip_length=4,
            image_size=16,
            patch_size=8,
            hidden_size=8,
            layer_count=2,
            head_count=2,
            intermediate_size=16,
        ),
        language=LanguageConfig(
            vocabulary_size=len(SPECIALS) + 256,
            hidden_size=32,
            intermediate_size=48,
            layer_count=2,
            head_count=4,
            key_head_count=2,
            rope_theta=1e4,
            max_tokens=160,
        ),
        lora=LoraSettings(rank=4, alpha=8, dropout=0.0),
        gate=GateConfig(form, start),
        text=TextFormat(
            layout="block",
            before="<user>",
            after="<assistant>",
            answer_end="</s>",
            start="<s>",
            padding="<pad>",
        ),
    )
    return config.with_ablation(**ablation)


def tiny_network(config: MimicChatConfig, seed: int = 0) -> MimicChat:
    """Random weights, large enough that every input shows in the output."""
    torch.manual_seed(seed)
    network = build(config)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.dim() > 1 or name == "boundaries":
                parameter.normal_(std=0.3)
    return network


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """Bytes and the tokens of the text format."""
    alphabet = [*SPECIALS, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    vocabulary = {token: number for number, token in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIALS))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


def tiny_encoder(config: MimicChatConfig) -> Encoder:
    return Encoder(config, tiny_tokenizer())


def clip(config: MimicChatConfig, frame_count: int = 9, seed: int = 0) -> VideoInput:
    """A video of noise."""
    return from_frames(noise(frame_count, seed), config)


def noise(frame_count: int, seed: int = 0, height: int = 40, width: int = 56) -> Tensor:
    """(frames, height, width, 3), bytes."""
    generator = torch.Generator().manual_seed(seed)
    shape = (frame_count, height, width, 3)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def tiny_batch(
    config: MimicChatConfig, *, frame_counts: tuple[int, ...] = (9,)
) -> Batch:
    """One row a video, each with an instruction and an answer of another length."""
    encoder = tiny_encoder(config)
    examples = [
        encoder.encode(clip(config, count, seed), "Say" + "!" * seed, "ha" * (seed + 1))
        for seed, count in enumerate(frame_counts)
    ]
    return collate(examples, config, padding_id=encoder.padding_id)


def logits_of(network: MimicChat, batch: Batch) -> Tensor:
    """(batch, main tokens, vocabulary)."""
    without_labels = {name: value for name, value in batch.items() if name != "labels"}
    with torch.no_grad():
        logits = network(**without_labels).logits
    assert isinstance(logits, Tensor)
    return logits


def unfrozen(config: MimicChatConfig) -> MimicChatConfig:
    """The same network with everything left to train."""
    return replace(
        config,
        spatial=replace(config.spatial, is_frozen=False),
        temporal=replace(config.temporal, is_frozen=False),
        language=replace(config.language, is_frozen=False),
    )


def write_base(
    folder: Path,
    config: MimicChatConfig,
    seed: int = 7,
    dtype: torch.dtype = torch.float32,
) -> Path:
    """Published weights of the tiny network's shape."""
    network = tiny_network(config.with_ablation(no_lora=True), seed)
    assert network.spatial_projector is not None
    assert network.temporal_encoder is not None
    for part, module in (
        ("language_model", network.language_model),
        ("spatial_encoder", network.spatial_encoder.vit),
        ("spatial_projector", network.spatial_projector),
        ("temporal_encoder", network.temporal_encoder.timesformer),
    ):
        (folder / part).mkdir(parents=True)
        weights = {
            name: p.detach().to(dtype, copy=True)
            for name, p in module.named_parameters()
        }
        save_file(weights, folder / part / "weights-00001.safetensors")
    write_manifest(folder, "tiny")
    return folder
