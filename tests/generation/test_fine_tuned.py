"""A fine-tune's adapter beside its published model, as an entry of the registry."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from generation.engines.base import EngineError, Reason, Site
from generation.engines.transformers import TransformersEngine
from generation.machine import this_machine
from generation.registry import Entry
from generation.runnable import why_not
from model.config import LoraSettings
from model.native.adapter import WEIGHTS, save_adapter
from model.native.config import NativeConfig
from model.native.network import start
from tests.generation.tiny_models import request, texts, tiny_entry
from tests.specimens.checkpoints import build

FAMILY = "qwen2_5_vl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A published model, and an adapter of it that changes much."""
    build(FAMILY, tmp_path / "published")
    config = NativeConfig(str(tmp_path / "published"), lora=LoraSettings(rank=4))
    adapted = start(config, torch.float32).adapted
    torch.manual_seed(1)
    with torch.no_grad():
        for name, weights in adapted.named_parameters():
            if "lora_" in name:
                weights.normal_(std=0.5)
    save_adapter(adapted, tmp_path / "tuned")
    return tmp_path


def _tuned() -> Entry:
    return replace(tiny_entry(FAMILY, base="published"), key="tuned")


def _published() -> Entry:
    return replace(tiny_entry(FAMILY), key="published")


def _engine(entry: Entry, root: Path) -> TransformersEngine:
    return TransformersEngine(entry, Site(checkpoint_root=root))


def test_a_fine_tune_says_something_else_than_what_it_was_made_of(root: Path) -> None:
    asked = [request(str(number), seed=number) for number in range(4)]

    tuned = texts([*_engine(_tuned(), root).generate(asked)])
    published = texts([*_engine(_published(), root).generate(asked)])

    assert tuned != published


def test_a_batch_of_a_fine_tune_says_what_one_by_one_says(root: Path) -> None:
    engine = _engine(_tuned(), root)
    asked = [
        request(str(number), prompt="Say it. " * (1 + number)) for number in (0, 4)
    ]

    together = texts([*engine.generate(asked)])
    alone = [answer for each in asked for answer in engine.generate([each])]

    assert together == texts(alone)


def test_what_wrote_a_comment_names_both_kinds_of_weights(root: Path) -> None:
    hashes = []
    for scale in (1.0, 2.0):
        file = root / "tuned" / WEIGHTS
        weights = {name: scale * tensor for name, tensor in load_file(file).items()}
        save_file(weights, file)
        engine = _engine(_tuned(), root)
        engine.prepare()
        hashes.append(engine.identity.content_hash)
    plain = _engine(_published(), root)
    plain.prepare()

    assert len({*hashes, plain.identity.content_hash}) == 3


def test_a_folder_without_the_adapter_is_named(root: Path) -> None:
    (root / "tuned" / WEIGHTS).unlink()

    with pytest.raises(EngineError, match="tuned holds no adapter") as error:
        _engine(_tuned(), root).prepare()

    assert error.value.reason == Reason.MISCONFIGURED


def test_a_machine_with_the_adapter_can_run_it(root: Path) -> None:
    site, machine = Site(checkpoint_root=root), this_machine()

    assert why_not(_tuned(), site, machine) is None
    assert "No checkpoint" in str(why_not(replace(_tuned(), key="x"), site, machine))
