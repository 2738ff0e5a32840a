"""What the benchmark of the network measures: time, tokens, operations, memory."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from transformers import (
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from benchmarks.memory import peak_mb
from model.mimic_chat import MimicChat
from model.text import Encoder
from model.training.dataset import Collator, ExampleDataset
from model.training.learner import to_network
from model.training.packing import PackedDataset

WARM_UP_STEPS = 1
_PEAK_TRIES = 8


class Time(NamedTuple):
    """By the clock, and as long as the device worked on nothing else.

    On a processor that others use, only the latter says how fast the code is.
    """

    wall: float
    busy: float

    def since(self, start: "Time") -> "Time":
        return Time(self.wall - start.wall, self.busy - start.busy)


def now() -> Time:
    wall = time.perf_counter()
    if not torch.cuda.is_available():
        return Time(wall, time.process_time())
    torch.cuda.synchronize()
    wall = time.perf_counter()
    return Time(wall, wall)


class Meter(TrainerCallback):
    """Times the steps after the warm-up, and counts what went through the network."""

    def __init__(self, network: MimicChat) -> None:
        self.questions = self.places = 0
        self.spent = Time(0.0, 0.0)
        self.token_counts: list[int] = []
        self._started: Time | None = None
        self._hook = network.register_forward_pre_hook(self._count, with_kwargs=True)

    def on_step_end(
        self,
        args: TrainingArguments,  # noqa: ARG002 (transformers' signature)
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: Any,  # noqa: ANN401
    ) -> None:
        if state.global_step == WARM_UP_STEPS:
            self._started = now()
        elif self._started is not None:
            self.spent = now().since(self._started)

    def on_train_end(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
        self._hook.remove()

    def _count(self, _: object, __: object, batch: dict[str, Any]) -> None:
        if self._started is None:
            return
        here = batch["attention_mask"].sum(dim=1) + batch["temporal_mask"].sum(dim=1)
        segments = batch.get("segments")
        self.questions += (
            len(here) if segments is None else int(segments.amax(1).clamp(min=1).sum())
        )
        self.token_counts += here.tolist()
        self.places += batch["attention_mask"].numel() + batch["temporal_mask"].numel()


def flops_of(
    network: MimicChat,
    dataset: ExampleDataset | PackedDataset,
    encoder_: Encoder,
    token_counts: Sequence[int],
) -> float:
    """Of the samples that were measured: forward and backward, without padding.

    Without what checkpointing computes again. Counted on the shortest and the longest
    example; what lies between is taken to be on the line through them.
    """
    ends = [
        min(range(len(dataset)), key=dataset.lengths.__getitem__),
        max(range(len(dataset)), key=dataset.lengths.__getitem__),
    ]
    collator = Collator(network.config, encoder_.padding_id)
    (few, low), (many, high) = (
        _counted(network, to_network(collator([dataset[index]]), network))
        for index in ends
    )
    slope = (high - low) / max(1, many - few)
    return sum(low + slope * (count - few) for count in token_counts)


def _counted(network: MimicChat, batch: dict[str, Tensor]) -> tuple[int, int]:
    """Tokens of one example, and the operations of one pass over it."""
    for part in network.modules():
        # Set by each part that checkpoints; all other calls differ by release.
        if getattr(part, "gradient_checkpointing", False):
            vars(part)["gradient_checkpointing"] = False
    # The other kernels are not all known to the counter.
    with (
        sdpa_kernel(SDPBackend.MATH),
        FlopCounterMode(display=False) as counter,
        torch.autocast(network.device.type, torch.bfloat16, torch.cuda.is_available()),
    ):
        network.train()(**batch).loss.backward()
    network.zero_grad()
    tokens = int(batch["attention_mask"].sum() + batch["temporal_mask"].sum())
    return tokens, counter.get_total_flops()


def peak_flops(network: MimicChat) -> float:
    """The best of several large products, in the type that training computes in."""
    is_gpu = network.device.type == "cuda"
    side = 8192 if is_gpu else 1024
    kind = torch.bfloat16 if is_gpu else torch.float32
    matrix = torch.randn(side, side, dtype=kind, device=network.device)
    best = 0.0
    for _ in range(_PEAK_TRIES):
        start = now()
        matrix @ matrix
        best = max(best, 2 * side**3 / now().since(start).busy)
    return best


def memory() -> dict[str, float]:
    if torch.cuda.is_available():
        return {"memory_mb": torch.cuda.max_memory_allocated() / 1024**2}
    return {"memory_mb": peak_mb()}
