"""The registry: what is in it, and what is said of a file that is wrong."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import transformers

from generation.engines.base import Decoding
from generation.engines.families import FAMILIES
from generation.errors import RegistryError
from generation.registry import SHIPPED, checkpoint_folder, entry, read_registry
from tests.specimens.checkpoints import FAMILIES as TINY_FAMILIES

GOOD = """
title = "Mine"
group = "site"
licence = "MIT"
engine = "transformers"
dtype = "float32"
memory_gib = 1
prompt = "comment-1"
[frames]
kind = "uniform"
count = 4
[decoding]
max_new_tokens = 12
[options]
family = "qwen2_5_vl"
"""


def test_the_panel_is_21_open_and_3_closed_models() -> None:
    panel = [each for each in read_registry().entries.values() if each.group == "panel"]

    engines = Counter(each.engine for each in panel)

    assert len(panel) == 24
    assert engines["openai_http"] == 3
    assert sum(bool(each.named_in) for each in panel) == 17


def test_mimic_chat_stands_there_with_its_four_ablations() -> None:
    groups = Counter(each.group for each in read_registry().entries.values())

    assert groups["own"] == 2
    assert groups["ablation"] == 4


def test_every_model_of_the_panel_gets_the_same_frames_and_is_asked_the_same() -> None:
    panel = [each for each in read_registry().entries.values() if each.group == "panel"]

    policies = Counter(each.frames_policy for each in panel)
    # One of them is built for sixteen frames.
    assert sorted(policies.values()) == [1, 23]
    assert entry("videochat-tpo").frames_policy.count == 16
    assert len({each.prompt_version for each in panel}) == 1


def test_only_thinking_models_do_without_a_temperature() -> None:
    for each in read_registry().entries.values():
        assert each.decoding.do_sample != bool(each.decoding.reasoning_tokens), each.key


def test_a_file_of_a_site_is_picked_up_and_picked_up_again_when_it_changes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    before = entry("mine", tmp_path)

    path.write_text(GOOD.replace("count = 4", "count = 16"))

    assert before.frames_policy.count == 4
    assert before.decoding == Decoding(max_new_tokens=12)
    assert entry("mine", tmp_path).frames_policy.count == 16
    assert entry("mine", tmp_path).digest != before.digest
    assert "mine" not in read_registry().entries


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Mine"', "", "'title' is a required property"),
        ("count = 4", "count = 0", "frames.count: 0 is less than"),
        ("count = 4", "cuont = 4", "'cuont' was unexpected"),
        ('family = "qwen2_5_vl"', 'family = "gpt"', "options.family: 'gpt' is not one"),
        ('family = "qwen2_5_vl"', "", "options: 'family' is a required property"),
        (
            'engine = "transformers"',
            'engine = "magic"',
            "engine: 'magic' is not one of",
        ),
        ("memory_gib = 1", 'memory_gib = "1"', "memory_gib: '1' is not of type"),
        ("comment-1", "comment-99", "prompt: comment-99 is unknown"),
        ("[frames]", "[frames", "this is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new))

    (flaw,) = read_registry(tmp_path).flaws

    assert "mine.toml" in flaw
    assert told in flaw
    with pytest.raises(RegistryError, match=re.escape(flaw)):
        entry("mine", tmp_path)


def test_a_wrong_file_keeps_no_other_entry_back(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text(GOOD.replace("[frames]", "[frames"))
    (tmp_path / "mine.toml").write_text(GOOD)

    found = read_registry(tmp_path)

    assert found.entries == {
        **read_registry().entries,
        "mine": entry("mine", tmp_path),
    }
    assert len(found.flaws) == 1


def test_the_projects_own_files_are_right() -> None:
    assert read_registry().flaws == ()


def test_beside_an_unknown_name_stand_those_that_there_are(tmp_path: Path) -> None:
    wrong = GOOD.replace("max_new_tokens = 12", "max_tokens = 12")
    (tmp_path / "mine.toml").write_text(wrong)

    (flaw,) = read_registry(tmp_path).flaws

    assert "There are: max_new_tokens, reasoning_tokens, temperature, top_p." in flaw


def test_a_site_cannot_take_the_key_of_another_entry(tmp_path: Path) -> None:
    (tmp_path / "o3.toml").write_text(GOOD)

    (flaw,) = read_registry(tmp_path).flaws

    assert "key o3 is taken" in flaw
    with pytest.raises(RegistryError, match="key o3 is taken"):
        entry("o3", tmp_path)


def test_a_file_name_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "My Model.toml").write_text(GOOD)

    (flaw,) = read_registry(tmp_path).flaws

    assert "may hold a-z" in flaw


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RegistryError, match=r"No model is called nope.*qwen2\.5-vl-7b"):
        entry("nope")


def test_every_family_is_one_that_transformers_knows() -> None:
    """Its processor's class is what the table says, or it would be asked wrongly."""
    table = tomllib.loads(Path("model/native/families.toml").read_text())
    classes = {name: each["processor"]["class"] for name, each in table.items()}

    assert all(hasattr(transformers, name) for name in classes.values()), classes
    assert {*FAMILIES} == {*classes} == {*TINY_FAMILIES}


def test_each_engine_may_be_told_what_it_understands_and_no_more(
    tmp_path: Path,
) -> None:
    wrong = GOOD.replace("[options]", '[options]\nbase_url = "http://gpu:8000/v1"')
    (tmp_path / "mine.toml").write_text(wrong)

    (flaw,) = read_registry(tmp_path).flaws

    assert "base_url" in flaw
    assert "There are: attention, base, batch_tokens, device_count, device_map" in flaw


def test_a_sites_own_checkpoint_comes_before_one_of_the_project(tmp_path: Path) -> None:
    nano = entry("mimic-chat-nano")

    assert checkpoint_folder(nano, tmp_path) == SHIPPED / nano.key
    (tmp_path / nano.key).mkdir()
    assert checkpoint_folder(nano, tmp_path) == tmp_path / nano.key
