"""A run from its config to a network that can be loaded, and what is refused."""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.records import record_line
from model import checkpoint
from model.plain_values import ConfigError
from model.synthetic.files import write_clips
from model.synthetic.moving_shapes import every_combination
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.run import prepare
from model.training.running import train
from tests.model.training.runs import run_network, write_run
from tests.tasks.records import corpus, record


@pytest.mark.slow
def test_a_run_on_clips_learns_skips_what_is_broken_and_can_be_loaded(
    tmp_path: Path,
) -> None:
    clips = list(every_combination(range(1)))[::3]
    records = list(write_clips(clips, tmp_path))
    broken = [one.video_path for one in records[:2]]
    for name in broken:
        (tmp_path / name).write_bytes(b"no video")
    file = write_run(
        tmp_path,
        data="comments_per_video = 2",
        recipe="max_steps = 12\npatience = 3",
        records=records,
    )

    result = train(prepare(TrainingConfig.load(file)), shows_progress=False)

    assert result["steps"] == 12
    run = tmp_path / "run"
    state = json.loads((last_state(run)).read_text())
    losses = [entry["loss"] for entry in state["log_history"] if "loss" in entry]
    assert sum(losses[-3:]) < sum(losses[:3])
    assert set(result["skipped"]) <= {str(tmp_path / name) for name in broken}
    assert result["skipped"]
    loaded = checkpoint.load(run / "best")
    assert loaded.network.config == checkpoint.load(run / "last").network.config
    assert result["comment_perplexity"] > 1
    assert 0 <= result["micro_pct"] <= 100
    assert list(run.glob("checkpoints/runs/*/events*")), "no TensorBoard curves"


def last_state(run: Path) -> Path:
    """The newest checkpoint's state."""
    return max(
        run.glob("checkpoints/checkpoint-*/trainer_state.json"),
        key=lambda path: int(path.parent.name.split("-")[1]),
    )


def test_a_benchmark_video_in_the_training_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "benchmark.jsonl").write_text(record_line(corpus()[3]))
    file = write_run(
        tmp_path,
        data=f'shows_video = false\nbenchmark_records = ["{tmp_path}/benchmark.jsonl"]',
    )

    with pytest.raises(TrainingError, match=r"youtube/train is youtube/train"):
        prepare(TrainingConfig.load(file))


def test_impossible_batches_are_refused_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    file = write_run(tmp_path)

    with pytest.raises(TrainingError, match="3 devices with 4 samples each"):
        prepare(TrainingConfig.load(file))


def test_a_network_that_does_not_fit_is_refused_with_what_would_help(
    tmp_path: Path,
) -> None:
    config = TrainingConfig.load(write_run(tmp_path))
    recipe = replace(
        config.recipe, per_device_batch=512, global_batch=512, precision="fp32"
    )

    with pytest.raises(TrainingError, match="lower `per_device_batch`"):
        prepare(replace(config, network="8b", recipe=recipe))


def test_nothing_to_learn_from_is_said_with_the_reasons(tmp_path: Path) -> None:
    file = write_run(tmp_path, data='licenses = ["CC0-1.0"]\nshows_video = false')

    with pytest.raises(TrainingError, match="15 under other licences"):
        prepare(TrainingConfig.load(file))


def test_an_unknown_field_is_named(tmp_path: Path) -> None:
    file = write_run(tmp_path, recipe="learning_speed = 3")

    with pytest.raises(ConfigError, match="learning_speed"):
        TrainingConfig.load(file)


def test_a_deepspeed_that_rounds_positions_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site"
    (installed / "deepspeed").mkdir(parents=True)
    (installed / "deepspeed" / "__init__.py").touch()
    about = installed / "deepspeed-0.19.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: deepspeed\nVersion: 0.19.1\n")
    monkeypatch.syspath_prepend(str(installed))
    file = write_run(tmp_path, recipe="max_steps = 1\ndeepspeed = true")

    with pytest.raises(TrainingError, match=r"0\.19\.1 rounds.*0\.19\.2 or later"):
        prepare(TrainingConfig.load(file))


@pytest.mark.skipif(find_spec("deepspeed") is not None, reason="DeepSpeed is installed")
def test_deepspeed_that_is_not_installed_is_said_before_anything_is_built(
    tmp_path: Path,
) -> None:
    file = write_run(tmp_path, recipe="max_steps = 1\ndeepspeed = true")

    with pytest.raises(
        TrainingError, match=r"install it, or set\s+`deepspeed = false`"
    ):
        prepare(TrainingConfig.load(file))


def test_random_weights_need_a_tokenizer(tmp_path: Path) -> None:
    config = replace(TrainingConfig.load(write_run(tmp_path)), tokenizer="")

    with pytest.raises(TrainingError, match="name a folder in `tokenizer`"):
        prepare(config)


def test_a_tokenizer_of_another_network_is_refused_by_name(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_run(tmp_path))
    network = run_network()
    text = replace(network.text, answer_end="<|im_end|>")
    replace(network, text=text).save(tmp_path / "network.json")

    with pytest.raises(TrainingError, match=r"does not know <\|im_end\|>"):
        prepare(config)


def test_what_is_held_out_is_sampled_the_same_way_each_time(tmp_path: Path) -> None:
    many = [record("sport", f"goal{number}") for number in range(60)]
    file = write_run(tmp_path, records=many)
    config = TrainingConfig.load(file)
    config = replace(config, data=replace(config.data, evaluation_examples=10))

    first, second = prepare(config), prepare(config)

    assert len(first.held_out) == 10
    assert first.held_out == second.held_out
