"""A process that runs the in-process engine with little memory, and says how it went.

`python -m tests.generation.short_of_memory ROOT`, for a test.
"""

import json
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from generation.engines.base import Answer, Request
from tests.generation.tiny_models import frames, open_engine, request, texts, tiny_entry

_REQUEST_COUNT = 16
# Room for a batch of so many requests, and for half of it more.
_FITTING = 4
_ROOM = 1.5
_LONG_PROMPT = "You have just watched this video and liked it. " * 180


def main() -> None:
    root = Path(sys.argv[1])
    _use_a_plain_allocator()
    requests = [
        request(str(n), prompt=_LONG_PROMPT, video=frames(n))
        for n in range(_REQUEST_COUNT)
    ]
    alone = _answers(root, requests, max_batch=1)
    before = _status_bytes("VmPeak")
    _answers(root, requests[:_FITTING], max_batch=_FITTING)
    room = round(_ROOM * (_status_bytes("VmPeak") - before))
    limit = _status_bytes("VmSize") + room
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    together = _answers(root, requests, max_batch=_REQUEST_COUNT)

    result = {
        "room_mib": room >> 20,
        "asked": _REQUEST_COUNT,
        "answered": sum(answer.error is None for answer in together),
        "largest_batch": max(answer.batch_size for answer in together),
        "same_words_as_without_limit": texts(together) == texts(alone),
    }
    sys.stdout.write(json.dumps(result) + "\n")


def _use_a_plain_allocator() -> None:
    """Start again with one heap that gives large blocks back at once."""
    wanted = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        words = [
            sys.executable,
            "-m",
            "tests.generation.short_of_memory",
            *sys.argv[1:],
        ]
        os.execve(  # noqa: S606 - this very program
            sys.executable, words, os.environ | wanted | {"OMP_NUM_THREADS": "1"}
        )


def _answers(root: Path, requests: Sequence[Request], max_batch: int) -> list[Answer]:
    entry = tiny_entry("llava_onevision", max_batch=max_batch, batch_tokens=10**9)
    return [*open_engine(entry, root).generate(requests)]


def _status_bytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
