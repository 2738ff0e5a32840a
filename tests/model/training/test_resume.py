"""A run that is killed goes on as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from model.training.config import TrainingConfig
from model.training.run import prepare
from model.training.running import train
from model.training.state import last_complete, mark_complete
from tests.model.training.runs import write_run

# The dropout of adapters and the order of the data are drawn: both must go on too.
RECIPES = ("max_steps = 24", "max_steps = 24\ndropout = 0.1\nbatch_tokens = 300")
PATIENCE_SECONDS = 120.0


def _start(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "model.training", str(config)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _losses(run: Path) -> dict[int, float]:
    checkpoint = last_complete(run / "checkpoints")
    assert checkpoint is not None
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    return {e["step"]: e["loss"] for e in state["log_history"] if "loss" in e}


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As in the run that is killed: the order of a sum depends on it."""
    count = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(count)


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(RECIPES[0], id="samples"),
        pytest.param(RECIPES[1], id="tokens", marks=pytest.mark.nightly),
    ],
)
def test_a_killed_run_resumes_to_the_same_loss_curve(
    tmp_path: Path, recipe: str
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    config = write_run(killed, recipe=recipe)
    process = _start(config)
    _wait_for_a_checkpoint(killed / "run" / "checkpoints", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stopped = last_complete(killed / "run" / "checkpoints")
    assert stopped is not None
    assert stopped.name != "checkpoint-24", "it was too quick to be killed"

    resumed = _train(config)

    undisturbed = _train(write_run(whole, recipe=recipe))
    curve = _losses(whole / "run")
    assert set(curve) == set(range(1, 25))
    # Sums in another order differ in the seventh digit; other data, in the first.
    assert _losses(killed / "run") == pytest.approx(curve, rel=1e-5)
    assert resumed.pop("skipped") == undisturbed.pop("skipped")
    assert resumed == pytest.approx(undisturbed, rel=1e-4)


def _train(config: Path) -> dict[str, object]:
    return train(prepare(TrainingConfig.load(config)), shows_progress=False)


def _wait_for_a_checkpoint(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while last_complete(folder) is None:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_checkpoint_that_was_cut_off_is_not_taken(tmp_path: Path) -> None:
    for step in (4, 8, 12):
        (tmp_path / f"checkpoint-{step}").mkdir()
    for step in (4, 8):
        mark_complete(tmp_path / f"checkpoint-{step}")

    assert last_complete(tmp_path) == tmp_path / "checkpoint-8"


def test_without_checkpoints_a_run_starts_anew(tmp_path: Path) -> None:
    assert last_complete(tmp_path / "nowhere") is None
