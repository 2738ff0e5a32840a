"""MMLA as training data: its splits, its prompts, its sets alone and mixed."""

import json
import sys
from pathlib import Path

import pytest

from model import checkpoint
from model.plain_values import ConfigError
from model.training import arguments
from model.training.__main__ import main
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.evaluate import table
from model.training.run import prepare
from model.training.running import train
from model.training.video_effect import View, examples_of
from tasks.__main__ import main as tasks_command
from tasks.mmla.sets import all_sets
from tests.model.training.runs import write_run
from tests.tasks.mmla.splits import write_splits

RECIPES = Path(arguments.__file__).parent / "recipes"
SAID = ("Oh great", "I see", "What a day", "NA")


def _config(folder: Path, *, data: str = "", recipe: str = "max_steps = 4") -> Path:
    return write_run(
        folder,
        data=f'kind = "mmla"\nmmla = ["{folder}/MMLA-Datasets"]\n{data}',
        recipe=recipe,
    )


@pytest.mark.slow
def test_instruction_tuning_mixes_sets_and_measures_each_on_its_dev_split(
    tmp_path: Path,
) -> None:
    for name in ("MELD", "MOSI"):
        write_splits(tmp_path, name, SAID)
    config = TrainingConfig.load(_config(tmp_path))

    prepared = prepare(config)
    result = train(prepared, shows_progress=False)

    learnt = prepared.examples.training
    assert len(learnt) == len(prepared.held_out) == 8
    assert learnt[0].prompt.startswith(
        "You are presented with a video in which the speaker says: Oh great.\n"
    )
    assert learnt[0].answer == "emotion: neutral"
    assert {example.answer for example in learnt[4:]} == {
        "sentiment: positive",
        "sentiment: negative",
    }
    assert all(e.clip and e.clip.is_file() for e in learnt)
    assert {name: one["item_count"] for name, one in result["tasks"].items()} == {
        "MELD": 4,
        "MOSI": 4,
    }
    assert result["tasks"]["MOSI"]["majority_pct"] == 50
    written = json.loads((tmp_path / "run" / "result.json").read_text())
    assert written["micro_pct"] == result["micro_pct"]
    assert "| MOSI |" in table({View.VIDEO: result})
    assert checkpoint.load(tmp_path / "run" / "best").network.config.name == "tiny"


def test_without_video_the_text_alone_is_named(tmp_path: Path) -> None:
    write_splits(tmp_path, "MELD", SAID)
    file = _config(tmp_path, data='shows_video = false\nwording = "code"')

    prepared = prepare(TrainingConfig.load(file))

    assert "Based on the text, what is the emotion" in prepared.held_out[0].prompt
    assert prepared.held_out[0].clip is None
    with_clips = prepare(TrainingConfig.load(_config(tmp_path)))
    (first, *_) = examples_of(View.NONE, with_clips.held_out, seed=0)
    assert "a video" not in first.prompt


def test_builds_of_the_two_splits_are_learnt_from_like_the_folder(
    tmp_path: Path,
) -> None:
    folder = write_splits(tmp_path, "MUStARD", SAID)
    for split in ("train", "dev"):
        made = tmp_path / "builds" / split
        tasks_command(["build-mmla", str(folder), "--to", str(made), "--split", split])
    config = TrainingConfig.load(_config(tmp_path))
    data = f'kind = "mmla"\nmmla = ["{tmp_path}/builds"]\nclips = "{folder}"'
    file = write_run(tmp_path, data=data)
    file.write_text(file.read_text().replace(f'clips = "{tmp_path}"\n', "", 1))

    built = prepare(TrainingConfig.load(file))

    assert [*built.examples.training] == [*prepare(config).examples.training]


def test_one_set_is_chosen_on_the_command_line_with_its_own_rates(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("MELD", "MOSI"):
        write_splits(tmp_path, name, SAID)
    by_set = "[recipe_by_set.MOSI]\nlearning_rate = 3e-3\nepochs = 7"
    file = _config(tmp_path, recipe=by_set)

    words = ["training", str(file), "--set", "MOSI", "--check"]
    monkeypatch.setattr(sys, "argv", words)

    code = main()

    assert code == 0
    assert "4 examples to learn from, 4 held out" in capsys.readouterr().out
    config = TrainingConfig.load(file, "MOSI")
    assert (config.recipe.learning_rate, config.recipe.epochs) == (3e-3, 7)
    assert config.output_folder == tmp_path / "run" / "MOSI"
    with pytest.raises(ConfigError, match="name one, as `--set MELD`"):
        TrainingConfig.load(file)
    with pytest.raises(ConfigError, match="MELDE: no set of MMLA"):
        TrainingConfig.load(file, "MELDE")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = write_splits(tmp_path, "MELD", SAID)
    with pytest.raises(TrainingError, match="No rows of MOSI are in the train and dev"):
        prepare(TrainingConfig.load(_config(tmp_path, data='sets = ["MOSI"]')))

    (folder / "MELD" / "dev.tsv").write_text("id\ttext\tlabel\n")
    with pytest.raises(TrainingError, match="add the rows of the dev split"):
        prepare(TrainingConfig.load(_config(tmp_path)))

    for clip in folder.rglob("*.mp4"):
        clip.unlink()
    (folder / "MELD_video.tar.gz").touch()
    with pytest.raises(TrainingError, match=r"MELD_video\.tar\.gz must be unpacked"):
        prepare(TrainingConfig.load(_config(tmp_path)))


def test_the_presets_are_the_printed_rates_and_possible_batches() -> None:
    presets = sorted(RECIPES.glob("mmla_*.toml"))
    for preset in presets:
        for name in all_sets() if "_sft_" in preset.name else [""]:
            config = TrainingConfig.load(preset, name)
            arguments.training_arguments(config)
            assert config.data.kind == "mmla"

    printed = TrainingConfig.load(RECIPES / "mmla_sft_qwen2vl7b.toml", "MIntRec")
    assert len(presets) == 5
    assert (printed.recipe.learning_rate, printed.recipe.epochs) == (1.1e-4, 60)
    assert (printed.native.lora.rank, printed.native.lora.alpha) == (8, 16)
