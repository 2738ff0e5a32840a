"""How the processors of video models are asked, by the table of families."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_FAMILIES = Path(__file__).parent / "families.toml"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Asking:
    """What has to be told to a processor; the defaults are what most of them need.

    Attributes:
        videos_kwargs: For the video processor, beside the metadata; those that the
            installed one does not know are left out.
        max_frame_pixels: The cap where tokens go by pixels, if the processor has a
            larger one of its own.
        template: In Jinja; for checkpoints that bring none.
    """

    videos_kwargs: Mapping[str, Any] = field(default_factory=dict)
    max_frame_pixels: int | None = None
    template: str | None = None


def asking(processor: object) -> Asking:
    """How this processor wants to be asked."""
    return _by_class().get(type(processor).__name__, Asking())


@lru_cache(maxsize=1)
def _by_class() -> Mapping[str, Asking]:
    families = tomllib.loads(_FAMILIES.read_text(encoding="utf-8")).values()
    told = [dict(family["processor"]) for family in families]
    return {each.pop("class"): _asking(**each) for each in told}


def _asking(template: str | None = None, **told: Any) -> Asking:  # noqa: ANN401 - TOML
    if template is not None:
        path = _TEMPLATES / template
        template = path.read_text(encoding="utf-8").removesuffix("\n")
    return Asking(template=template, **told)
