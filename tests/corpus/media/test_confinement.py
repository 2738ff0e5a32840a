"""What a program that we start can find out about us, and reach."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.media.confinement import namespaces_work

REPOSITORY = Path(__file__).resolve().parents[3]

# Starts a program as workers do, and says what the program found.
_WORKER = """
import os, sys
from pathlib import Path
from corpus.media import confinement
from corpus.media.child import Child
if sys.argv[1] == "without namespaces":
    confinement.namespaces_work = lambda: False
command = [sys.executable, "-c", Path(sys.argv[2]).read_text(), sys.argv[3]]
child = Child(command, Path("/tmp"), {}, most_bytes=10_000, network="net" in sys.argv)
found = child.hear(60).decode()
child.close()
assert os.environ["SECRET_KEY"] == "hush-hush"
print(found)
"""
_PROGRAM = """
import glob, json, os, socket, sys
def read(path):
    try:
        return open(path, "rb").read()
    except OSError:
        return b""
def tried(act):
    try:
        return act()
    except OSError as error:
        return type(error).__name__
parent = lambda: open(f"/proc/{os.getppid()}/environ", "rb").read().decode()
everybody = lambda: [path for path in glob.glob("/proc/[0-9]*/environ")
             if b"hush-hush" in read(path)]
reach = lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) and "open"
print(json.dumps({"parent": tried(parent), "all": everybody(), "net": tried(reach),
                  "user": os.getuid()}), flush=True)
"""


@pytest.fixture
def port() -> Iterator[int]:
    """Where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def found_by_a_program(tmp_path: Path, port: int, *options: str) -> dict[str, object]:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    how, *rest = options
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, how, str(program), str(port), *rest],
        cwd=REPOSITORY,
        env={"SECRET_KEY": "hush-hush", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


needs_namespaces = pytest.mark.skipif(
    not namespaces_work(), reason="user namespaces don't work here"
)


@needs_namespaces
def test_a_program_sees_no_process_s_environment_and_no_network(
    tmp_path: Path, port: int
) -> None:
    found = found_by_a_program(tmp_path, port, "with namespaces")

    assert "hush" not in json.dumps(found)
    assert found["parent"] == "PermissionError"
    assert found["net"] != "open"
    assert found["user"] == os.getuid()


@needs_namespaces
def test_a_program_that_needs_the_network_keeps_it(tmp_path: Path, port: int) -> None:
    found = found_by_a_program(tmp_path, port, "with namespaces", "net")

    assert "hush" not in json.dumps(found)
    assert found["net"] == "open"


def test_without_namespaces_the_worker_s_own_environment_is_closed_all_the_same(
    tmp_path: Path, port: int
) -> None:
    found = found_by_a_program(tmp_path, port, "without namespaces")

    assert "hush" not in str(found["parent"])
