"""Child processes that never outlive their parent."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from embedded.guard import guard
from embedded.identity import ServiceUser

LOG_LIMIT_BYTES = 5_000_000


class ChildProcess:
    """One program in a session of its own, logging to a file."""

    def __init__(  # noqa: PLR0913 (what a program needs to know)
        self,
        command: Sequence[str | Path],
        *,
        log_file: Path | None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float,
        environment: Mapping[str, str] | None = None,
        cwd: Path = Path("/"),
        user: ServiceUser | None = None,
    ) -> None:
        """Start it.

        Args:
            command: the program and its arguments.
            log_file: where both its outputs go, after what is there; None shows them
                where this process shows its own.
            stop_signal: what asks it to stop.
            patience: seconds it may take for that before it is killed.
            environment: instead of this process's own.
            cwd: its working folder.
            user: whom it runs as, instead of this process's user.
        """
        self._log_file = log_file
        self._log_start = _prepare_log(log_file) if log_file else 0
        self._stop_signal = stop_signal
        self._patience = patience
        self._is_stopped = False
        with log_file.open("ab") if log_file else nullcontext() as log:
            self._popen = subprocess.Popen(  # noqa: S603 (our own command lines)
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd,
                env=environment,
                start_new_session=True,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
        guard().watch(self.pid, stop_signal, patience)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Exit status; negative for the signal that ended it; None while it runs."""
        return self._popen.poll()

    def stop(self) -> None:
        """Ask it to stop, then kill it and all that it left behind."""
        if self._is_stopped:
            return
        if self.is_running:
            self._popen.send_signal(self._stop_signal)
            try:
                self._popen.wait(self._patience)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        # Of a group that is gone, Linux says the first and macOS the second.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        guard().forget(self.pid)
        self._is_stopped = True  # from now on its number may belong to another

    def last_words(self, line_count: int = 6) -> str:
        """Return the end of what it logged, for a message about what went wrong.

        Empty if it has no log.
        """
        if self._log_file is None:
            return ""
        with self._log_file.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join([f"Log: {self._log_file}", *lines[-line_count:]])


def _prepare_log(log_file: Path) -> int:
    """Make room for a log; return the byte where the new entries begin."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    size = log_file.stat().st_size if log_file.exists() else 0
    if size > LOG_LIMIT_BYTES:
        log_file.unlink()
        return 0
    return size
