"""Processes of an earlier run whose parent was killed before it could stop them."""

import signal
from pathlib import Path

import psutil

PATIENCE_SECONDS = 30.0
# Put into the environment of the children that are found by it.
MARKER = "MIMIC_STATE_FOLDER"


def stop_recorded(pid_file: Path, word: str, stop_signal: signal.Signals) -> None:
    """Stop the process that `pid_file` names, if `word` is in its command line.

    A number may have gone to another program since it was written: that one is left
    alone. The file is removed, as servers take any living process for themselves.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        if any(word in argument for argument in process.cmdline()):
            _stop([process], stop_signal)
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        pass
    pid_file.unlink(missing_ok=True)


def kill_marked(folder: Path) -> int:
    """Kill every process whose environment says it belongs to `folder`; count them.

    Their database is gone, so there is nothing left that they could end properly.
    """
    found = [
        process
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get(MARKER) == str(folder)
    ]
    _stop(found, signal.SIGKILL)
    return len(found)


def _stop(processes: list[psutil.Process], stop_signal: signal.Signals) -> None:
    for process in processes:
        _send(process, stop_signal)
    _, alive = psutil.wait_procs(processes, PATIENCE_SECONDS)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, PATIENCE_SECONDS)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
