"""What a run will take, told before anything is rented."""

from pathlib import Path

import pytest
from accelerate.utils.deepspeed import (  # type: ignore[import-untyped]
    HfDeepSpeedConfig,
)

from model.config import MimicChatConfig
from model.training import arguments
from model.training.__main__ import main
from model.training.config import TrainingConfig
from model.training.estimate import (
    A6000,
    H200,
    Load,
    Machine,
    epoch_flops,
    estimates,
    load_of,
)
from model.training.memory import memory_need
from model.training.recipe import accumulation_steps
from tests.model.training.runs import write_run

RECIPES = Path(arguments.__file__).parent / "recipes"
DEVICES = {"one_gpu": 1, "six_gpus": 6, "eight_gpus": 8, "two_nodes": 16}


@pytest.mark.parametrize(("name", "devices"), DEVICES.items())
def test_each_recipe_loads_can_be_batched_and_fits(name: str, devices: int) -> None:
    config = TrainingConfig.load(RECIPES / f"{name}.toml")

    assert accumulation_steps(
        global_batch=config.recipe.global_batch,
        per_device_batch=config.recipe.per_device_batch,
        device_count=devices,
    )
    need = memory_need(MimicChatConfig(), config.recipe, device_count=devices)
    gpu = A6000 if name == "six_gpus" else H200
    assert need.total < gpu.memory_gib * 1024**3


def test_deepspeed_gets_stage_one_and_the_recipes_batches() -> None:
    config = HfDeepSpeedConfig(str(arguments.DEEPSPEED))

    assert config.get_value("zero_optimization.stage") == 1
    assert config.get_value("train_micro_batch_size_per_gpu") == "auto"


def test_the_papers_scale_takes_the_hours_that_arithmetic_says() -> None:
    """1.6 million examples one by one: 6 operations a weight and token, 7.4 billion."""
    config = TrainingConfig()
    load = Load(1_600_000, 1_600_000 * 2_350)

    operations = epoch_flops(MimicChatConfig(), load)
    (found,) = estimates(
        config, MimicChatConfig(), load, utilisation=0.4, machines=[Machine(H200, 8)]
    )

    assert operations == pytest.approx(1.8e20, rel=0.1)
    assert found.epoch_hours == pytest.approx(16, abs=2)
    assert found.global_batch == 16


def test_a_sample_of_records_stands_for_as_many_videos_as_asked(
    tmp_path: Path,
) -> None:
    config = TrainingConfig.load(write_run(tmp_path))

    sample, whole = (load_of(config, videos=videos) for videos in (15, 1500))

    assert whole.sequence_count == 100 * sample.sequence_count
    assert whole.token_count == 100 * sample.token_count


def test_the_command_prints_a_row_a_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = write_run(tmp_path)
    monkeypatch.setattr("sys.argv", ["training", str(config), "--estimate"])

    assert main() == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines if line.startswith("| ")] == [
        "| machine",
        "| ---",
        "| 1 x H200",
        "| 6 x RTX A6000",
        "| 8 x H200",
        "| 16 x H200 on 2 nodes",
    ]
