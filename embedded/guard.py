"""Tells the guard process what must not outlive this one."""

import atexit
import json
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

PROGRAM = Path(__file__).with_name("guard_process.py")
# What it may take at an orderly end, when little is left to do; then it goes on alone.
CLOSE_SECONDS = 5.0


class Guard:
    """A small process that cleans up after this one, also if this one is killed."""

    def __init__(self) -> None:
        # Isolated, and without site-packages: it starts in a hundredth of a second.
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-I", "-S", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            text=True,
        )

    def watch(self, group: int, number: signal.Signals, patience: float) -> None:
        """End process group `group` when this process is gone.

        Args:
            group: its number, which is that of its leader.
            number: the signal that asks the leader to stop.
            patience: seconds until the whole group is killed.
        """
        self._tell("watch", group, int(number), patience)

    def forget(self, group: int) -> None:
        """Leave `group` alone: it has ended, and its number may go to another."""
        self._tell("forget", group)

    def delete_at_end(self, folder: Path) -> None:
        """Delete `folder` when this process is gone, after its children."""
        self._tell("delete", str(folder))

    def close(self) -> None:
        """Let it do what it was told to do at the end, and wait for that."""
        if self._process.stdin:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_SECONDS)

    def _tell(self, *message: str | float) -> None:
        pipe = self._process.stdin
        if pipe and not pipe.closed and self._process.poll() is None:
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()


@cache
def guard() -> Guard:
    """Return this process's guard, started on first use."""
    started = Guard()
    atexit.register(started.close)
    return started
