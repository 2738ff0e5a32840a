"""InternVL2.5's published weights to a base folder, once, without running its code.

    python -m model.convert_internlm2 InternVL2_5-8B base --temporal timesformer

Reads weight by weight and writes small files, so memory holds one of these at a time.
"""

import argparse
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from model.config import LanguageConfig, MimicChatConfig, SpatialConfig, TemporalConfig
from model.convert_tokenizer import convert_tokenizer
from model.initialisation import empty
from model.language_model import llama_config
from model.published_base import write_manifest
from model.published_layout import Converted, convert_weight

# Largest file written, in bytes; a single larger weight gets a file of its own.
FILE_BYTES = 1_000_000_000
# A fused matrix and its three parts give the same numbers but for rounding.
_TOLERANCE = 1e-4


class ConversionError(ValueError):
    """Weights that are not the published network's; nothing usable was written."""


def convert(
    source: Path,
    target: Path,
    *,
    temporal: Path | None = None,
    file_bytes: int = FILE_BYTES,
) -> MimicChatConfig:
    """Convert a download of InternVL2.5 with InternLM2.

    Args:
        source: Its folder: config.json, *.safetensors, tokenizer.model.
        target: The base folder to write; must not exist.
        temporal: TimeSformer's folder (config.json, *.safetensors), for the base.
        file_bytes: Largest file to write.

    Returns:
        The config of a network on this base.

    Raises:
        ConversionError: A weight is unknown, missing or of another shape.
    """
    if target.exists():
        message = f"{target} exists: name a folder that does not."
        raise ConversionError(message)
    config = config_from(_json(source / "config.json"))
    if temporal is not None:
        shapes = temporal_config_from(_json(temporal / "config.json"))
        config = replace(config, temporal=shapes)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    writer = _Writer(unfinished, file_bytes)
    for converted in _converted_weights(source, config):
        writer.add(converted)
    if temporal is not None:
        for name, weight in _temporal_weights(temporal):
            writer.add(Converted("temporal_encoder", name, weight))
    writer.finish()
    _check_complete(config, writer.shapes)
    convert_tokenizer(source, unfinished, needed=config.text.tokens)
    config.save(unfinished / "config.json")
    llama_config(config.language).save_pretrained(unfinished / "language_model")
    write_manifest(unfinished, source.name)
    unfinished.rename(target)
    return config


def config_from(published: dict[str, Any]) -> MimicChatConfig:
    """The shapes out of InternVL's config.json; our choices keep their defaults."""
    text, vision = published["llm_config"], published["vision_config"]
    # Its dynamic RoPE scaling acts past 32768 tokens only, which we never reach.
    language = LanguageConfig(
        vocabulary_size=text["vocab_size"],
        hidden_size=text["hidden_size"],
        intermediate_size=text["intermediate_size"],
        layer_count=text["num_hidden_layers"],
        head_count=text["num_attention_heads"],
        key_head_count=text["num_key_value_heads"],
        rope_theta=float(text["rope_theta"]),
        norm_eps=text["rms_norm_eps"],
    )
    spatial = SpatialConfig(
        image_size=vision["image_size"],
        patch_size=vision["patch_size"],
        hidden_size=vision["hidden_size"],
        layer_count=vision["num_hidden_layers"],
        head_count=vision["num_attention_heads"],
        intermediate_size=vision["intermediate_size"],
    )
    return replace(MimicChatConfig(), language=language, spatial=spatial)


def temporal_config_from(published: dict[str, Any]) -> TemporalConfig:
    """The shapes out of TimeSformer's config.json."""
    return TemporalConfig(
        clip_length=published["num_frames"],
        image_size=published["image_size"],
        patch_size=published["patch_size"],
        hidden_size=published["hidden_size"],
        layer_count=published["num_hidden_layers"],
        head_count=published["num_attention_heads"],
        intermediate_size=published["intermediate_size"],
    )


