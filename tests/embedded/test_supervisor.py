"""The supervisor starts what died, waits longer each time, and stops in order."""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded.errors import EmbeddedError
from embedded.process import ChildProcess
from embedded.stop_signals import StopRequested
from embedded.supervisor import Supervisor
from tests.embedded.waiting import PATIENCE_SECONDS, wait_for_text


class ShellService:
    """A service that is a line of shell."""

    def __init__(self, name: str, script: str, folder: Path) -> None:
        self.name = name
        self.pids: list[int] = []
        self.started_at: list[float] = []
        self._script = script
        self._log_file = folder / name
        self._child: ChildProcess | None = None

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    def start(self, _pause: Callable[[float], object] = time.sleep) -> None:
        if self._script == "refuse":
            raise EmbeddedError("It does not start. Log: ...")
        self._child = ChildProcess(
            ["sh", "-c", self._script], log_file=self._log_file, patience=5
        )
        self.pids.append(self._child.pid)
        self.started_at.append(time.monotonic())

    def stop(self) -> None:
        if self._child:
            self._child.stop()


def watch_until(condition: Callable[[], bool], *services: ShellService) -> None:
    """Watch the services until the condition holds, then stop them as Ctrl-C would."""
    deadline = time.monotonic() + PATIENCE_SECONDS

    def pause(seconds: float) -> None:
        assert time.monotonic() < deadline
        if condition():
            raise StopRequested
        time.sleep(min(seconds, 0.05))

    supervisor = Supervisor(services, pause)
    with pytest.raises(StopRequested):
        supervisor.watch()
    supervisor.stop()


def test_a_killed_service_is_started_again_and_the_person_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = ShellService("The web server", "sleep 1000", tmp_path)
    service.start()
    os.kill(service.pids[0], signal.SIGKILL)

    with caplog.at_level(logging.WARNING):
        watch_until(lambda: len(service.pids) == 2, service)

    assert "The web server ended" in caplog.text
    assert "The web server runs again" in caplog.text


def test_a_service_that_dies_at_once_is_started_less_and_less_often(
    tmp_path: Path,
) -> None:
    service = ShellService("The worker", "exit 1", tmp_path)
    service.start()

    watch_until(lambda: len(service.started_at) == 3, service)

    first, second, third = service.started_at
    assert second - first >= 0.5
    assert third - second >= 1.0


def test_a_service_that_cannot_start_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = ShellService("The broker", "refuse", tmp_path)
    killed = ShellService("The worker", "sleep 1000", tmp_path)
    killed.start()
    os.kill(killed.pids[0], signal.SIGKILL)

    with caplog.at_level(logging.WARNING):
        watch_until(lambda: len(killed.pids) == 2, broken, killed)

    assert "It does not start" in caplog.text


def test_services_stop_in_the_opposite_order(tmp_path: Path) -> None:
    names = ("database", "broker", "web", "worker")
    script = (
        "trap 'echo {} >> {}/ends; exit' TERM; while :; do echo up; sleep 0.1; done"
    )
    services = [
        ShellService(name, script.format(name, tmp_path), tmp_path) for name in names
    ]
    for service in services:
        service.start()
        wait_for_text(tmp_path / service.name, "up")

    Supervisor(services, time.sleep).stop()

    ends = (tmp_path / "ends").read_text().split()
    assert ends == ["worker", "web", "broker", "database"]
