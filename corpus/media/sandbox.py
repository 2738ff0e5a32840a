"""Runs functions of decoder modules in a process that may hang, crash or swell.

A hostile or broken file then costs one process: it is killed at its time limit, cannot
take more memory or disk than it was given, and what happened is a `MediaError`.
"""

import json
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from corpus.media.child import Child, ChildGoneError, Gone, passed_on
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


class Sandbox:
    """One decoding process, started at the first call and again after each death.

    Not for several threads at once: give each its own.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: Child | None = None
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
        request = {
            "function": function,
            "arguments": arguments,
            "cpu_s": timeout_s * _THREADS_ALLOWED_FOR,
        }
        try:
            child = self._living_child()
            self._calls += 1
            child.tell(request)
            return self._result_of(child.hear(timeout_s))
        except ChildGoneError as gone:
            self._child = None
            raise _error_of(gone, timeout_s) from None

    def close(self) -> None:
        """Kill the process, if there is one, and everything it started."""
        if self._child is not None:
            self._child.close()
        self._child = None
        self._calls = 0

    def _living_child(self) -> Child:
        if self._calls >= _CALLS_PER_PROCESS:
            self.close()
        if self._child is not None and not self._child.is_running:
            self.close()
        if self._child is None:
            self._calls = 0
            self._child = Child(
                [sys.executable, "-m", "corpus.media.worker"],
                _REPOSITORY,
                _environment(),
                most_bytes=_MAX_REPLY_BYTES,
            )
            self._child.tell(asdict(self._limits))
        return self._child

    def _result_of(self, line: bytes) -> dict[str, Any]:
        try:
            reply = json.loads(line)
            if "result" in reply:
                return dict(reply["result"])
            code = MediaErrorCode(reply["error"]["code"])
            message = str(reply["error"]["message"])
        except (ValueError, KeyError, TypeError):
            self.close()
            raise _bad_reply("") from None
        if code == MediaErrorCode.OUT_OF_MEMORY:
            self.close()  # the next file starts with all of it
        raise MediaError(code, message)


def _error_of(gone: ChildGoneError, timeout_s: float) -> MediaError:
    """What the loss of the process says of the file."""
    if gone.how is Gone.FLOODED:
        return _bad_reply(gone.last_words)
    if gone.how is Gone.SILENT:
        message = f"Decoding did not finish within {timeout_s:g} s and was stopped."
        return MediaError(MediaErrorCode.TIMEOUT, message)
    if gone.status == -signal.SIGXCPU:
        message = "Decoding used up its processor time and was stopped."
        return MediaError(MediaErrorCode.TIMEOUT, message, gone.last_words)
    is_signal = gone.status < 0
    how = signal.Signals(-gone.status).name if is_signal else f"exit {gone.status}"
    message = f"The decoder did not survive the file ({how})."
    return MediaError(MediaErrorCode.DECODER_CRASHED, message, gone.last_words)


def _bad_reply(detail: str) -> MediaError:
    message = "The decoding process gave an answer that cannot be read."
    return MediaError(MediaErrorCode.BAD_REPLY, message, detail)


def _environment() -> dict[str, str]:
    """No secret of ours, and few memory arenas: each reserves address space."""
    return passed_on(("PATH", "LANG")) | {
        "PYTHONPATH": str(_REPOSITORY),
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
