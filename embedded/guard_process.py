"""The guard: outlives its parent, ends what the parent ran, deletes what it used.

It reads from its standard input, a pipe that ends when the parent does, however that
happens. Each line is a JSON list:

    ["watch", GROUP, SIGNAL, SECONDS]   end this process group then: send its leader
                                        the signal, and kill it after so many seconds
    ["forget", GROUP]                   leave it alone
    ["delete", FOLDER]                  delete this folder then

Run by `embedded.guard` as a file, without this package or any other on its path.
"""

import json
import os
import shutil
import signal
import sys
import time

LOOK_SECONDS = 0.02


def main() -> None:
    """Listen until the parent ends, then end its children, the youngest first."""
    groups: dict[int, tuple[int, float]] = {}
    folders: list[str] = []
    for line in sys.stdin:
        action, subject, *how = json.loads(line)
        if action == "watch":
            groups[subject] = (how[0], how[1])
        elif action == "forget":
            groups.pop(subject, None)
        else:
            folders.append(subject)
    for group, (number, patience) in reversed(groups.items()):
        end(group, number, patience)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(group: int, number: int, patience: float) -> None:
    """Ask the group's leader to stop; kill the group after `patience` seconds."""
    try:
        os.kill(group, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(LOOK_SECONDS)
    except ProcessLookupError:
        pass
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
