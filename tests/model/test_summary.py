"""What `python -m model summary` tells, for people and for programs."""

import json
import sys

import pytest

from model.__main__ import main
from model.sizes import config_of
from model.summary import summarise


def _told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> str:
    monkeypatch.setattr(sys, "argv", ["model", "summary", *words])
    main()
    return capsys.readouterr().out


def test_the_full_size_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = json.loads(_told(monkeypatch, capsys, "8b", "--json"))

    parts = {part["name"]: part for part in summary["parts"]}
    assert parts["language_model"]["parameter_count"] == 7_737_782_272
    assert parts["language_model"]["trainable_count"] == 0
    assert parts["adapters"]["trainable_count"] == 13_631_488
    assert summary["parameter_count"] == 8_230_196_512
    assert summary["weights_bytes"] == 2 * 8_230_196_512
    # Keys and values of 32 layers, 8 heads of 128, two bytes each.
    assert summary["cache_bytes_per_token"] == 2 * 32 * 8 * 128 * 2


def test_the_same_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(monkeypatch, capsys, "8b")

    assert "8,230,196,512" in told
    assert "15.33 GiB" in told
    assert "2146 visual tokens of 4096" in told


def test_what_is_no_config_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        _told(monkeypatch, capsys, "9b")

    assert stop.value.code == 1
    assert "9b" in capsys.readouterr().err


def test_nano_fits_what_may_be_shipped() -> None:
    summary = summarise(config_of("nano"))

    assert summary.weights_bytes <= 25_000_000
    assert 0 < summary.trainable_count < summary.parameter_count


def test_parts_add_up() -> None:
    summary = summarise(config_of("8b").with_ablation(no_temporal_encoder=True))

    names = {part.name for part in summary.parts}
    assert not names & {"temporal_encoder", "temporal_projector", "gates"}
    assert summary.parameter_count == sum(p.parameter_count for p in summary.parts)
