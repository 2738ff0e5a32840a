"""Checkpoints for the generation benchmark: random weights, real architecture.

What such a benchmark cannot show: whether the words are any good, and how long they are
(random weights hardly ever end an answer, so every answer has the full length).
"""

from pathlib import Path
from typing import Any

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import torch
import transformers

from tests.specimens.checkpoints import build
from tests.specimens.qwen import qwen_processor

# Its classes are typed for files from the hub, not for configs made by hand.
_hf: Any = transformers

SIZES = ("tiny", "7b")


def write_checkpoint(size: str, folder: Path) -> Path:
    """Write a Qwen2.5-VL of that size with random weights."""
    if size == "tiny":
        return build("qwen2_5_vl", folder)
    processor = qwen_processor(patch_size=14, longest_edge=768 * 28 * 28)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device(device):
        torch.set_default_dtype(torch.bfloat16)
        network = _hf.Qwen2_5_VLForConditionalGeneration(config_7b(processor.tokenizer))
        torch.set_default_dtype(torch.float32)
    network.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def config_7b(tokenizer: Any) -> Any:  # noqa: ANN401 - transformers' own classes
    """The published shape of Qwen2.5-VL-7B, with a small tokenizer's ids."""
    ids = tokenizer.convert_tokens_to_ids
    return _hf.Qwen2_5_VLConfig(
        text_config={
            "vocab_size": 152064,
            "hidden_size": 3584,
            "intermediate_size": 18944,
            "num_hidden_layers": 28,
            "num_attention_heads": 28,
            "num_key_value_heads": 4,
            "max_position_embeddings": 32768,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1_000_000.0,
                "mrope_section": [16, 24, 24],
            },
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
        vision_config={
            "depth": 32,
            "hidden_size": 1280,
            "intermediate_size": 3420,
            "num_heads": 16,
            "out_hidden_size": 3584,
        },
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
        image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|video_pad|>"),
    )
