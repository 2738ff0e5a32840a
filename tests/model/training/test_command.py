"""The command says what it will learn from, or why it will not start."""

import sys
from pathlib import Path

import pytest

from model.training.__main__ import main
from tests.model.training.runs import write_run


def test_a_check_counts_and_trains_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = write_run(tmp_path)
    monkeypatch.setattr(sys, "argv", ["training", str(config), "--check"])

    assert main() == 0

    said = capsys.readouterr().out
    assert "examples to learn from" in said
    assert "0 records under other licences" in said
    assert not (tmp_path / "run").exists()


def test_a_refusal_is_one_line_on_stderr(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = write_run(tmp_path, data='licenses = ["MIT"]\nshows_video = false')
    monkeypatch.setattr(sys, "argv", ["training", str(config)])

    assert main() == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("There is nothing to learn from")
    assert captured.err.count("\n") == 1


def test_a_config_that_is_no_toml_is_refused_on_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = write_run(tmp_path, recipe="max_steps = 1\nmax_steps = 2")
    monkeypatch.setattr(sys, "argv", ["training", str(config)])

    assert main() == 2

    said = capsys.readouterr().err
    assert said.startswith("The config is not TOML: ")
    assert said.count("\n") == 1
