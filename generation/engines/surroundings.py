"""What a model runs on and with in this process, to be stored with its comments."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import torch

from generation.engines.base import Identity
from generation.machine import this_machine

_PACKAGES = (
    "accelerate",
    "numpy",
    "peft",
    "pillow",
    "tokenizers",
    "torch",
    "torchvision",
    "transformers",
)


def with_surroundings(identity: Identity, device: str) -> Identity:
    """The same with versions and, on an accelerator, which one it is.

    Args:
        identity: Of an engine in this process.
        device: As torch calls it.
    """
    found = replace(
        identity,
        packages=_installed(),
        cuda=torch.version.cuda or "",
    )
    if not device.startswith("cuda"):
        return found
    return replace(
        found,
        gpu=torch.cuda.get_device_name(device),
        driver=this_machine().driver,
    )


def _installed() -> dict[str, str]:
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
