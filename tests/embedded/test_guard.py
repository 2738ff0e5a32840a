"""Nothing that a killed process ran outlives it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.embedded.waiting import wait_for_text, wait_until_gone

# Runs two programs: one that ends when it is asked, and says so, and one that does
# not, with a child of its own.
PARENT = """
import sys, time
from pathlib import Path
from embedded.guard import guard
from embedded.process import ChildProcess

guard().delete_at_end(Path(sys.argv[1], "deleted"))

def run(name, script, patience):
    log_file = Path(sys.argv[1], name)
    ChildProcess(["sh", "-c", script], log_file=log_file, patience=patience)

run("polite", "trap 'echo bye; exit' TERM; while :; do echo up; sleep 0.1; done", 30)
run("stubborn", "trap '' TERM; sleep 1000 & echo up; wait", 0.2)
time.sleep(1000)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_and_grandchildren_end_with_their_parent(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "deleted" / "deep").mkdir(parents=True)
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command) as parent:
        wait_for_text(tmp_path / "polite", "up")
        wait_for_text(tmp_path / "stubborn", "up")
        family = psutil.Process(parent.pid).children(recursive=True)

        os.kill(parent.pid, number)

    wait_until_gone(family)
    assert len(family) >= 4  # the guard, the two programs, and a child of one
    assert not (tmp_path / "deleted").exists()
    assert (tmp_path / "polite").read_text().endswith("bye\n")


# Ends in order, with nothing left to end but a folder to delete.
ORDERLY = """
import sys
from pathlib import Path
from embedded.guard import guard

guard().delete_at_end(Path(sys.argv[1]))
"""


def test_an_orderly_end_leaves_neither_a_warning_nor_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deleted"
    folder.mkdir()

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", ORDERLY, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == ""
    assert not folder.exists()
