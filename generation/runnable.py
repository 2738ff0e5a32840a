"""Whether this machine can run a model, and if not, what to do about it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from generation.checkpoints import has_config, how_to_get
from generation.engines.base import Site
from generation.installation import site
from generation.machine import Device, Machine, this_machine
from generation.registry import Entry, checkpoint_folder

# Of a machine's own memory, the share that a model may take; GPUs give all of theirs.
_SHARE_OF_MEMORY = 0.8


class Part(StrEnum):
    """What a model needs of a machine, in the order in which it is looked at."""

    SOFTWARE = "software"
    ENVIRONMENT = "environment"
    ACCESS = "access"
    WEIGHTS = "weights"
    MEMORY = "memory"


# What an engine's own check is about.
_OWN_PART = {"subprocess": Part.ENVIRONMENT, "openai_http": Part.ACCESS}


class Check(NamedTuple):
    """One part of what a model needs.

    Attributes:
        problem: Why it is not there, with what to do; empty if it is.
    """

    part: Part
    problem: str


def runnable_here(entry: Entry) -> str | None:
    """Why this machine cannot run a model, with what to do; None if it can."""
    return why_not(entry, site(), this_machine())


def checks_here(entry: Entry) -> tuple[Check, ...]:
    """Everything that a model needs, looked at on this machine."""
    return checks(entry, site(), this_machine())


def why_not(entry: Entry, site: Site, machine: Machine) -> str | None:
    """The first problem on any site and machine."""
    found = checks(entry, site, machine)
    return next((check.problem for check in found if check.problem), None)


def checks(entry: Entry, site: Site, machine: Machine) -> tuple[Check, ...]:
    """Everything that a model needs; parts that it does not need are left out."""
    kind = entry.kind
    own = _OWN_PART.get(entry.engine, Part.SOFTWARE)
    problems: dict[Part, str] = {Part.SOFTWARE: kind.missing() or ""}
    problems[own] = problems.get(own) or kind.problem(entry.options, site) or ""
    if entry.has_checkpoint:
        problems[Part.WEIGHTS] = _no_checkpoint(entry, site) or ""
        problems[Part.MEMORY] = _no_room(entry, site, machine) or ""
    return tuple(Check(part, problems[part]) for part in Part if part in problems)


def _no_checkpoint(entry: Entry, site: Site) -> str | None:
    folder = checkpoint_folder(entry, site.checkpoint_root)
    if has_config(folder):
        return None
    return f"No checkpoint in {folder}; {how_to_get(entry)}"


def _no_room(entry: Entry, site: Site, machine: Machine) -> str | None:
    if not machine.gpu_names or site.devices == ("cpu",):
        return _too_little_memory(entry, machine)
    devices = machine.chosen(site.devices)
    if not devices:
        named = ", ".join(site.devices)
        return f"GENERATION_DEVICES names {named}; this machine has {machine}."
    if len(devices) < entry.device_count:
        return (
            f"It is spread over {entry.device_count} GPUs; this machine ({machine}) "
            f"has {len(devices)} for it."
        )
    return _too_little_on(devices, entry)


def _too_little_memory(entry: Entry, machine: Machine) -> str | None:
    room_gib = _SHARE_OF_MEMORY * machine.memory_gib
    if entry.memory_gib <= room_gib:
        return None
    return (
        f"It needs {entry.memory_gib:g} GiB; this machine ({machine}) has "
        f"{room_gib:.0f} GiB for it."
    )


def _too_little_on(devices: Sequence[Device], entry: Entry) -> str | None:
    """Weights that are not spread must lie on one device, whatever else is there."""
    used = devices[: entry.device_count or len(devices)]
    room_gib = sum(device.memory_gib for device in used)
    if not entry.is_mapped:
        # Equal shares: the smallest device decides.
        room_gib = len(used) * min(device.memory_gib for device in used)
    if entry.memory_gib <= room_gib:
        return None
    if len(used) > 1:
        return (
            f"It needs {entry.memory_gib:g} GiB over {len(used)} GPUs; "
            f"{', '.join(map(str, used))} have room for {room_gib:.0f} GiB."
        )
    problem = (
        f"It needs {entry.memory_gib:g} GiB on one GPU; {used[0]} has {room_gib:.0f} "
        "GiB."
    )
    return f"{problem}{_another(devices, entry)}"


def _another(devices: Sequence[Device], entry: Entry) -> str:
    large = [d.name for d in devices if d.memory_gib >= entry.memory_gib]
    if entry.is_mapped or not large:
        return ""
    return f" Name {large[0]} first in GENERATION_DEVICES."
