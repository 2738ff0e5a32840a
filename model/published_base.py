"""The published weights that a full-size network stands on, as a folder on disk.

`python -m model.convert_internlm2` writes such a folder:

    base.json                      what was converted, with the hash of each file
    config.json                    shapes, as a MimicChatConfig
    tokenizer.json                 the language model's tokenizer
    language_model/                in the Llama layout, with a config.json
    spatial_encoder/               InternViT in transformers' layout
    spatial_projector/             InternVL's projector
    temporal_encoder/              TimeSformer, added from its own publication
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from torch import Tensor, nn

from model.config import MimicChatConfig
from model.initialisation import empty, initialise_new_parts
from model.mimic_chat import MimicChat
from model.text import load_tokenizer

MANIFEST = "base.json"
_LORA_TARGET = re.compile(r"(\.[qkvo]_proj)\.weight$")


class BaseError(ValueError):
    """Published weights that are absent or of another shape; says what to do."""


def from_base(
    config: MimicChatConfig,
    folder: Path,
    *,
    dtype: torch.dtype = torch.bfloat16,
    device: torch.device | str = "cpu",
) -> MimicChat:
    """A network on published weights; what they lack starts at random, seeded before.

    Raises:
        BaseError: A file is missing, or a weight missing or of another shape.
    """
    network = empty(config, dtype=dtype, device=device)
    initialise_new_parts(network)
    network.base_hash = load_base(network, folder)
    if config.text.layout == "frames":
        _start_boundaries(network, folder)
    return network


@torch.no_grad()
def _start_boundaries(network: MimicChat, folder: Path) -> None:
    """[VID] and [SEP] start as what the base knows the borders of a picture by.

    Raises:
        BaseError: The tokenizer does not know these tokens.
    """
    text, tokenizer = network.config.text, load_tokenizer(folder)
    words = cast(nn.Embedding, network.language_model.get_input_embeddings()).weight
    for row, token in enumerate((text.image_start, text.image_end)):
        number = tokenizer.convert_tokens_to_ids(token)
        if tokenizer.convert_ids_to_tokens(number) != token:
            message = f"The tokenizer of {folder} does not know {token}."
            raise BaseError(message)
        network.boundaries[row] = words[number]


def load_base(network: MimicChat, folder: Path) -> str:
    """Copy the published weights into the network; return their hash.

    One weight at a time, so that memory holds little besides the network.

    Raises:
        BaseError: See `from_base`.
    """
    base_hash = hash_of(folder)
    parameters = dict(network.named_parameters())
    loaded = set()
    for name, file, key in _weights(network, folder):
        if name not in parameters:
            message = f"{file} holds {key}, for which the network has no place."
            raise BaseError(message)
        with safe_open(file, framework="pt") as weights:
            _copy(weights.get_tensor(key), parameters[name], f"{file}: {key}")
        loaded.add(name)
    own = "lora_", "gates.", "boundaries", "_projector."
    missing = sorted(
        name
        for name in parameters
        if name not in loaded and not any(mark in name for mark in own)
    )
    if missing:
        message = f"{folder} lacks {len(missing)} weights, such as {missing[0]}."
        raise BaseError(message)
    return base_hash


def hash_of(folder: Path) -> str:
    """One hash for all files of a base, from those that its manifest names.

    Raises:
        BaseError: There is no manifest.
    """
    path = folder / MANIFEST
    if not path.is_file():
        message = (
            f"{folder} has no {MANIFEST}: it is no base. Make one with "
            "python -m model.convert_internlm2."
        )
        raise BaseError(message)
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def dtype_of(folder: Path) -> torch.dtype:
    """What the published language model's weights are stored as.

    Raises:
        BaseError: There are none.
    """
    for file in sorted((folder / "language_model").glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - not a dict
                dtype: torch.dtype = weights.get_tensor(name).dtype
                return dtype
    message = f"{folder / 'language_model'} holds no .safetensors file."
    raise BaseError(message)


def write_manifest(folder: Path, source: str) -> None:
    """Note the hash of each weights file."""
    files = {
        str(path.relative_to(folder)): _sha256(path)
        for path in sorted(folder.rglob("*.safetensors"))
    }
    values = {"source": source, "files": files}
    text = json.dumps(values, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _weights(network: MimicChat, folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Name in the network, file, and name in the file, of each published weight."""
    parts = {
        "language_model": "language_model.",
        "spatial_encoder": "spatial_encoder.vit.",
    }
    if network.spatial_projector is not None:
        parts["spatial_projector"] = "spatial_projector."
    if network.temporal_encoder is not None:
        parts["temporal_encoder"] = "temporal_encoder.timesformer."
    for part, prefix in parts.items():
        files = sorted((folder / part).glob("*.safetensors"))
        if not files:
            message = f"{folder / part} holds no .safetensors file."
            raise BaseError(message)
        for file in files:
            with safe_open(file, framework="pt") as weights:
                keys = list(weights.keys())
            for key in keys:
                name = prefix + key
                if part == "language_model" and network.config.has_adapters:
                    # Beside an adapter the weight has moved one floor down.
                    name = _LORA_TARGET.sub(r"\1.base_layer.weight", name)
                yield name, file, key


@torch.no_grad()
def _copy(source: Tensor, target: Tensor, what: str) -> None:
    if source.shape != target.shape:
        message = (
            f"{what} is {tuple(source.shape)}, the config says {tuple(target.shape)}."
        )
        raise BaseError(message)
    target.copy_(source)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
