"""What a run keeps of its network to go on, and which checkpoint is whole."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from model.training.learner import TrainedNetwork

_FILE = "trained.safetensors"
_SKIPPED = "skipped.json"
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


def keep_trained_alone(accelerator: Any) -> None:  # noqa: ANN401 - accelerate's
    """Let DeepSpeed's engine, once it is made, save and load what trains alone.

    transformers asks for that with peft's own networks only; of others each checkpoint
    would hold all frozen weights.
    """
    prepare = accelerator.prepare

    def prepared(*parts: Any, **options: Any) -> Any:  # noqa: ANN401
        result = prepare(*parts, **options)
        for part in result if isinstance(result, tuple) else (result,):
            if hasattr(part, "save_checkpoint") and hasattr(part, "load_checkpoint"):
                _leave_out_frozen(part)
        return result

    accelerator.prepare = prepared


def _leave_out_frozen(engine: Any) -> None:  # noqa: ANN401
    save, load = engine.save_checkpoint, engine.load_checkpoint

    def save_trained_alone(*places: Any, **options: Any) -> Any:  # noqa: ANN401
        return save(*places, **options | {"exclude_frozen_parameters": True})

    def load_trained_alone(*places: Any, **options: Any) -> Any:  # noqa: ANN401
        return load(*places, **options | {"load_module_strict": False})

    engine.save_checkpoint = save_trained_alone
    engine.load_checkpoint = load_trained_alone


def save_skipped(skipped: Mapping[str, str], folder: Path) -> None:
    """Write which sources could not be used so far, with the reason."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted(skipped.items())), ensure_ascii=False)
    (folder / _SKIPPED).write_text(text, encoding="utf-8")


def load_skipped(folder: Path) -> dict[str, str]:
    """Read back what `save_skipped` wrote."""
    text = (folder / _SKIPPED).read_text(encoding="utf-8")
    skipped: dict[str, str] = json.loads(text)
    return skipped


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
