"""`demo` from the first start to the last: pages, data, stops, kills, second starts."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import LiteralString
from urllib.parse import unquote, urlsplit

import psutil
import psycopg
import pytest

from tests.embedded.running_demo import PROJECT, RunningDemo
from tests.embedded.waiting import wait_until, wait_until_gone

pytestmark = pytest.mark.slow

LOGIN = "/accounts/login/"


@pytest.fixture(scope="module")
def loaded_state() -> Iterator[Path]:
    """The folder of a demo that was started once, and stopped."""
    with tempfile.TemporaryDirectory(prefix="mimic-embedded-") as name:
        Path(name).chmod(0o755)
        demo = RunningDemo(Path(name, "demo"))
        try:
            demo.wait_until_ready()
        finally:
            demo.stop()
        yield demo.state


@pytest.fixture
def start(loaded_state: Path, folder: Path) -> Iterator[Callable[..., RunningDemo]]:
    """Start the demo on this test's own copy of the loaded folder."""
    subprocess.run(["cp", "-a", loaded_state, folder / "demo"], check=True)
    started: list[RunningDemo] = []

    def start(*options: str) -> RunningDemo:
        # The same port each time, as a person does.
        port = started[0].port if started else None
        started.append(RunningDemo(folder / "demo", *options, port=port))
        return started[-1]

    yield start
    for demo in started:
        if demo.process.poll() is None:
            demo.stop()


@pytest.fixture(scope="module")
def running(loaded_state: Path) -> Iterator[RunningDemo]:
    """A demo that runs, for tests that leave it running."""
    with tempfile.TemporaryDirectory(prefix="mimic-embedded-") as name:
        Path(name).chmod(0o755)
        subprocess.run(["cp", "-a", loaded_state, Path(name, "demo")], check=True)
        demo = RunningDemo(Path(name, "demo"))
        try:
            demo.wait_until_ready()
            yield demo
        finally:
            demo.stop()


def note(demo: RunningDemo, table: LiteralString = "noted") -> None:
    """Write something that is there only if nothing was lost."""
    with psycopg.connect(demo.database_url()) as connection:
        connection.execute(f"CREATE TABLE {table} (number integer)")


def socket_folder_of(demo: RunningDemo) -> Path:
    host = urlsplit(demo.database_url()).netloc.split("@")[1]
    return Path(unquote(host))


def has_note(demo: RunningDemo, table: str = "noted") -> bool:
    with psycopg.connect(demo.database_url()) as connection:
        found = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
    return found != (None,)


def test_a_stopped_or_killed_demo_leaves_no_process_and_comes_back_with_its_data(
    start: Callable[..., RunningDemo],
) -> None:
    demo = start()
    demo.wait_until_ready()
    assert "<form" in demo.page(LOGIN)
    note(demo)
    family = demo.family()

    status = demo.stop(signal.SIGTERM)

    assert status == 0
    wait_until_gone(family)
    assert not socket_folder_of(demo).exists()
    again = start()
    again.wait_until_ready()
    assert has_note(again)
    assert "Loading the demo study" not in again.output
    note(again, "noted_later")
    family = again.family()

    again.stop(signal.SIGKILL)

    wait_until_gone(family)
    last = start()
    last.wait_until_ready()
    assert has_note(last, "noted_later")


def test_pages_and_static_files_are_compressed_and_static_files_kept(
    running: RunningDemo,
) -> None:
    page = running.headers(LOGIN)
    (script,) = re.findall(r'src="(/static/js/page\.\w+\.js)"', running.page(LOGIN))

    static = running.headers(script)

    assert page["Content-Encoding"] == "gzip"
    assert static["Content-Encoding"] == "br"
    assert "immutable" in static["Cache-Control"]


def test_bodies_that_trickle_in_stop_nobody(running: RunningDemo) -> None:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            for _ in range(16)
        ]
        for one in slow:
            one.sendall(post_head(1000) + b"a")

        assert "<form" in running.page(LOGIN)
        # A whole form is answered; it lacks its token.
        assert answer_to(running.port, post_head(1) + b"a") == 403


