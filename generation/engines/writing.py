"""Words out of a network, for a batch of prepared inputs."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import torch
from transformers import GenerationConfig, LogitsProcessorList

from generation.engines.base import Decoding
from generation.engines.checkpoint_loading import Loaded
from generation.engines.seeded_draw import SeededDraw
from model.native.inputs import end_ids, for_network


@dataclass(frozen=True)
class Words:
    """What a network wrote for one request."""

    text: str
    token_count: int
    prompt_token_count: int
    is_unfinished: bool = False


def decode(
    loaded: Loaded,
    inputs: Mapping[str, torch.Tensor],
    decoding: Decoding,
    seeds: Sequence[int],
) -> list[Words]:
    """Let the network write; one text a row of the inputs."""
    on_device = for_network(inputs, loaded.device, loaded.network.dtype)
    draw = [SeededDraw(decoding, seeds, loaded.device)] if decoding.do_sample else []
    with torch.inference_mode():
        rows = loaded.network.generate(
            **on_device,
            generation_config=_config(loaded, decoding),
            logits_processor=LogitsProcessorList(draw),
        )
    written = rows[:, on_device["input_ids"].shape[1] :].cpu()
    texts = loaded.processor.tokenizer.batch_decode(written, skip_special_tokens=True)
    read_counts = inputs["attention_mask"].sum(dim=1).tolist()
    ends = {*end_ids(loaded.network, loaded.processor)}
    return [
        Words(text, _length(row, ends), read_count, ends.isdisjoint(row))
        for text, row, read_count in zip(
            texts, written.tolist(), read_counts, strict=True
        )
    ]


def _config(loaded: Loaded, decoding: Decoding) -> GenerationConfig:
    """Only ids from the checkpoint: entries state how words are chosen."""
    tokenizer = loaded.processor.tokenizer
    ends = end_ids(loaded.network, loaded.processor)
    pad = tokenizer.pad_token_id
    return GenerationConfig(
        max_new_tokens=decoding.max_new_tokens + decoding.reasoning_tokens,
        do_sample=False,
        eos_token_id=ends,
        pad_token_id=ends[0] if pad is None else pad,
        bos_token_id=tokenizer.bos_token_id,
    )


def _length(row: list[int], ends: Container[int]) -> int:
    """Tokens up to the first that ends the answer, that one included."""
    for place, token in enumerate(row):
        if token in ends:
            return place + 1
    return len(row)
