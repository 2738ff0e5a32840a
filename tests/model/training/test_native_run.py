"""Fine-tunes of tiny real checkpoints: learnt, resumed, kept, refused."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch

from corpus.records import CommentRecord, VideoRecord, record_line
from model.native.adapter import AdapterError
from model.plain_values import ConfigError
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.evaluate import evaluate
from model.training.examples import Example
from model.training.learner import HeldOutSet, Learner
from model.training.measuring import clip_store
from model.training.running import ready, train
from model.training.video_effect import View
from tests.model.training.native_runs import clip_records, write_native_run
from tests.specimens.checkpoints import build

COMMENTS = ["so cute lol", "I love this song", "who else is here", "the best part"]
HELD_OUT = "this video at the end"


def _memorable(folder: Path) -> list[VideoRecord]:
    """Four clips and one held out, each with a comment of its own."""
    return [
        replace(record, comments=(CommentRecord(text, 1),))
        for record, text in zip(
            clip_records(folder, 4), [*COMMENTS, HELD_OUT], strict=True
        )
    ]


def _losses(run: Path) -> list[float]:
    state = max(
        run.glob("checkpoints/checkpoint-*/trainer_state.json"),
        key=lambda path: int(path.parent.name.split("-")[1]),
    )
    history = json.loads(state.read_text())["log_history"]
    return [entry["loss"] for entry in history if "loss" in entry]


def _said(learner: Learner, examples: Sequence[Example]) -> list[str]:
    dataset = cast(HeldOutSet, learner.datasets[0])
    videos = [dataset.video(index) for index in range(len(examples))]
    return learner.answers(videos, [example.prompt for example in examples])


@pytest.mark.slow
@pytest.mark.parametrize(
    "family", ["qwen2_5_vl", pytest.param("internvl", marks=pytest.mark.nightly)]
)
def test_a_fine_tune_memorises_and_its_adapter_says_the_same_again(
    family: str, tmp_path: Path
) -> None:
    config = TrainingConfig.load(
        write_native_run(
            tmp_path,
            family,
            data="tasks = false",
            recipe="max_steps = 60",
            records=_memorable(tmp_path),
            settings="per_device_batch = 4\nglobal_batch = 4\nevaluation_steps = 60",
        )
    )
    prepared = ready(config)

    train(prepared, shows_progress=False)

    losses = _losses(tmp_path / "run")
    assert losses[-1] < losses[0] / 4
    with clip_store(prepared) as frames:
        examples = prepared.examples.training
        learner = prepared.learner(prepared.load(tmp_path / "run" / "last"), frames)
        assert _said(learner, examples) == [example.answer for example in examples]
        untrained = prepared.learner(prepared.start(), frames)
        assert set(_said(untrained, examples)).isdisjoint(COMMENTS)
    # The prompt is the same for all four: what to say is on the clip alone.
    results = evaluate(prepared.asking(examples), tmp_path / "run" / "last", list(View))
    found = {view: result["comment_perplexity"] for view, result in results.items()}
    with_video = found.pop(View.VIDEO)
    assert all(perplexity > 2 * with_video for perplexity in found.values()), found


@pytest.mark.nightly  # by day a smaller network does
def test_a_fine_tune_goes_on_where_it_stopped(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    whole = train(ready(config), shows_progress=False)
    curve = _losses(tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints" / "checkpoint-12")
    (tmp_path / "run" / "result.json").unlink()

    resumed = train(ready(config), shows_progress=False)

    assert len(curve) == 12
    assert _losses(tmp_path / "run") == pytest.approx(curve, rel=1e-5)
    assert resumed.pop("tasks") == whole.pop("tasks")
    assert resumed.pop("skipped") == whole.pop("skipped") == {}
    assert resumed == pytest.approx(whole, rel=1e-4)


@pytest.mark.slow
def test_broken_clips_and_long_texts_are_skipped_and_counted(tmp_path: Path) -> None:
    records = clip_records(tmp_path, 6)
    broken = tmp_path / records[0].video_path
    broken.write_bytes(b"no video")
    lengthy = replace(records[1], title="so long " * 300)
    config = TrainingConfig.load(
        write_native_run(
            tmp_path,
            native="max_tokens = 900",
            data="title_share = 1.0",
            recipe="epochs = 1",
            records=[records[0], lengthy, *records[2:]],
        )
    )

    skipped = train(ready(config), shows_progress=False)["skipped"]

    assert str(broken) in skipped
    assert any("are more than 900" in reason for reason in skipped.values())


def test_what_a_config_does_not_name_is_the_fine_tune_s_of_the_supplement(
    tmp_path: Path,
) -> None:
    file = tmp_path / "run.toml"
    file.write_text('[native]\ncheckpoint = "/somewhere"\n[recipe]\nseed = 3\n')

    recipe = TrainingConfig.load(file).recipe

    assert (recipe.learning_rate, recipe.epochs, recipe.global_batch) == (2e-5, 3, 128)
    assert recipe.patience > 0
    assert recipe.seed == 3
    assert TrainingConfig().recipe.learning_rate == 4e-5


def test_a_run_without_anything_held_out_is_refused(tmp_path: Path) -> None:
    learnt_alone = clip_records(tmp_path)[:-1]
    config = TrainingConfig.load(write_native_run(tmp_path, records=learnt_alone))

    with pytest.raises(TrainingError, match="raise `held_out_share`"):
        ready(config)


def test_a_fine_tune_of_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text("[native]\nframe_count = 4\n")

    with pytest.raises(ConfigError, match=r"native\.checkpoint"):
        TrainingConfig.load(file)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    shutil.rmtree(tmp_path / "published")

    with pytest.raises(TrainingError, match="published"):
        ready(config)


def test_a_model_without_videos_is_refused(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    for name in ("processor_config.json", "video_preprocessor_config.json"):
        (tmp_path / "published" / name).unlink(missing_ok=True)

    with pytest.raises(TrainingError, match="published"):
        ready(config)


def test_a_benchmark_video_is_refused_here_too(tmp_path: Path) -> None:
    records = clip_records(tmp_path, 3)
    benchmark = tmp_path / "benchmark.jsonl"
    benchmark.write_text(record_line(records[2]))
    config = TrainingConfig.load(
        write_native_run(
            tmp_path,
            data=f'benchmark_records = ["{benchmark}"]',
            records=records,
        )
    )

    with pytest.raises(TrainingError, match="are in the benchmark"):
        ready(config)


def test_a_fine_tune_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    native = replace(config.native, max_tokens=200_000_000)

    with pytest.raises(TrainingError, match="lower `per_device_batch`"):
        ready(replace(config, native=native))


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    prepared = ready(config)
    with clip_store(prepared) as frames:
        prepared.learner(prepared.start(), frames).export(tmp_path / "adapter")
        other = build("smolvlm", tmp_path / "other")
        native = replace(config.native, checkpoint=str(other))
        another = ready(replace(config, native=native))

        with pytest.raises(AdapterError, match="another network"):
            another.load(tmp_path / "adapter")


def test_an_adapter_as_a_pickle_is_refused(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_native_run(tmp_path))
    prepared = ready(config)
    folder = tmp_path / "adapter"
    with clip_store(prepared) as frames:
        prepared.learner(prepared.start(), frames).export(folder)
        (folder / "adapter_model.safetensors").unlink()
        torch.save({}, folder / "adapter_model.bin")

        with pytest.raises(AdapterError, match=r"it has no adapter_model\.safetensors"):
            prepared.load(folder)
