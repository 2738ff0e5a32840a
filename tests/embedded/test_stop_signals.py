"""Signals stop the demo between two steps, never within one."""

import signal
import subprocess
import sys

import pytest

WAITING = """
import time
from embedded.stop_signals import StopRequested, StopSignals

signals = StopSignals()
print("up", flush=True)
try:
    for step in range(1, 1000):
        print("step", flush=True)
        time.sleep(0.3)
        print("done", flush=True)
        signals.pause(100)
except StopRequested:
    print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_waiting_but_not_the_step(number: signal.Signals) -> None:
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline(), process.stdout.readline()]

        process.send_signal(number)
        said += process.stdout.readlines()

    assert said == ["up\n", "step\n", "done\n", "stopped\n"]
    assert process.returncode == 0
