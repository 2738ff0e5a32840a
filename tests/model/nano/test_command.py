"""The commands that make nano and say what it is worth, on a network of one minute."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from corpus.records import record_line
from model import checkpoint
from model.initialisation import build
from model.nano import __main__ as command
from model.nano.measuring import every_comment
from model.training.config import TrainingConfig
from model.training.run import prepare
from model.training.running import train
from tests.model.training.runs import write_run
from tests.tasks.records import corpus


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A run's config, when the run is over."""
    config = write_run(tmp_path)
    train(prepare(TrainingConfig.load(config)), shows_progress=False)
    return config


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["nano", *map(str, words)])
    return command.main()


@pytest.mark.slow
def test_what_was_trained_is_measured_packed_and_writes(
    trained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    best, packed = tmp_path / "run" / "best", tmp_path / "packed"

    assert run(monkeypatch, "pack", best, "--to", packed) == 0
    assert run(monkeypatch, "measure", packed, trained) == 0
    table = capsys.readouterr().out

    whole = (best / checkpoint.WEIGHTS).stat().st_size
    assert (packed / checkpoint.WEIGHTS).stat().st_size < 0.7 * whole
    assert "| 4-gram, Kneser-Ney |" in table
    assert "| nano |" in table
    assert run(monkeypatch, "samples", packed, "--count", "3") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_all_comments_of_people_are_measured_and_no_others(tmp_path: Path) -> None:
    config = TrainingConfig.load(write_run(tmp_path))
    people = tmp_path / "people.jsonl"
    people.write_text("".join(map(record_line, corpus())))
    data = replace(
        config.data,
        comment_records=(str(people),),
        comments_per_video=1,
        evaluation_examples=1,
    )
    asked = every_comment(replace(config, data=data))

    held_out = prepare(asked).held_out

    assert len(held_out) > 1
    assert all(example.question is None for example in held_out)


def test_a_folder_without_a_checkpoint_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "samples", tmp_path) == 2
    assert "is no checkpoint" in capsys.readouterr().err


def test_a_blend_lies_between_the_language_models_and_is_else_the_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared = prepare(TrainingConfig.load(write_run(tmp_path)))
    before, after = (build(prepared.network_config) for _ in range(2))
    for name, network in (("before", before), ("after", after)):
        checkpoint.save(network, tmp_path / name, tokenizer=prepared.encoder.tokenizer)
    folders = [tmp_path / name for name in ("before", "after")]

    assert run(monkeypatch, "blend", *folders, "--to", tmp_path / "b") == 0

    blended = dict(checkpoint.load(tmp_path / "b").network.named_parameters())
    old, new = (dict(network.named_parameters()) for network in (before, after))
    word = "language_model.model.embed_tokens.weight"
    torch.testing.assert_close(blended[word], 0.3 * old[word] + 0.7 * new[word])
    eye = "spatial_projector.linear_1.weight"
    assert blended[eye].equal(new[eye])
    assert run(monkeypatch, "blend", *folders, "--to", folders[0], "--share", "2") == 2
    assert "from 0 to 1" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
def test_taught_encoders_leave_the_language_model_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("model.nano.seeing.CLIP_SEEDS", range(1))
    best, seeing = tmp_path / "run" / "best", tmp_path / "seeing"

    assert run(monkeypatch, "see", best, "--to", seeing, "--steps", "2") == 0
    assert "right in the end: colour and shape" in capsys.readouterr().out

    before = dict(checkpoint.load(best).network.named_parameters())
    after = dict(checkpoint.load(seeing).network.named_parameters())
    same = {name for name in before if before[name].equal(after[name])}
    assert {name for name in before if name.startswith("language_model.")} <= same
    for part in ("spatial_encoder.", "temporal_encoder."):
        assert {name for name in before if name.startswith(part)} - same
