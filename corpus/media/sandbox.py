"""Runs functions of decoder modules in a process that may hang, crash or swell.

A hostile or broken file then costs one process: it is killed at its time limit, cannot
take more memory or disk than it was given, and what happened is a `MediaError`.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from corpus.media.errors import MediaError, MediaErrorCode

_REPOSITORY = Path(__file__).resolve().parents[2]
_MAX_REPLY_BYTES = 32 * 1024 * 1024
# A process is replaced after so many files, before libraries' leaks add up.
_CALLS_PER_PROCESS = 50
# Processor time per second of the time limit. It only matters for a process whose
# parent is gone; the time limit itself is by the clock.
_THREADS_ALLOWED_FOR = 8


@dataclass(frozen=True)
class Limits:
    """What the process may take.

    Attributes:
        memory_bytes: Address space; an idle process needs about 0.2 GB of it.
        output_bytes: The largest file it may write.
    """

    memory_bytes: int = 3 * 1024**3
    output_bytes: int = 4 * 1024**3


@dataclass(frozen=True)
class _Child:
    """The process with its three pipes; stderr goes to a file, so it never blocks."""

    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]
    stderr: IO[bytes]

    def send(self, message: dict[str, Any]) -> None:
        self.requests.write(json.dumps(message).encode() + b"\n")

    def end(self, grace_s: float = 0.0) -> int:
        """Kill the process and its children unless it ends by itself in time.

        Returns:
            The exit status, negative for a signal.
        """
        try:
            self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.requests, self.replies):
            pipe.close()
        return self.process.wait()

    def last_words(self) -> str:
        """The end of what the process wrote to stderr."""
        self.stderr.seek(max(0, self.stderr.seek(0, os.SEEK_END) - 2000))
        return self.stderr.read().decode(errors="replace").strip()


class Sandbox:
    """One decoding process, started at the first call and again after each death.

    Not for several threads at once: give each its own.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: _Child | None = None
        self._calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def call(
        self, function: str, *, timeout_s: float, **arguments: object
    ) -> dict[str, Any]:
        """Run `function` ("module:name") with JSON arguments; return its JSON result.

        Raises:
            MediaError: The function refused the file, or the process did not answer
                within `timeout_s` seconds, died, or answered something else than JSON.
        """
        child = self._living_child()
        self._calls += 1
        request = {
            "function": function,
            "arguments": arguments,
            "cpu_s": timeout_s * _THREADS_ALLOWED_FOR,
        }
        try:
            child.send(request)
        except BrokenPipeError:
            raise self._death(child) from None
        return self._result_of(child, self._receive(child, timeout_s))

    def close(self) -> None:
        """Kill the process, if there is one, and everything it started."""
        if self._child is not None:
            self._child.end()
            self._child.stderr.close()
        self._child = None
        self._calls = 0

    def _living_child(self) -> _Child:
        if self._calls >= _CALLS_PER_PROCESS:
            self.close()
        if self._child is not None and self._child.process.poll() is not None:
            self.close()
        if self._child is None:
            self._child = _start_child(self._limits)
        return self._child

    def _receive(self, child: _Child, timeout_s: float) -> bytes:
        """One line of the process, or the error that stands for its silence."""
        deadline = time.monotonic() + timeout_s
        reply = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(child.replies, selectors.EVENT_READ)
            while not reply.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise self._timeout(timeout_s)
                part = os.read(child.replies.fileno(), 65536)
                if not part:
                    raise self._death(child)
                reply += part
                if len(reply) > _MAX_REPLY_BYTES:
                    raise self._bad_reply(child)
        return bytes(reply)

    def _result_of(self, child: _Child, line: bytes) -> dict[str, Any]:
        try:
            reply = json.loads(line)
            if "result" in reply:
                return dict(reply["result"])
            code = MediaErrorCode(reply["error"]["code"])
            message = str(reply["error"]["message"])
        except (ValueError, KeyError, TypeError):
            raise self._bad_reply(child) from None
        if code == MediaErrorCode.OUT_OF_MEMORY:
            self.close()  # the next file starts with all of it
        raise MediaError(code, message)

    def _timeout(self, timeout_s: float) -> MediaError:
        self.close()
        return MediaError(
            MediaErrorCode.TIMEOUT,
            f"Decoding did not finish within {timeout_s:g} s and was stopped.",
        )

    def _death(self, child: _Child) -> MediaError:
        status = child.end(grace_s=1.0)
        detail = child.last_words()
        self.close()
        if status == -signal.SIGXCPU:
            message = "Decoding used up its processor time and was stopped."
            return MediaError(MediaErrorCode.TIMEOUT, message, detail)
        how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        message = f"The decoder did not survive the file ({how})."
        return MediaError(MediaErrorCode.DECODER_CRASHED, message, detail)

    def _bad_reply(self, child: _Child) -> MediaError:
        detail = child.last_words()
        self.close()
        message = "The decoding process answered something that is no answer."
        return MediaError(MediaErrorCode.BAD_REPLY, message, detail)


def _start_child(limits: Limits) -> _Child:
    stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
    process = subprocess.Popen(
        [sys.executable, "-m", "corpus.media.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        bufsize=0,
        cwd=_REPOSITORY,
        env=_environment(),
        start_new_session=True,
    )
    child = _Child(
        process, cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout), stderr
    )
    child.send(asdict(limits))
    return child


def _environment() -> dict[str, str]:
    """No secret of ours, and few memory arenas: each reserves address space."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return kept | {
        "PYTHONPATH": str(_REPOSITORY),
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
