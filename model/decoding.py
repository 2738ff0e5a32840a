"""Answers from the network: batched, cached, each video with its own seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from model.collation import collate, to_device
from model.mimic_chat import MimicChat, Prepared
from model.sequence import first_fusion, next_fusion
from model.text import Encoder
from model.video import VideoInput


@dataclass(frozen=True)
class Sampling:
    """How an answer is drawn.

    Attributes:
        max_new_tokens: Where it is cut.
        temperature: 0 takes the likeliest token each time.
        top_p: Draw among the likeliest tokens that together reach this probability.
    """

    max_new_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        if self.temperature < 0 or not 0 < self.top_p <= 1:
            message = "Temperature is 0 or more, top_p above 0 and at most 1."
            raise ValueError(message)


@torch.inference_mode()
def generate(
    network: MimicChat,
    encoder: Encoder,
    videos: Sequence[VideoInput],
    prompts: Sequence[str],
    *,
    sampling: Sampling,
    seeds: Sequence[int] | None = None,
) -> list[str]:
    """One answer a video; a video's answer does not depend on the others beside it.

    Args:
        network: In evaluation mode.
        encoder: For the network's tokenizer.
        videos: At least one.
        prompts: One a video.
        sampling: How answers are drawn.
        seeds: One a video; needed where the temperature is above 0.
    """
    if sampling.temperature > 0 and seeds is None:
        message = "Drawing needs one seed a video."
        raise ValueError(message)
    examples = [
        encoder.encode(video, prompt, reserve=sampling.max_new_tokens)
        for video, prompt in zip(videos, prompts, strict=True)
    ]
    batch = collate(
        examples, network.config, padding_id=encoder.padding_id, padding_side="left"
    )
    batch = to_device(batch, network.device)
    chances = _chances(seeds or [0] * len(videos), sampling.max_new_tokens)
    ids = generate_ids(
        network,
        network.prepare(
            batch["input_ids"],
            batch["attention_mask"],
            batch["pixel_values"],
            batch.get("temporal_pixels"),
            batch.get("temporal_mask"),
        ),
        end_id=encoder.answer_end_id,
        chances=chances.to(network.device),
        sampling=sampling,
    )
    return [encoder.answer_of(row) for row in ids.tolist()]


def generate_ids(
    network: MimicChat,
    prepared: Prepared,
    *,
    end_id: int,
    chances: Tensor,
    sampling: Sampling,
) -> Tensor:
    """Extend left-padded sequences token by token.

    Args:
        network: In evaluation mode.
        prepared: The sequences.
        end_id: A row that drew it stays at it.
        chances: (batch, steps), from 0 to 1: what falls in each draw.
        sampling: How a token is drawn.

    Returns:
        (batch, at most steps): the new ids.
    """
    cache = DynamicCache()
    hidden = network.run_language_model(
        prepared.embeddings,
        prepared.positions,
        first_fusion(prepared.layout, network.gates),
        cache,
    )
    position = prepared.positions[:, -1:]
    embed = network.language_model.get_input_embeddings()
    drawn: list[Tensor] = []
    for step in range(chances.shape[1]):
        logits = network.language_model.lm_head(hidden[:, -1]).float()
        token = draw(logits, chances[:, step], sampling)
        if drawn:
            token = torch.where(drawn[-1] == end_id, end_id, token)
        drawn.append(token)
        if bool((token == end_id).all()) or step + 1 == chances.shape[1]:
            break
        position = position + 1
        fusion = next_fusion(prepared.layout, step + 1, network.gates)
        hidden = network.run_language_model(
            embed(token.unsqueeze(1)), position, fusion, cache
        )
    return torch.stack(drawn, dim=1)


def draw(logits: Tensor, chance: Tensor, sampling: Sampling) -> Tensor:
    """One token a row.

    Args:
        logits: (batch, vocabulary), float32.
        chance: (batch,), from 0 to 1: a row's draw depends on nothing else.
        sampling: How a token is drawn.

    Returns:
        (batch,).
    """
    if sampling.temperature == 0:
        return logits.argmax(dim=-1)
    probabilities = (logits / sampling.temperature).softmax(dim=-1)
    ordered, ids = probabilities.sort(dim=-1, descending=True, stable=True)
    reached = ordered.cumsum(dim=-1)
    # The first token always stays; then each before which top_p is not yet reached.
    kept = ordered.where(reached - ordered < sampling.top_p, 0)
    reached = kept.cumsum(dim=-1)
    mark = chance.unsqueeze(1) * reached[:, -1:]
    # At a chance just below 1 rounding could step past the last kept token.
    index = (reached <= mark).sum(dim=-1, keepdim=True)
    index = index.clamp(max=(kept > 0).sum(dim=-1, keepdim=True) - 1)
    return ids.gather(1, index).squeeze(1)


def _chances(seeds: Sequence[int], steps: int) -> Tensor:
    """(seeds, steps): each row from its own generator, the same on every device."""
    rows = [
        torch.rand(steps, generator=torch.Generator().manual_seed(seed))
        for seed in seeds
    ]
    return torch.stack(rows)
