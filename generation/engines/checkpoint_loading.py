"""A checkpoint's folder to a network and its processor, in this process."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from generation.engines.base import EngineError, Reason
from generation.engines.families import Family
from generation.engines.faults import load_error
from generation.engines.kinds import not_installed
from generation.registry import Entry
from model.native.adapter import AdapterError, load_adapter

# Its types do not know of the information that comes beside the network.
_networks: Any = transformers.AutoModelForImageTextToText


@dataclass(frozen=True)
class Loaded:
    """A network in evaluation mode, and what feeds it."""

    network: Any
    processor: Any
    device: str


def load(
    entry: Entry,
    folder: Path,
    family: Family,
    devices: Sequence[str],
    adapter: Path | None = None,
) -> Loaded:
    """Load a checkpoint as its entry says.

    Args:
        entry: Says how.
        folder: The published model.
        family: The entry's.
        devices: As `Site` names them.
        adapter: Of a fine-tune, which stands beside it.

    Raises:
        EngineError: Something is missing or does not fit.
    """
    if problem := not_installed(family.modules):
        raise EngineError(Reason.MISCONFIGURED, problem)
    quieten()
    try:
        processor = transformers.AutoProcessor.from_pretrained(
            folder, local_files_only=True
        )
        network, flaws = _networks.from_pretrained(
            folder,
            local_files_only=True,
            # Never pickles, which may run code.
            use_safetensors=True,
            output_loading_info=True,
            dtype=getattr(torch, entry.dtype),
            attn_implementation=entry.options.get("attention", "sdpa"),
            **_placement(entry, devices),
            **_quantisation(entry, folder),
        )
    # RuntimeError: memory that is short, a shape that does not fit, a broken device.
    except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
        raise load_error(folder, error) from error
    _require_whole(flaws, folder)
    network = _adapted(network, adapter)
    device = first_device(devices)
    if "device_map" not in _placement(entry, devices):
        _move(network, device, folder)
    return Loaded(network.eval(), processor, device)


def _move(network: Any, device: str, folder: Path) -> None:  # noqa: ANN401
    try:
        network.to(device)
    except RuntimeError as error:
        raise load_error(folder, error) from error


def _adapted(network: Any, adapter: Path | None) -> Any:  # noqa: ANN401
    if adapter is None:
        return network
    try:
        return load_adapter(network, adapter)
    except AdapterError as error:
        raise EngineError(Reason.MISCONFIGURED, str(error)) from error


def quieten() -> None:
    """No progress bars in a worker's log."""
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()


def _placement(entry: Entry, devices: Sequence[str]) -> Mapping[str, Any]:
    if entry.options.get("device_map") != "auto" or not torch.cuda.is_available():
        return {}
    count = entry.device_count
    if not devices and not count:
        return {"device_map": "auto"}
    there = range(torch.cuda.device_count())
    indices = [torch.device(name).index or 0 for name in devices] or [*there]
    indices = indices[: count or len(indices)]
    memory = {i: torch.cuda.get_device_properties(i).total_memory for i in indices}
    return {"device_map": "auto", "max_memory": memory}


def _quantisation(entry: Entry, folder: Path) -> Mapping[str, Any]:
    """FP8 is made while loading, unless the files are FP8; AWQ and GPTQ lie in them."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not entry.quantisation or "quantization_config" in config:
        return {}
    if entry.quantisation == "fp8":
        return {"quantization_config": transformers.FineGrainedFP8Config()}
    message = f"The files in {folder} are not quantised with {entry.quantisation}."
    raise EngineError(Reason.MISCONFIGURED, message)


def _require_whole(flaws: Mapping[str, Any], folder: Path) -> None:
    """A network with gaps is refused: transformers would fill them with chance."""
    for kind in ("missing_keys", "mismatched_keys"):
        names = sorted(str(name) for name in flaws.get(kind) or ())
        if names:
            few = ", ".join(names[:3])
            message = (
                f"The checkpoint in {folder} lacks {len(names)} weights: {few} ..."
            )
            raise EngineError(Reason.MISCONFIGURED, message)


def first_device(devices: Sequence[str]) -> str:
    if devices:
        return devices[0]
    return "cuda:0" if torch.cuda.is_available() else "cpu"
