"""A program on the other end of two pipes: lines in, lines out, and an end in any case.

For decoders, which broken files hang and crash, and for models that run in environments
of their own: whatever such a program does, it costs one process.
"""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

from corpus.media.confinement import confined, keep_secrets

_LAST_WORDS_BYTES = 2000
# What a process that closed its output may take to end, so that its status is told.
_DYING_S = 1.0


class Gone(StrEnum):
    """How a program was lost."""

    DIED = "died"
    SILENT = "silent"
    FLOODED = "flooded"


class ChildGoneError(Exception):
    """No answer, and no program any more.

    Attributes:
        how: What became of it.
        status: Its exit status, negative for a signal; by our own where we killed it.
        last_words: The end of what it wrote to stderr.
    """

    def __init__(self, how: Gone, status: int, last_words: str) -> None:
        super().__init__(how)
        self.how = how
        self.status = status
        self.last_words = last_words


class Child:
    """One running program; killed with everything it started.

    Args:
        command: Its words.
        folder: Where it starts.
        environment: All that it sees of ours.
        most_bytes: That it may write until it has answered.
        network: It keeps the network (`corpus.media.confinement`).
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        most_bytes: int,
        network: bool = False,
    ) -> None:
        keep_secrets()
        # A file, so that nothing blocks for want of a reader.
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(  # noqa: S603 - ours, or the site's settings
            confined(command, network=network),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._replies = cast(IO[bytes], self._process.stdout)
        self._most_bytes = most_bytes
        self._rest = bytearray()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send one line.

        Raises:
            ChildGoneError: Nobody reads.
        """
        try:
            self._requests.write(json.dumps(message).encode() + b"\n")
        except BrokenPipeError:
            raise self._gone(Gone.DIED) from None

    def ask(self, message: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send one line; return the first line that is an answer to it.

        An answer is a JSON object with the `id` of the message. Other lines are noise.

        Raises:
            ChildGoneError: There was none in time; the program is dead then.
        """
        deadline = time.monotonic() + timeout_s
        self.tell(message)
        left = self._most_bytes
        while True:
            line = self._line(deadline, left)
            left -= len(line)
            answer = _object(line)
            if answer is not None and answer.get("id") == message["id"]:
                return answer

    def hear(self, timeout_s: float) -> bytes:
        """The next line, whatever it says.

        Raises:
            ChildGoneError: There was none in time; the program is dead then.
        """
        return self._line(time.monotonic() + timeout_s, self._most_bytes)

    def close(self, grace_s: float = 0.0) -> None:
        """Close its input, and kill it if it does not end by itself."""
        with suppress(BrokenPipeError):
            self._requests.close()
        self._end(grace_s)
        self._stderr.close()

    def _line(self, deadline: float, most_bytes: int) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._replies, selectors.EVENT_READ)
            is_whole = b"\n" in self._rest
            while not is_whole:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise self._gone(Gone.SILENT)
                part = os.read(self._replies.fileno(), 65536)
                if not part:
                    raise self._gone(Gone.DIED)
                self._rest += part
                is_whole = b"\n" in part
                if len(self._rest) > most_bytes:
                    raise self._gone(Gone.FLOODED)
        line, _, self._rest = self._rest.partition(b"\n")
        return bytes(line)

    def _gone(self, how: Gone) -> ChildGoneError:
        status = self._end(_DYING_S if how is Gone.DIED else 0.0)
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
        words = self._stderr.read().decode(errors="replace").strip()
        self._stderr.close()
        return ChildGoneError(how, status, words)

    def _end(self, grace_s: float) -> int:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        # What it started may outlive it.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.wait()
        self._requests.close()
        self._replies.close()
        return status


def passed_on(names: Iterable[str]) -> dict[str, str]:
    """Those variables of our own environment, where they are set."""
    return {name: os.environ[name] for name in names if name in os.environ}


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