class _Writer:
    """Gathers weights of each part and writes them when they fill a file."""

    def __init__(self, folder: Path, file_bytes: int) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        self._waiting: dict[str, dict[str, Tensor]] = defaultdict(dict)
        self._file_counts: dict[str, int] = defaultdict(int)
        # Of all weights so far, by part and name.
        self.shapes: dict[tuple[str, str], tuple[int, ...]] = {}
        # File of each weight, by part; transformers finds them by it.
        self._indices: dict[str, dict[str, str]] = defaultdict(dict)

    def add(self, converted: Converted) -> None:
        part, name, weight = converted
        waiting = self._waiting[part]
        size = sum(w.nbytes for w in waiting.values()) + weight.nbytes
        if waiting and size > self._file_bytes:
            self._flush(part)
        # A copy: a view would keep the whole fused matrix.
        self._waiting[part][name] = weight.clone(memory_format=torch.contiguous_format)
        self.shapes[part, name] = tuple(weight.shape)

    def finish(self) -> None:
        """Write what waits, and the index of each part."""
        for part in list(self._waiting):
            self._flush(part)
        for part, files in self._indices.items():
            index = {"metadata": {}, "weight_map": files}
            path = self._folder / part / "model.safetensors.index.json"
            path.write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")

    def _flush(self, part: str) -> None:
        self._file_counts[part] += 1
        name = f"model-{self._file_counts[part]:05d}.safetensors"
        weights = self._waiting.pop(part)
        (self._folder / part).mkdir(exist_ok=True)
        save_file(weights, self._folder / part / name, metadata={"format": "pt"})
        self._indices[part] |= dict.fromkeys(weights, name)


def _converted_weights(source: Path, config: MimicChatConfig) -> Iterator[Converted]:
    language = config.language
    for name, weight in _weights_in(source):
        parts = list(
            convert_weight(
                name,
                weight,
                head_count=language.head_count,
                key_head_count=language.key_head_count,
            )
        )
        if name.endswith(".attention.wqkv.weight"):
            _check_attention(weight, [p.weight for p in parts], language, name)
        yield from parts


def _json(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _weights_in(folder: Path) -> Iterator[tuple[str, Tensor]]:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        message = f"{folder} holds no .safetensors file."
        raise ConversionError(message)
    for file in files:
        with safe_open(file, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - not a dict
                yield name, weights.get_tensor(name)


def _temporal_weights(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """TimeSformer without its classifier."""
    for name, weight in _weights_in(folder):
        if not name.startswith("classifier."):
            yield name.removeprefix("timesformer."), weight


def _check_attention(
    wqkv: Tensor, parts: Iterable[Tensor], config: LanguageConfig, name: str
) -> None:
    """Project a random vector both ways; InternLM2's own reading is the reference."""
    vector = torch.randn(
        wqkv.shape[1], generator=torch.Generator().manual_seed(0), dtype=torch.float32
    )
    groups = config.head_count // config.key_head_count
    fused = (wqkv.float() @ vector).view(config.key_head_count, groups + 2, -1)
    reference = (fused[:, :groups], fused[:, -2], fused[:, -1])
    for part, expected in zip(parts, reference, strict=True):
        if not torch.allclose(
            part.float() @ vector, expected.flatten(), atol=_TOLERANCE, rtol=_TOLERANCE
        ):
            message = f"{name} does not split into query, key and value as expected."
            raise ConversionError(message)


def _check_complete(
    config: MimicChatConfig, found: dict[tuple[str, str], tuple[int, ...]]
) -> None:
    """Every weight of the parts that were written is there, in the right shape."""
    network = empty(config.with_ablation(no_lora=True), device="meta")
    modules: dict[str, torch.nn.Module | None] = {
        "language_model": network.language_model,
        "spatial_encoder": network.spatial_encoder.vit,
        "spatial_projector": network.spatial_projector,
    }
    if (
        any(part == "temporal_encoder" for part, _ in found)
        and network.temporal_encoder
    ):
        modules["temporal_encoder"] = network.temporal_encoder.timesformer
    expected = {
        (part, name): tuple(parameter.shape)
        for part, module in modules.items()
        if module is not None
        for name, parameter in module.named_parameters()
    }
    wrong = sorted(
        key for key in expected.keys() | found if expected.get(key) != found.get(key)
    )
    if wrong:
        part, name = wrong[0]
        message = (
            f"{len(wrong)} weights do not fit the config, such as {part}: {name}, "
            f"{found.get(wrong[0])} for {expected.get(wrong[0])}."
        )
        raise ConversionError(message)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="folder of the download")
    parser.add_argument("target", type=Path, help="base folder to write")
    parser.add_argument("--temporal", type=Path, help="folder of TimeSformer's weights")
    arguments = parser.parse_args()
    try:
        convert(arguments.source, arguments.target, temporal=arguments.temporal)
    except (ValueError, FileNotFoundError) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
