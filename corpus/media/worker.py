"""The decoding process: `python -m corpus.media.worker`, driven by `sandbox`.

One JSON request a line on stdin, one JSON reply a line on what was stdout. It limits
itself before the first request. An error that is no verdict about a file ends it with a
traceback on stderr, which the other side reports.
"""

import importlib
import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.media.errors import MediaError, MediaErrorCode

# Share of the limit; what did not fit any more is not in the peak.
_SHORT_OF_MEMORY = 0.85


def main() -> None:
    """Answer requests until stdin closes."""
    limits = json.loads(sys.stdin.readline())
    _limit_self(limits["memory_bytes"], limits["output_bytes"])
    # Whatever a library prints must not pass for a reply.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    while True:
        request = json.loads(requests.get())
        _limit_processor_time(request["cpu_s"])
        reply = _answer(request["function"], request["arguments"])
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _read_requests(requests: queue.SimpleQueue[str]) -> None:
    """Pass requests on; when the other side is gone, stop even in mid-decode."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _limit_self(memory_bytes: int, output_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor_time(seconds: float) -> None:
    """Allow `seconds` more of processor time than this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


def _answer(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, _, function_name = name.partition(":")
    function: Callable[..., dict[str, Any] | None] = getattr(
        importlib.import_module(module), function_name
    )
    try:
        return {"result": function(**arguments) or {}}
    except MediaError as error:
        # Decoders report some failed allocations as bad data.
        return _out_of_memory() if _memory_ran_short() else _refusal(error)
    except MemoryError:
        return _out_of_memory()


def _memory_ran_short() -> bool:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    peak_kib = int(status.split("VmPeak:")[1].split()[0])
    return peak_kib * 1024 > _SHORT_OF_MEMORY * limit


def _out_of_memory() -> dict[str, Any]:
    message = "Decoding needs more memory than allowed; make the video smaller."
    return _refusal(MediaError(MediaErrorCode.OUT_OF_MEMORY, message))


def _refusal(error: MediaError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message}}


if __name__ == "__main__":
    main()
