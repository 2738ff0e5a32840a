"""What a run keeps of its network to go on, and which checkpoint is whole."""

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from model.training.learner import TrainedNetwork

_FILE = "trained.safetensors"
# Written last: a run that was killed while saving leaves a folder without it.
_COMPLETE = "complete"
_NAME = re.compile(r"checkpoint-(\d+)")


def save_trained(network: TrainedNetwork, folder: Path) -> None:
    """Write what trains; the rest comes from where the run started."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: parameter.detach().cpu().contiguous()
        for name, parameter in network.trainable_parameters().items()
    }
    save_file(tensors, folder / _FILE)


@torch.no_grad()
def load_trained(network: TrainedNetwork, folder: Path) -> None:
    """Read back what `save_trained` wrote.

    Raises:
        KeyError: The network trains something else.
    """
    tensors = load_file(folder / _FILE)
    for name, parameter in network.trainable_parameters().items():
        parameter.copy_(tensors[name])


def mark_complete(folder: Path) -> None:
    """Say that everything in a checkpoint's folder is written."""
    (folder / _COMPLETE).touch()


def last_complete(folder: Path) -> Path | None:
    """The newest whole checkpoint, if there is one."""
    found = [
        (int(match[1]), path)
        for path in folder.glob("checkpoint-*")
        if (match := _NAME.fullmatch(path.name)) and (path / _COMPLETE).is_file()
    ]
    return max(found)[1] if found else None
