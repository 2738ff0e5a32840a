"""Losses on what people prefer: KTO and DPO, on log-probabilities of whole comments.

They equal TRL's (1.16.0) on the same log-probabilities; a test holds them together.
"""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from model.training.config import PreferenceConfig


def kto_loss(
    ratio: Tensor,
    other_ratio: Tensor,
    wanted: Tensor,
    weight: Tensor,
    *,
    beta: float,
) -> Tensor:
    """Ethayarajh et al. 2024 (arXiv:2402.01306), equation 7; the mean over the batch.

    Args:
        ratio: (batch,) log-probability by the network less that by the reference.
        other_ratio: (batch,) the same of comments on other videos: its mean, where
            above 0, is the point from which gains and losses count.
        wanted: (batch,) whether people take the comment for human.
        weight: (batch,) of each comment.
        beta: See `PreferenceConfig`.
    """
    point = other_ratio.mean().detach().clamp(min=0)
    gain = torch.where(wanted, ratio - point, point - ratio)
    return (weight * (1 - torch.sigmoid(beta * gain))).mean()


def dpo_loss(
    chosen: Tensor,
    rejected: Tensor,
    flip: Tensor,
    *,
    beta: float,
    loss: Literal["robust", "sigmoid", "ipo"] = "robust",
) -> Tensor:
    """Rafailov et al. 2023 (arXiv:2305.18290) and two relatives; the mean.

    Args:
        chosen: (batch,) log-probability by the network less that by the reference; for
            "ipo" divided by the number of the comment's tokens.
        rejected: Likewise.
        flip: (batch,) chance, below 0.5, that people prefer the rejected one.
        beta: See `PreferenceConfig`.
        loss: Likewise.
    """
    margin = chosen - rejected
    if loss == "ipo":
        return ((margin - 1 / (2 * beta)) ** 2).mean()
    right = -functional.logsigmoid(beta * margin)
    if loss == "sigmoid":
        return right.mean()
    wrong = -functional.logsigmoid(-beta * margin)
    return (((1 - flip) * right - flip * wrong) / (1 - 2 * flip)).mean()


def balanced_weights(
    wanted_count: int, unwanted_count: int, config: PreferenceConfig
) -> tuple[float, float]:
    """Of a wanted and an unwanted comment: the rarer kind weighs more, none below 1."""
    rarer = min(wanted_count, unwanted_count)
    if not rarer:
        return config.desirable_weight or 1.0, config.undesirable_weight or 1.0
    desirable = config.desirable_weight or max(1.0, unwanted_count / wanted_count)
    undesirable = config.undesirable_weight or max(1.0, wanted_count / unwanted_count)
    return desirable, undesirable
