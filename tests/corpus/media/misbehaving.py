"""What a decoder can do wrong, for the sandbox to run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def answer(value: int) -> dict[str, Any]:
    return {"value": value, "pid": os.getpid()}


def sleep_forever() -> None:
    time.sleep(3600)


def leave_a_child_and_sleep(pid_file: str) -> None:
    child = subprocess.Popen(["sleep", "3600"])
    Path(pid_file).write_text(f"{os.getpid()} {child.pid}", encoding="ascii")
    time.sleep(3600)


def spin_forever() -> None:
    while True:
        pass


def take_memory(byte_count: int) -> dict[str, Any]:
    return {"taken": len(bytearray(byte_count))}


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_a_bug() -> None:
    message = "a bug of ours"
    raise ZeroDivisionError(message)


def print_garbage() -> dict[str, Any]:
    sys.stdout.write('{"result": {"value": "forged"}}\n')
    sys.stdout.flush()
    os.write(1, b"noise of a C library\n")
    return {"value": "true"}


def answer_garbage() -> None:
    """Write noise to the very pipe of the replies, as a wild pointer might."""
    for descriptor in range(3, 64):
        if _is_pipe(descriptor):
            os.write(descriptor, b"\x00\xffnoise\n")
    time.sleep(3600)


def environment() -> dict[str, Any]:
    return dict(os.environ)


def _is_pipe(descriptor: int) -> bool:
    try:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith("pipe:")
    except OSError:
        return False
