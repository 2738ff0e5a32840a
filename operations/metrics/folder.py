"""Where the web's processes put their numbers, so that each can tell those of all.

Known to prometheus_client by an environment variable that counts when it is imported:
nothing here may import it at the top.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_FILE = re.compile(r"_(\d+)\.db$")


def prepare_folder(folder: Path) -> None:
    """Let this process, and those forked from it, count in a folder.

    Emptied when no process that wrote to it is alive: the counters begin again with
    the server. Processes of one machine or container alone may share a folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[VARIABLE] = str(folder)
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(psutil.pid_exists(pid) for _path, pid in _files(folder)):
            for path, _pid in _files(folder):
                path.unlink(missing_ok=True)


def forget_dead(folder: Path) -> None:
    """Leave out what ended processes said of themselves; what they counted stays."""
    from prometheus_client.multiprocess import mark_process_dead

    for pid in {pid for _path, pid in _files(folder)}:
        if not psutil.pid_exists(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in list(folder.glob("*.db")):
        if found := _FILE.search(path.name):
            yield path, int(found[1])
