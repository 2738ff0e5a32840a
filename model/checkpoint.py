"""Checkpoints: config, tokenizer and weights in a folder; safetensors alone, no pickle.

On published weights a checkpoint holds the trained parts and the base's hash; without
them it holds everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerBase

from model.config import MimicChatConfig
from model.initialisation import empty
from model.mimic_chat import MimicChat
from model.published_base import hash_of, load_base
from model.text import Encoder, load_tokenizer

WEIGHTS, CONFIG = "weights.safetensors", "config.json"


class CheckpointError(ValueError):
    """A checkpoint that does not fit; the message says what to do."""


class Checkpoint(NamedTuple):
    """A network in evaluation mode, and what writes its sequences."""

    network: MimicChat
    encoder: Encoder


def save(
    network: MimicChat,
    folder: Path,
    *,
    tokenizer: PreTrainedTokenizerBase,
    storage_dtype: torch.dtype | None = None,
) -> None:
    """Write a checkpoint; a kill in the middle leaves the weights old or new.

    Args:
        network: Its `base_hash` says whether all weights are written, or those alone
            that train.
        folder: Made if it is not there.
        tokenizer: Goes with the weights.
        storage_dtype: To store weights smaller than they are; exact without it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = dict(network.named_parameters())
    if network.base_hash is not None:
        parts = network.trainable_parameters()
    tensors = {
        name: parameter.detach().to("cpu", storage_dtype).contiguous()
        for name, parameter in parts.items()
    }
    metadata = {"format": "pt", "base_hash": network.base_hash or ""}
    temporary = folder / f"{WEIGHTS}.new"
    save_file(tensors, temporary, metadata=metadata)
    network.config.save(folder / CONFIG)
    tokenizer.save_pretrained(folder)
    temporary.replace(folder / WEIGHTS)


def load(
    folder: Path,
    *,
    base: Path | None = None,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    trained_dtype: torch.dtype | None = None,
    config: MimicChatConfig | None = None,
) -> Checkpoint:
    """Read a checkpoint.

    Args:
        folder: What `save` wrote.
        base: The published weights that it stands on, where it does.
        device: Where to.
        dtype: Of all weights.
        trained_dtype: Of those that train; without it they have `dtype`.
        config: Instead of the stored one: the same shapes, something else frozen.

    Raises:
        CheckpointError: A file is missing, the base is missing or another, or a weight
            is missing, unknown or of another shape.
    """
    for name in (WEIGHTS, CONFIG):
        if not (folder / name).is_file():
            message = f"{folder} is no checkpoint: it has no {name}."
            raise CheckpointError(message)
    config = config or MimicChatConfig.load(folder / CONFIG)
    network = empty(config, dtype=dtype, device=device)
    network.base_hash = _check_base(folder, base)
    if base is not None and network.base_hash is not None:
        load_base(network, base)
    if trained_dtype is not None:
        # Before they are read, or they would lose digits on the way.
        network.train_in(trained_dtype)
    load_weights(network, folder)
    return Checkpoint(network.eval(), Encoder(config, load_tokenizer(folder)))


@torch.no_grad()
def load_weights(network: MimicChat, folder: Path) -> None:
    """Copy a checkpoint's weights into a network of the same shape, one at a time.

    Raises:
        CheckpointError: A weight is missing, unknown or of another shape.
    """
    parameters = dict(network.named_parameters())
    expected = set(parameters)
    if network.base_hash is not None:
        # What trained then; by another config something else may train now.
        stored_config = MimicChatConfig.load(folder / CONFIG)
        expected = set(empty(stored_config, device="meta").trainable_parameters())
    with _opened(folder) as weights:
        different = sorted(expected.symmetric_difference(weights.keys()))
        if different:
            message = (
                f"{folder} and its config name different weights: {len(different)}, "
                f"such as {different[0]}."
            )
            raise CheckpointError(message)
        for name in expected:
            stored, place = weights.get_tensor(name), parameters[name]
            if stored.shape != place.shape:
                message = (
                    f"{name} is {tuple(stored.shape)} in {folder}, the config says "
                    f"{tuple(place.shape)}."
                )
                raise CheckpointError(message)
            place.copy_(stored)


def base_hash_of(folder: Path) -> str | None:
    """The hash of the published weights that a checkpoint stands on, if it does."""
    with _opened(folder) as weights:
        return (weights.metadata() or {}).get("base_hash") or None


@contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    """The weights; a pickle under their name is never read."""
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as weights:
            yield weights
    except SafetensorError as error:
        message = f"{folder / WEIGHTS} is damaged, or no safetensors: {error}."
        raise CheckpointError(message) from error


def _check_base(folder: Path, base: Path | None) -> str | None:
    wanted = base_hash_of(folder)
    if wanted is None:
        return None
    if base is None:
        message = (
            f"{folder} holds trained parts alone: name the folder of the published "
            f"weights they stand on (hash {wanted[:12]})."
        )
        raise CheckpointError(message)
    found = hash_of(base)
    if found != wanted:
        message = (
            f"{folder} was trained on another base ({wanted[:12]}) than {base} "
            f"({found[:12]})."
        )
        raise CheckpointError(message)
    return wanted
