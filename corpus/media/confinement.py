"""Keeping our secrets and the network from the programs that we start, without root.

Remote code of a model and decoders of hostile files run as the same user as we do. So

- this process is made undumpable, and the environment that it was started with is
  wiped where `/proc` shows it (`keep_secrets`): neither can be read from outside;
- the program runs in a user namespace of its own where the system allows that, where
  no process outside can be looked into, and in an empty network namespace.

What the user's files hold, the program can still read: secrets belong into the
environment, not into files of the worker's user.
"""

import ctypes
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_logger = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4
# Of /proc/self/stat, counted from the field after the name.
_ENV_START, _ENV_END = 47, 48
# The same user inside; no rights over anything outside.
_NAMESPACE = ("--user", "--map-current-user")
_PROBE_S = 10.0


@cache
def keep_secrets() -> None:
    """Let nobody read this process's memory and first environment; once is enough.

    `os.environ`, and what C libraries see, stay as they are.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _wipe_first_environment()
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        _logger.warning("This process can be read by others of the same user.")


def _wipe_first_environment() -> None:
    stat = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    start, end = int(fields[_ENV_START]), int(fields[_ENV_END])
    # Copies, to which the C library points from now on.
    for name, value in os.environ.items():
        os.environ[name] = value
    if 0 < start < end:
        ctypes.memset(start, 0, end - start)


def confined(command: Sequence[str], *, network: bool = False) -> list[str]:
    """The command in namespaces of its own, where the system allows them.

    Args:
        command: Its words.
        network: It keeps the network.
    """
    if not namespaces_work():
        return [*command]
    empty_network = () if network else ("--net",)
    return [_unshare(), *_NAMESPACE, *empty_network, "--", *command]


@cache
def namespaces_work() -> bool:
    """Whether programs can be given namespaces here; asked of the system once."""
    command = [_unshare(), *_NAMESPACE, "--net", "--", "true"]
    try:
        done = subprocess.run(  # noqa: S603 (our own words)
            command, capture_output=True, timeout=_PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        is_working = False
    else:
        is_working = done.returncode == 0
    if not is_working:
        _logger.warning(
            "User namespaces don't work here: programs of models keep the network, and "
            "could look into other processes of the worker's user (docs/operations.md)."
        )
    return is_working


def _unshare() -> str:
    return shutil.which("unshare") or "unshare"
