"""A model that was fine-tuned on a set of MMLA answers its test split in a round."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from generation.installation import known_entry
from generation.services.engines import EngineKeeper
from model.training.__main__ import main as train
from tests.faults.installation import ENTRY, MODEL
from tests.specimens.checkpoints import build as build_checkpoint
from tests.tasks.mmla.splits import write_splits
from tests.thinking.asking import work_on, write_entry
from thinking.models import Build, RunState
from thinking.selectors.previews import Manner
from thinking.selectors.results import current_label_results
from thinking.services.runs import start_run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SAID = ("Oh great, another Monday", "The train leaves at nine")
CONFIG = """
output = "{folder}/run"

[native]
checkpoint = "{folder}/checkpoints/published"
frame_count = 4
max_short_side = 64

[native.lora]
rank = 8
alpha = 32
dropout = 0.0

[data]
kind = "mmla"
mmla = ["{folder}/MMLA-Datasets"]

[recipe]
max_steps = 40
learning_rate = 1e-2
per_device_batch = 2
global_batch = 2
evaluation_steps = 40
precision = "fp32"
workers = 0
"""


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


def test_a_fine_tune_on_one_set_answers_its_test_split_in_a_round(
    tmp_path: Path,
    keeper: EngineKeeper,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = tmp_path / "checkpoints"
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    folder = write_splits(tmp_path, "MUStARD", SAID)
    build_checkpoint("qwen2_5_vl", tmp_path / "checkpoints" / "published")
    config = tmp_path / "sft.toml"
    config.write_text(CONFIG.format(folder=tmp_path))
    monkeypatch.setattr(sys, "argv", ["training", str(config), "--set", "MUStARD"])

    assert train() == 0

    best = tmp_path / "run" / "MUStARD" / "best"
    result = json.loads((best.parent / "result.json").read_text())
    # What is foreseen token by token is what is written.
    assert result["best_held_out_accuracy"] == result["micro_pct"] / 100 == 1
    best.rename(tmp_path / "checkpoints" / MODEL)
    write_entry(tmp_path, ENTRY + 'base = "published"\n')
    call_command("build_mmla", folder, seal=True, process_media=True, verbosity=0)
    build = Build.objects.get()
    run = start_run(build=build, entry=known_entry(MODEL), manner=Manner(seed=1))
    while run.state == RunState.OPEN:
        work_on(run, keeper)
    (found,) = current_label_results(build).runs
    assert found.counts.unreadable == 0
    assert found.accuracy.pct == 100
