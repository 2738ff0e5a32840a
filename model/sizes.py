"""The sizes that have a name: the paper's, and one that everybody can run."""

from pathlib import Path

from model.config import (
    GateConfig,
    LanguageConfig,
    MimicChatConfig,
    SpatialConfig,
    TemporalConfig,
    TextFormat,
)
from model.plain_values import ConfigError


def nano() -> MimicChatConfig:
    """The same architecture at 3 million weights: trains and runs on a processor.

    As wide as the few comments that it may learn from can fill.
    """
    return MimicChatConfig(
        name="nano",
        spatial=SpatialConfig(
            image_size=112,
            hidden_size=96,
            layer_count=3,
            head_count=3,
            intermediate_size=384,
        ),
        temporal=TemporalConfig(
            max_frames=32,
            image_size=64,
            hidden_size=96,
            layer_count=2,
            head_count=3,
            intermediate_size=384,
        ),
        language=LanguageConfig(
            vocabulary_size=4096,
            hidden_size=192,
            intermediate_size=512,
            layer_count=3,
            head_count=6,
            key_head_count=3,
            rope_theta=1e4,
            has_tied_embeddings=True,
            max_tokens=1024,
            is_frozen=False,
        ),
        # Open from the start: a closed one takes longer to open than nano trains.
        gate=GateConfig(start=1.0),
        # Its vocabulary is too small for words about frames.
        text=TextFormat(
            layout="block",
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
