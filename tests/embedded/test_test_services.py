"""The tests' own PostgreSQL and broker: shared by workers, gone with the run."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil
import pytest

from tests.embedded.waiting import wait_until, wait_until_gone

# Every run of all tests shows by day that they share what they should.
pytestmark = pytest.mark.nightly

PROJECT = Path(__file__).resolve().parents[2]
NAMES = ("DATABASE_URL", "CELERY_BROKER_URL", "MEDIA_ROOT")
TESTS = f"""
import json, os, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", [1, 2])
def test_that_notes_its_services(number):
    found = {{name: os.environ[name] for name in {NAMES}}}
    draft = Path(__file__).with_name(f"{{number}}.draft")
    draft.write_text(json.dumps(found))
    draft.rename(draft.with_suffix(".json"))
    time.sleep(SECONDS)
"""


def run_pytest(folder: Path, *options: str, seconds: int) -> subprocess.Popen[bytes]:
    """Run two tests that take some seconds and note their services in `folder`."""
    file = folder / "test_services.py"
    file.write_text(TESTS.replace("SECONDS", str(seconds)))
    left_out = {*NAMES, "PYTEST_XDIST_WORKER"}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-c", str(PROJECT / "pyproject.toml")),
            *("--rootdir", str(PROJECT), *options, str(file)),
        ],
        cwd=PROJECT,
        env={key: value for key, value in os.environ.items() if key not in left_out},
        stdout=subprocess.DEVNULL,
    )


def assert_folders_go(services: dict[str, str]) -> None:
    host = urlsplit(services["DATABASE_URL"]).netloc.split("@")[1]
    folders = [Path(unquote(host)), Path(services["MEDIA_ROOT"]).parent]
    wait_until(lambda: not any(map(Path.exists, folders)), f"the end of {folders}")


def test_parallel_tests_share_a_database_server_but_neither_messages_nor_media(
    tmp_path: Path,
) -> None:
    with run_pytest(tmp_path, "-n", "2", seconds=0) as run:
        run.wait()

    notes = [json.loads(note.read_text()) for note in tmp_path.glob("*.json")]
    first, second = notes
    assert first["DATABASE_URL"] == second["DATABASE_URL"]
    assert first["CELERY_BROKER_URL"] != second["CELERY_BROKER_URL"]
    assert first["MEDIA_ROOT"] != second["MEDIA_ROOT"]
    assert_folders_go(first)


def test_a_killed_test_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    with run_pytest(tmp_path, seconds=1000) as run:
        wait_until(lambda: any(tmp_path.glob("*.json")), "a test that runs")
        family = psutil.Process(run.pid).children(recursive=True)

        run.send_signal(signal.SIGKILL)

    wait_until_gone(family)
    services = json.loads(next(tmp_path.glob("*.json")).read_text())
    assert_folders_go(services)
