"""Whether this machine can run a model, and if not, what to do about it."""

import os
from importlib.util import find_spec

from generation.checkpoints import has_config, how_to_get
from generation.engines.base import Site
from generation.engines.families import family
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
    return (
        _missing_modules(entry)
        or _unreachable(entry, site)
        or _no_environment(entry, site)
        or _no_checkpoint(entry, site)
        or _no_room(entry, site, machine)
    )


def _missing_modules(entry: Entry) -> str | None:
    needed = entry.kind.modules
    if entry.engine == "transformers":
        needed += family(entry.options["family"]).modules
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        return (
            f"{', '.join(missing)} is not installed; install "
            "requirements/generation.txt into this environment."
        )
    if find_spec(entry.engine_path.partition(":")[0]) is None:
        return f"The engine {entry.engine} is not part of this installation."
    return None


def _unreachable(entry: Entry, site: Site) -> str | None:
    if entry.engine != "openai_http":
        return None
    address = str(entry.options["base_url"])
    if address.rstrip("/") not in {url.rstrip("/") for url in site.http_base_urls}:
        return f"{address} is not allowed; add it to GENERATION_HTTP_BASE_URLS."
    variable = entry.options.get("key_variable", "")
    if variable and not os.environ.get(variable):
        return f"The environment variable {variable} with the key is not set."
    return None


def _no_environment(entry: Entry, site: Site) -> str | None:
    if entry.engine != "subprocess":
        return None
    name = entry.options["environment"]
    program = site.environments.get(name)
    if program is None:
        return (
            f"There is no environment {name}; make it (docs/generation.md) and name "
            "it in GENERATION_ENVIRONMENTS."
        )
    if not os.access(program, os.X_OK):
        return f"{program}, of the environment {name}, is not a program."
    return None


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
