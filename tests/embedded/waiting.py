"""Waiting for what other processes do."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

# Only a failing test waits this long; a busy machine is slow.
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.05


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"still waiting: {what}"
        time.sleep(LOOK_SECONDS)


def wait_for_text(file: Path, text: str) -> None:
    wait_until(
        lambda: file.exists() and text in file.read_text(), f"{text!r} in {file}"
    )


def wait_until_gone(processes: Sequence[psutil.Process]) -> None:
    wait_until(lambda: not any(map(is_alive, processes)), f"the end of {processes}")


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; a zombie has ended, though nobody has asked how."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
