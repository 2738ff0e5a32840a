"""Whether this machine can run a model, and if not, what to do about it."""

from generation.checkpoints import has_config, how_to_get
from generation.engines.base import Site
from generation.installation import site
from generation.machine import Machine, this_machine
from generation.registry import Entry, checkpoint_folder

# Of a machine's own memory, the share that a model may take; GPUs give all of theirs.
_SHARE_OF_MEMORY = 0.8


def runnable_here(entry: Entry) -> str | None:
    """Why this machine cannot run a model, with what to do; None if it can."""
    return why_not(entry, site(), this_machine())


def why_not(entry: Entry, site: Site, machine: Machine) -> str | None:
    """The same for any site and machine."""
    kind = entry.kind
    return (
        kind.missing()
        or kind.problem(entry.options, site)
        or _no_checkpoint(entry, site)
        or _no_room(entry, site, machine)
    )


def _no_checkpoint(entry: Entry, site: Site) -> str | None:
    if not entry.has_checkpoint:
        return None
    folder = checkpoint_folder(entry, site.checkpoint_root)
    if has_config(folder):
        return None
    return f"No checkpoint in {folder}; {how_to_get(entry)}"


def _no_room(entry: Entry, site: Site, machine: Machine) -> str | None:
    if not entry.has_checkpoint:
        return None
    room_gib = machine.room_gib(site.devices)
    if not machine.gpu_names:
        room_gib *= _SHARE_OF_MEMORY
    if entry.memory_gib <= room_gib:
        return None
    return (
        f"It needs {entry.memory_gib:g} GiB; this machine ({machine}) has "
        f"{room_gib:.0f} GiB for it."
    )
