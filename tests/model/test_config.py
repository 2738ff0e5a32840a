"""Configs: they survive a file, refuse nonsense, and stay within the sequence."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config import GateConfig, MimicChatConfig, SpatialConfig
from model.plain_values import ConfigError
from model.sizes import SIZES, config_of


@pytest.mark.parametrize("name", SIZES)
def test_a_size_survives_a_file(name: str, tmp_path: Path) -> None:
    config = config_of(name)

    config.save(tmp_path / "config.json")

    assert MimicChatConfig.load(tmp_path / "config.json") == config


def test_what_a_toml_file_does_not_name_keeps_its_default(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\n[gate]\nform = "attention_bias"\nstart = -2\n'
        "[spatial]\nmean = [0.1, 0.2, 0.3]\n[ablation]\nno_lora = true\n"
    )

    config = config_of(str(path))

    assert config.gate == GateConfig("attention_bias", -2)
    assert config.spatial == SpatialConfig(mean=(0.1, 0.2, 0.3))
    assert config.language == MimicChatConfig().language
    assert not config.has_adapters


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"gaet": {}}, "gaet"),
        ({"gate": {"from": "x"}}, "gate.from"),
        ({"gate": {"form": "input_scale"}}, "gate.form"),
        ({"spatial": {"mean": [0.5]}}, "spatial.mean must be a list of 3"),
        ({"lora": {"targets": [1]}}, "lora.targets"),
        ({"lora": {"targets": ["o", 1]}}, r"^lora.targets\[1\] must be str, not 1\.$"),
        ({"lora": {"targets": "q_proj"}}, "lora.targets must be a list of any number"),
        ({"gate": 3}, "gate must be a table"),
        ([], "^The config must be a table"),
        ({"lora": {"rank": "16"}}, "lora.rank"),
        ({"lora": {"rank": True}}, "lora.rank"),
        ({"ablation": {"no_temporal_projector": True, "no_spatial_projector": True}},
         "One projector must stay"),
        ({"ablation": {"no_temporal_encoder": True, "no_spatial_projector": True}},
         "no second projector"),
        ({"spatial": {"image_size": 450}}, "multiple"),
        ({"temporal": {"image_size": 225}}, "multiple"),
        ({"language": {"head_count": 30}}, "divides"),
        ({"spatial": {"frame_count": 16}}, "leave no room"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(values: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        MimicChatConfig.from_dict(values)


def test_all_that_is_wrong_is_said_at_once_on_one_line() -> None:
    values = {"gaet": {}, "gate": {"start": "low"}, "lora": {"rank": 1.5, "size": 2}}

    with pytest.raises(ConfigError) as refused:
        MimicChatConfig.from_dict(values)

    assert str(refused.value) == (
        "lora.rank must be int, not 1.5. Unknown in the config: lora.size."
        " gate.start must be float, not 'low'. Unknown in the config: gaet."
    )


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="9b"):
        config_of("9b")


def test_the_full_size_is_the_papers() -> None:
    config = MimicChatConfig()

    assert config.spatial.tokens_per_tile == 256
    assert config.spatial.token_width == 4096
    assert config.max_tiles_per_video == 8
    assert config.max_visual_tokens == 8 * 256 + 96 + 2


@given(frames=st.integers(1, 12), patches=st.integers(1, 6), thumbnail=st.booleans())
def test_every_config_that_is_accepted_leaves_room_for_text(
    *, frames: int, patches: int, thumbnail: bool
) -> None:
    spatial = {
        "frame_count": frames, "max_patches": patches, "with_thumbnail": thumbnail,
    }  # fmt: skip

    config = MimicChatConfig.from_dict({"spatial": spatial})

    assert config.max_visual_tokens < config.language.max_tokens


def test_the_saved_file_is_plain_json(tmp_path: Path) -> None:
    MimicChatConfig().save(tmp_path / "config.json")

    values = json.loads((tmp_path / "config.json").read_text())

    assert values["lora"]["targets"] == ["q_proj", "k_proj", "v_proj", "o_proj"]
