"""Real checkpoints of real architectures: tiny, with random weights, made on the spot.

They load through the same Auto classes as the large ones. What they write is noise; the
way there is the production one.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from tests.specimens import llava, qwen
from tests.specimens.parts import make_tokenizer


def build(family: str, folder: Path, *, seed: int = 0) -> Path:
    """Write a checkpoint of a family of the registry; return its folder."""
    torch.manual_seed(seed)
    network, processor = _BUILDERS[family]()
    # With the usual small initial weights, all inputs would end in the same words.
    with torch.no_grad():
        for weights in network.parameters():
            if weights.ndim > 1:
                weights.normal_(std=0.25)
    network.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def plain_tokenizer() -> Any:
    """A tokenizer without any token for pictures."""
    return make_tokenizer([])


_BUILDERS: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "qwen2_vl": qwen.qwen2_vl,
    "qwen2_5_vl": qwen.qwen2_5_vl,
    "qwen3_vl": qwen.qwen3_vl,
    "video_llama_3": qwen.video_llama_3,
    "internvl": llava.internvl,
    "llava_onevision": llava.llava_onevision,
    "video_llava": llava.video_llava,
    "llava_next_video": llava.llava_next_video,
    "smolvlm": llava.smolvlm,
}
FAMILIES = tuple(_BUILDERS)
