"""How a network is trained: the supplement's recipe, and the arithmetic of batches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from model.training.errors import TrainingError


@dataclass(frozen=True)
class PartRates:
    """Learning rates of single parts; 0 is the recipe's one figure, as in the paper.

    At that figure a gate that starts shut hardly opens: AdamW moves a scalar by at most
    its learning rate a step, so 2,000 steps at 4e-5 with a cosine come to 0.04. A rate
    of 5e-3 lets it open within a few hundred steps (ours).

    Attributes:
        gates: One scalar a layer.
        boundaries: The rows of [VID] and [SEP].
        projectors: Both, or the one that stays.
        adapters: LoRA's matrices.
    """

    gates: float = 0.0
    boundaries: float = 0.0
    projectors: float = 0.0
    adapters: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """The supplement's section C; what it leaves open is marked as ours.

    Attributes:
        epochs: Passes over the data.
        max_steps: Optimizer steps instead of epochs, where above 0.
        learning_rate: The highest, after the warm-up; then a cosine to 0.
        rates: Of single parts, where they shall differ.
        warmup_share: Of all steps.
        per_device_batch: Samples that one device takes at once.
        global_batch: Samples of one optimizer step, over all devices.
        batch_tokens: Where above 0, a training batch is as many samples of like length
            as have so many tokens; the two above are then for evaluations (ours).
        max_grad_norm: Gradients are clipped to this length (ours).
        betas: AdamW's (ours, PyTorch's).
        dropout: Share of the language model's hidden states that is dropped (ours; for
            small data).
        groups_by_length: Batches are made of samples of like length.
        checkpoints_activations: Trade time for memory.
        deepspeed: Shard the optimizer over devices (stage 1).
        evaluation_steps: Optimizer steps between evaluations, each followed by a
            checkpoint (ours).
        patience: Evaluations without a better one before training stops; 0: never.
        workers: Processes that decode ahead; they do not change what is trained.
    """

    epochs: int = 50
    max_steps: int = 0
    learning_rate: float = 4e-5
    rates: PartRates = field(default_factory=PartRates)
    weight_decay: float = 0.01
    warmup_share: float = 0.03
    per_device_batch: int = 2
    global_batch: int = 4
    batch_tokens: int = 0
    max_grad_norm: float = 1.0
    betas: tuple[float, ...] = (0.9, 0.999)
    dropout: float = 0.0
    precision: Literal["bf16", "fp32"] = "bf16"
    groups_by_length: bool = True
    checkpoints_activations: bool = True
    deepspeed: bool = False
    evaluation_steps: int = 500
    logging_steps: int = 10
    patience: int = 0
    workers: int = 2
    seed: int = 0


# The supplement's section B, for other models on the same data; the batch that a device
# takes and the patience are ours.
FINE_TUNE: Mapping[str, Any] = MappingProxyType(
    {
        "epochs": 3,
        "learning_rate": 2e-5,
        "per_device_batch": 4,
        "global_batch": 128,
        "patience": 3,
        "evaluation_steps": 100,
    }
)


def accumulation_steps(
    *, global_batch: int, per_device_batch: int, device_count: int
) -> int:
    """Forward passes that each device adds up before one optimizer step.

    Raises:
        TrainingError: The numbers do not divide.
    """
    if min(global_batch, per_device_batch, device_count) < 1:
        message = (
            f"global_batch ({global_batch}), per_device_batch ({per_device_batch}) and "
            f"the number of devices ({device_count}) must each be at least 1."
        )
        raise TrainingError(message)
    at_once = per_device_batch * device_count
    steps, left_over = divmod(global_batch, at_once)
    if left_over or not steps:
        raise TrainingError(_impossible(global_batch, per_device_batch, device_count))
    return steps


def _impossible(global_batch: int, per_device_batch: int, device_count: int) -> str:
    at_once = per_device_batch * device_count
    below = global_batch // at_once * at_once
    batches = [str(batch) for batch in (below, below + at_once) if batch]
    remedies = [f"set global_batch to {' or '.join(batches)}"]
    if global_batch % device_count == 0:
        remedies.append(f"set per_device_batch to {global_batch // device_count}")
    fitting = [
        count
        for count in range(1, device_count)
        if global_batch % (per_device_batch * count) == 0
    ]
    if fitting:
        remedies.append(f"start {fitting[-1]} processes")
    return (
        f"{device_count} devices with {per_device_batch} samples each take {at_once} "
        f"at once, and a global batch of {global_batch} is no multiple of that: "
        f"{', or '.join(remedies)}."
    )
