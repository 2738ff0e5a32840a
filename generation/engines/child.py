"""A program of another environment: lines in, lines out, and an end in every case."""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

# What a program says beside its answers, before it counts as gone mad.
_MOST_NOISE_BYTES = 16 * 1024 * 1024
_LAST_WORDS_BYTES = 2000
_GRACE_S = 5.0
# No secret of ours; what accelerators and caches need.
_PASSED_ON = (
    "PATH", "LANG", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_HOME",
    "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "HF_HOME",
)  # fmt: skip


class ChildGoneError(Exception):
    """It died, fell silent or talks nonsense; `kind` says which."""

    def __init__(self, kind: str, last_words: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.last_words = last_words


@dataclass(frozen=True)
class _Pipes:
    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    replies: IO[bytes]
    stderr: IO[bytes]


class Child:
    """One running program; killed with everything it started."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        process = subprocess.Popen(  # noqa: S603 - named in the site's settings
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            bufsize=0,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
        requests, replies = cast(IO[bytes], process.stdin), process.stdout
        self._pipes = _Pipes(process, requests, cast(IO[bytes], replies), stderr)
        self._rest = bytearray()
        self._noise_bytes = 0

    def ask(self, message: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send one line; return the first line that is an answer to it.

        An answer is a JSON object with the `id` of the message. Other lines are noise.

        Raises:
            ChildGoneError: There was none in time; the program is dead then.
        """
        deadline = time.monotonic() + timeout_s
        try:
            self._pipes.requests.write(json.dumps(message).encode() + b"\n")
        except BrokenPipeError:
            raise self._gone("died") from None
        while True:
            answer = _object(self._line(deadline))
            if answer is not None and answer.get("id") == message["id"]:
                return answer

    def close(self) -> None:
        """Ask it to go by closing its input, and kill it if it stays."""
        self._pipes.requests.close()
        self._end(_GRACE_S)
        self._pipes.stderr.close()

    def _line(self, deadline: float) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipes.replies, selectors.EVENT_READ)
            is_whole = b"\n" in self._rest
            while not is_whole:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise self._gone("silent")
                part = os.read(self._pipes.replies.fileno(), 65536)
                if not part:
                    raise self._gone("died")
                self._rest += part
                is_whole = b"\n" in part
                self._noise_bytes += len(part)
                if self._noise_bytes > _MOST_NOISE_BYTES:
                    raise self._gone("noisy")
        line, _, self._rest = self._rest.partition(b"\n")
        return bytes(line)

    def _gone(self, kind: str) -> ChildGoneError:
        self._end(1.0 if kind == "died" else 0.0)
        stderr = self._pipes.stderr
        stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
        words = stderr.read().decode(errors="replace").strip()
        stderr.close()
        return ChildGoneError(kind, words)

    def _end(self, grace_s: float) -> None:
        process = self._pipes.process
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
        # What it started may outlive it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._pipes.requests.close()
        self._pipes.replies.close()


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Remote code of a checkpoint has nothing to fetch.
    return kept | {"HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
