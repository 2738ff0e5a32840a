"""The commands that make nano and say what it is worth, on a network of one minute."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from corpus.records import record_line
from model import checkpoint
from model.initialisation import build
from model.nano import __main__ as command
from model.nano.preparation import CLIP_SEEDS, LICENSE
from model.nano.sets import FILES, LEARNT_CLIPS, TEST_SEED, TEST_SOURCE, read_sets
from model.synthetic.moving_shapes import every_combination
from model.training.config import TrainingConfig
from model.training.run import prepare
from model.training.running import train
from tests.model.training.runs import write_run
from tests.tasks.records import corpus, random_corpus

SHIPPED = Path("model/checkpoints/mimic-chat-nano").resolve()


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A run's config, when the run is over."""
    config = write_run(tmp_path)
    train(prepare(TrainingConfig.load(config)), shows_progress=False)
    return config


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["nano", *map(str, words)])
    return command.main()


def write_collections(folder: Path) -> Path:
    """Records that nano may have learnt from, and some of the source it never read."""
    free = [replace(r, extra={"license": LICENSE}) for r in random_corpus(1, 60)]
    other = [replace(r, extra={"source": TEST_SOURCE}) for r in corpus()]
    folder.mkdir()
    (folder / FILES[0]).write_text("".join(map(record_line, free)))
    with gzip.open(folder / FILES[1], "wt") as file:
        file.writelines(map(record_line, other))
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
def test_what_was_trained_is_packed_and_writes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    best, packed = tmp_path / "run" / "best", tmp_path / "packed"

    assert run(monkeypatch, "pack", best, "--to", packed) == 0

    whole = (best / checkpoint.WEIGHTS).stat().st_size
    assert (packed / checkpoint.WEIGHTS).stat().st_size < 0.7 * whole
    assert run(monkeypatch, "samples", packed, "--count", "3") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.slow
def test_nano_is_measured_from_the_collections_alone_with_and_without_the_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_collections(tmp_path / "data")
    monkeypatch.chdir(tmp_path)

    assert run(monkeypatch, "measure", SHIPPED, "--data", data) == 0

    said = capsys.readouterr().out
    test, held_out = said.split("Held-out set: ")
    assert f"Test set: {TEST_SOURCE}, seed {TEST_SEED}, untouched; 75 comments" in test
    for table in (test, held_out):
        assert "| 4-gram, Kneser-Ney |" in table
        for view in ("with the video", "without a video", "black frames"):
            assert f"| nano, {view} |" in table
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_test_set_was_never_learnt_nor_chosen_by(tmp_path: Path) -> None:
    data = write_collections(tmp_path / "data")

    first = read_sets(data, tmp_path / "clips")
    again = read_sets(data, tmp_path / "clips")

    texts = [
        {e.answer for e in side} for side in (first.learnt, first.held_out, first.test)
    ]
    assert all(texts)
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]
    assert first == again
    learnt_from = {f"{clip.name}.mp4" for clip in every_combination(CLIP_SEEDS)}
    shown = {e.clip.name for e in first.test if e.clip}
    assert shown
    assert not shown & (learnt_from | LEARNT_CLIPS)


def test_measuring_without_the_collections_says_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIMIC_SHARED_DATA", str(tmp_path))

    assert run(monkeypatch, "measure", SHIPPED) == 2

    said = capsys.readouterr().err
    assert f"{tmp_path} holds no mimic_data.jsonl" in said
    assert "--data or in MIMIC_SHARED_DATA" in said


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
