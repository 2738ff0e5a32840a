"""The language model between what it was and what it became, weight by weight.

Learning to answer questions cost nano much of what it knew of comments; a mean of the
weights before and after has most of both (arXiv:2109.01903).
"""

from pathlib import Path

import torch

from model import checkpoint


@torch.no_grad()
def blend(before: Path, after: Path, folder: Path, *, share: float) -> None:
    """Write the checkpoint `after` with that share of the earlier language model.

    Args:
        before: The checkpoint it came from; its language model alone is used.
        after: What everything else is from, adapters too.
        folder: Where to.
        share: Of `before`, from 0 to 1.

    Raises:
        ValueError: The share is none, or the two are not of one shape.
    """
    if not 0 <= share <= 1:
        message = f"{share} is no share: it is from 0 to 1."
        raise ValueError(message)
    earlier = dict(checkpoint.load(before).network.language_model.named_parameters())
    network, encoder = checkpoint.load(after)
    for name, weight in network.language_model.named_parameters():
        if "lora_" in name:
            continue
        if earlier[name].shape != weight.shape:
            message = f"{before} and {after} are not networks of one shape."
            raise ValueError(message)
        weight.lerp_(earlier[name], share)
    checkpoint.save(network, folder, tokenizer=encoder.tokenizer)