def test_a_stranger_sends_no_large_body(running: RunningDemo) -> None:
    assert answer_to(running.port, post_head(10_000_000)) == 413


def post_head(length: int) -> bytes:
    lines = [
        f"POST {LOGIN} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        # Without it nobody would read the body.
        f"Cookie: csrftoken={'t' * 32}",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def answer_to(port: int, request: bytes) -> int:
    """The status of the answer to what is sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return int(connection.recv(100).split()[1])


@pytest.mark.nightly
def test_a_start_right_after_a_kill_takes_over(
    start: Callable[..., RunningDemo],
) -> None:
    demo = start()
    demo.wait_until_ready()
    note(demo)
    family = demo.family()
    guards = [process for process in family if "guard_process" in command(process)]
    for process in guards:  # so that all the others are still there
        process.kill()

    demo.stop(signal.SIGKILL)
    again = start()
    again.wait_until_ready()

    assert len(guards) == 1
    wait_until_gone(family)
    assert has_note(again)
    assert "<form" in again.page(LOGIN)


def test_killed_parts_come_back_while_the_demo_runs(running: RunningDemo) -> None:
    note(running)
    parts = ("postgres", "valkey-server", "embedded.serving", "celery")
    wait_until(lambda: all(map(main_processes(running).get, parts)), "all parts")
    before = main_processes(running)

    for part in parts:
        before[part].kill()

    wait_until(
        lambda: all(
            main_processes(running).get(part) not in {None, before[part]}
            for part in parts
        ),
        "new processes of all parts",
    )
    wait_until(lambda: "<form" in running.page(LOGIN), "the login page")
    assert has_note(running)


def command(process: psutil.Process) -> str:
    """Return its command line; empty if it has ended since it was listed."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def main_processes(demo: RunningDemo) -> dict[str, psutil.Process]:
    """Return the demo's direct children by a word of their command lines."""
    found = {}
    for process in psutil.Process(demo.process.pid).children():
        line = command(process)
        for part in ("postgres", "valkey-server", "embedded.serving", "celery"):
            if part in line and process.status() != psutil.STATUS_ZOMBIE:
                found[part] = process
    return found


def test_a_second_start_says_where_the_first_one_runs(running: RunningDemo) -> None:
    second = RunningDemo(running.state, port=running.port)

    assert second.process.wait() == 1
    assert f"running already: http://127.0.0.1:{running.port}/" in second.output
    assert "Traceback" not in second.output
    wait_until(lambda: "<form" in running.page(LOGIN), "the login page")


def test_a_reset_that_nobody_confirms_deletes_nothing(
    start: Callable[..., RunningDemo], folder: Path
) -> None:
    before = sorted(folder.rglob("*.mp4"))

    demo = start("--reset")

    assert demo.process.wait() == 1
    assert "[y/N]" in demo.output
    assert "Nothing was deleted" in demo.output
    assert before
    assert sorted(folder.rglob("*.mp4")) == before


@pytest.mark.nightly
def test_a_confirmed_reset_begins_anew_and_can_be_interrupted(
    start: Callable[..., RunningDemo], folder: Path
) -> None:
    old_key = (folder / "demo" / "secret_key").read_text()

    demo = start("--reset", "--yes")
    demo.wait_until_it_says("Loading the demo study")
    family = demo.family()
    status = demo.stop(signal.SIGINT)

    assert status == 0
    assert (folder / "demo" / "secret_key").read_text() != old_key
    wait_until_gone(family)


@pytest.fixture
def unwritable(folder: Path) -> Iterator[Path]:
    if os.geteuid() == 0:
        yield Path("/sys")  # root writes everywhere but there
    else:
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_reported_in_one_line(
    unwritable: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "embedded", "--state", unwritable / "demo"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot write in {unwritable}/demo (")
    assert done.stderr.count("\n") == 1
