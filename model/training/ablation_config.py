"""What the ablations run on: a TOML file with the fields of `AblationConfig`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

from model.plain_values import from_plain
from model.training.recipe import Recipe

FULL = "full"
# The supplement's table A, each with its flag.
VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        FULL: "",
        "w/o LoRA": "no_lora",
        "w/o temporal encoder": "no_temporal_encoder",
        "w/o temporal projector": "no_temporal_projector",
        "w/o spatial projector": "no_spatial_projector",
    }
)
PUBLISHED_NAMES: Mapping[str, str] = MappingProxyType(
    {
        variant: "MIMIC-Chat (8B)" if variant == FULL else f"MIMIC-Chat {variant}"
        for variant in VARIANTS
    }
)


@dataclass(frozen=True)
class AblationConfig:
    """One table.

    Attributes:
        network: A file with the network's config.
        output: Folder of results and of the table.
        clip_seeds: Clips of each colour, shape and direction to learn from.
        held_out_clip_seeds: As many others to measure on.
        base_steps: To teach the language model to answer from a sentence.
        encoder_steps: To teach each encoder what is on a clip.
        recipe: The same for all variants; its seed is replaced by each seed.
    """

    network: str = ""
    output: str = "runs/ablations"
    clip_seeds: int = 12
    held_out_clip_seeds: int = 3
    base_steps: int = 400
    encoder_steps: int = 300
    recipe: Recipe = field(default_factory=Recipe)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a .toml file.

        Raises:
            ConfigError: An unknown field or a value of the wrong kind.
        """
        return from_plain(cls, tomllib.loads(path.read_text(encoding="utf-8")))

    @property
    def output_folder(self) -> Path:
        return Path(self.output)
