"""The sizes that have a name: the paper's, and one that everybody can run."""

from pathlib import Path

from model.config import (
    LanguageConfig,
    MimicChatConfig,
    SpatialConfig,
    TemporalConfig,
    TextFormat,
)
from model.plain_values import ConfigError


def nano() -> MimicChatConfig:
    """The same architecture at about 11 million weights: runs on two CPU cores."""
    return MimicChatConfig(
        name="nano",
        spatial=SpatialConfig(
            image_size=112,
            hidden_size=128,
            layer_count=4,
            head_count=4,
            intermediate_size=512,
            is_frozen=False,
        ),
        temporal=TemporalConfig(
            image_size=64,
            hidden_size=128,
            layer_count=3,
            head_count=4,
            intermediate_size=512,
            is_frozen=False,
        ),
        language=LanguageConfig(
            vocabulary_size=8192,
            hidden_size=320,
            intermediate_size=864,
            layer_count=6,
            head_count=8,
            key_head_count=4,
            rope_theta=1e4,
            has_tied_embeddings=True,
            max_tokens=1024,
            is_frozen=False,
        ),
        text=TextFormat(
            before="<user>",
            after="<assistant>",
            answer_end="</s>",
            start="<s>",
            padding="<pad>",
        ),
    )


SIZES = {"8b": MimicChatConfig, "nano": nano}


def config_of(name_or_path: str) -> MimicChatConfig:
    """A named size, or the config in a .toml or .json file."""
    if name_or_path in SIZES:
        return SIZES[name_or_path]()
    path = Path(name_or_path)
    if not path.is_file():
        message = f"{name_or_path} is neither a file nor one of {', '.join(SIZES)}."
        raise ConfigError(message)
    return MimicChatConfig.load(path)
