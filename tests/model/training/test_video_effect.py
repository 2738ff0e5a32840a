"""The same questions with the video and without it, so that what it adds shows."""

import json
import sys
from pathlib import Path

import pytest
import torch

from model.synthetic.files import write_clips
from model.synthetic.moving_shapes import every_combination
from model.training.__main__ import main
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.evaluate import evaluate, table
from model.training.examples import Example
from model.training.measuring import clip_store
from model.training.running import ready
from model.training.video_effect import BlackFrames, View, decodable, examples_of
from tests.model.training.runs import write_run

EXAMPLES = [
    Example(f"question {number}", "A", Path(f"{number // 2}.mp4"))
    for number in range(10)
]


def _config(folder: Path) -> Path:
    """A run on clips, of which one held-out one is broken."""
    records = list(write_clips(list(every_combination(range(1)))[::3], folder))
    return write_run(folder, data="comments_per_video = 1", records=records)


def _saved(config: Path, folder: Path) -> Path:
    """The network as training would find it, as a checkpoint."""
    prepared = ready(TrainingConfig.load(config))
    with clip_store(prepared) as frames:
        prepared.learner(prepared.start(), frames).export(folder)
    return folder


def test_another_video_is_one_other_for_all_questions_of_a_video() -> None:
    shown = examples_of(View.OTHER, EXAMPLES, seed=1)

    pairs = {(e.clip, other.clip) for e, other in zip(EXAMPLES, shown, strict=True)}
    assert len(pairs) == 5
    assert all(own != other for own, other in pairs)
    assert {other for _, other in pairs} == {e.clip for e in EXAMPLES}
    assert [e.prompt for e in shown] == [e.prompt for e in EXAMPLES]
    assert shown == examples_of(View.OTHER, EXAMPLES, seed=1)


def test_without_a_video_the_questions_stay() -> None:
    shown = examples_of(View.NONE, EXAMPLES, seed=1)

    assert {e.clip for e in shown} == {None}
    assert [e.prompt for e in shown] == [e.prompt for e in EXAMPLES]


def test_every_view_is_asked_the_same_and_the_command_shows_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = _config(tmp_path)
    checkpoint = _saved(config, tmp_path / "checkpoint")
    prepared = ready(TrainingConfig.load(config))
    broken = prepared.held_out[0].clip
    assert broken is not None
    broken.write_bytes(b"no video")
    words = ["training", "evaluate", str(config), str(checkpoint), "--without-video"]
    monkeypatch.setattr(sys, "argv", words)

    assert main() == 0

    results = json.loads((tmp_path / "run" / "evaluation.json").read_text())
    assert list(results) == list(View)
    asked = [
        {task: score["item_count"] for task, score in result["tasks"].items()}
        for result in results.values()
    ]
    assert asked == [asked[0]] * 4
    usable = [e for e in prepared.held_out if e.clip != broken]
    assert sum(asked[0].values()) == sum(e.question is not None for e in usable)
    head = "| | with the video | without a video | black frames | another video |"
    said = capsys.readouterr().out
    assert head in said
    assert "| comments, perplexity a token |" in said
    # Every view is another input, and the network is the same.
    assert len({result["comment_perplexity"] for result in results.values()}) == 4


def test_black_frames_are_black_and_as_many(tmp_path: Path) -> None:
    prepared = ready(TrainingConfig.load(_config(tmp_path)))
    with clip_store(prepared) as frames:
        assert frames is not None
        (clip,) = {e.clip for e in decodable(prepared.held_out[:1], frames) if e.clip}

        black, seen = BlackFrames(frames).timed_frames(clip), frames.timed_frames(clip)

    assert black.pixels.shape == seen.pixels.shape
    assert black.times_s == seen.times_s
    assert torch.count_nonzero(seen.pixels) > 0
    assert torch.count_nonzero(black.pixels) == 0


def test_a_run_on_texts_alone_has_no_video_to_take_away(tmp_path: Path) -> None:
    config = write_run(tmp_path)
    prepared = ready(TrainingConfig.load(config))

    with pytest.raises(TrainingError, match="shows_video = false"):
        evaluate(prepared, tmp_path, list(View))


def test_a_folder_without_a_checkpoint_is_refused_on_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["training", "evaluate", str(_config(tmp_path)), str(tmp_path / "none")]
    monkeypatch.setattr(sys, "argv", words)

    assert main() == 2

    assert "is no checkpoint" in capsys.readouterr().err


def test_a_column_of_the_table_is_a_view() -> None:
    score = {"accuracy_pct": 75.0, "item_count": 8, "unparsed_count": 0}
    result = {
        "tasks": {"TiS": score},
        "macro_pct": 75.0,
        "micro_pct": 75.0,
        "comment_perplexity": 9.5,
    }

    lines = table({View.VIDEO: result, View.NONE: result}).splitlines()

    assert lines[2] == "| TiS | 75.0 of 8 | 75.0 of 8 | 25.0 |"
    assert lines[-1] == "| comments, perplexity a token | 9.50 | 9.50 |  |"
