"""Two processes make the run that one makes: the same batches, losses and counts."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from corpus.records import CommentRecord, VideoRecord
from tests.model.training.runs import write_run
from tests.tasks.records import corpus

# Two at once in each of two processes, twice: the eight of a step.
AT_ONCE = ("per_device_batch = 4", "per_device_batch = 2")
# No vocabulary makes few tokens of it; short enough to be learnt from all the same.
LONG = [
    "".join(sha256(f"{n}/{part}".encode()).hexdigest() for part in range(7))
    for n in range(4)
]


def _run(config: Path, process_count: int) -> dict[str, Any]:
    launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node"]
    command = (
        [sys.executable, "-m", *launcher, str(process_count), "-m", "model.training"]
        if process_count > 1
        else [sys.executable, "-m", "model.training"]
    )
    done = subprocess.run(
        [*command, str(config)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    # What a process said comes before what the launcher makes of it.
    assert done.returncode == 0, done.stderr[:6000]
    result: dict[str, Any] = json.loads(
        (config.parent / "run" / "result.json").read_text()
    )
    return result


def _losses(config: Path) -> list[float]:
    state = config.parent / "run" / "checkpoints" / "checkpoint-8"
    history = json.loads((state / "trainer_state.json").read_text())["log_history"]
    return [entry["loss"] for entry in history if "loss" in entry]


def _records() -> list[VideoRecord]:
    """Among them comments that no sequence has room for."""
    first, held_out, second, *others = corpus()[3:]
    long = tuple(CommentRecord(text, 2000 + place) for place, text in enumerate(LONG))
    return [
        replace(first, comments=(*long[:2], *first.comments)),
        replace(second, comments=(*long[2:], *second.comments)),
        held_out,
        *others,
    ]


def _config(folder: Path) -> Path:
    folder.mkdir()
    config = write_run(folder, recipe="max_steps = 8", records=_records())
    config.write_text(config.read_text().replace(*AT_ONCE))
    return config


@pytest.mark.nightly
def test_two_processes_learn_as_one_does(tmp_path: Path) -> None:
    one, two = (_config(tmp_path / name) for name in ("one", "two"))

    alone, together = _run(one, 1), _run(two, 2)

    assert len(_losses(one)) == 8
    # Sums in another order differ in the last digits; other batches, in the first.
    assert _losses(two) == pytest.approx(_losses(one), rel=1e-4)
    assert alone["skipped"]
    assert together.pop("skipped") == alone.pop("skipped")
    # Trainer's mean over held-out batches, which fall otherwise on two processes.
    held_out = [result.pop("best_held_out_loss") for result in (together, alone)]
    assert held_out[0] == pytest.approx(held_out[1], rel=2e-2)
    assert together == pytest.approx(alone, rel=1e-3)


@pytest.mark.nightly
def test_two_processes_go_on_where_they_stopped(tmp_path: Path) -> None:
    config = _config(tmp_path / "two")
    together = _run(config, 2)
    whole = _losses(config)
    shutil.rmtree(config.parent / "run" / "checkpoints" / "checkpoint-8")
    (config.parent / "run" / "result.json").unlink()

    resumed = _run(config, 2)

    assert _losses(config) == pytest.approx(whole, rel=1e-4)
    assert resumed.pop("skipped") == together.pop("skipped")
    for result in (resumed, together):
        result.pop("best_held_out_loss")
    assert resumed == pytest.approx(together, rel=1e-3)
