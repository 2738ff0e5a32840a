"""What a run takes on machines that are not at hand: memory, time, money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from torch import nn

from model.config import MimicChatConfig
from model.initialisation import build
from model.training.config import TrainingConfig
from model.training.data import read_examples_of
from model.training.errors import TrainingError
from model.training.memory import memory_need
from model.training.recipe import Recipe, accumulation_steps
from model.training.run import Prepared, make_datasets, network_and_encoder

_GIB = 1024**3
_HOUR = 3600
# Two operations a weight and token: forward, forward again, gradients of activations.
# Frozen weights have none of their own.
_FORWARD, _TRAINED_THROUGH = 2, 6


class Gpu(NamedTuple):
    """A kind of device.

    Attributes:
        memory_gib: Of one.
        tera_flops: Dense, in bfloat16, by its maker.
        dollars: An hour of one, as rented in 2025; see your own contract.
    """

    title: str
    memory_gib: int
    tera_flops: float
    dollars: float


class Machine(NamedTuple):
    """Some of one kind, on one node or more."""

    gpu: Gpu
    device_count: int
    nodes: int = 1

    def __str__(self) -> str:
        nodes = f" on {self.nodes} nodes" if self.nodes > 1 else ""
        return f"{self.device_count} x {self.gpu.title}{nodes}"


A6000 = Gpu("RTX A6000", 48, 155, 0.8)
H200 = Gpu("H200", 141, 989, 3.5)
MACHINES = (Machine(H200, 1), Machine(A6000, 6), Machine(H200, 8), Machine(H200, 16, 2))


@dataclass(frozen=True)
class Load:
    """One epoch.

    Attributes:
        sequence_count: Each encodes a clip once.
        token_count: Of all, visual ones included.
    """

    sequence_count: int
    token_count: int


@dataclass(frozen=True)
class Estimate:
    """Of one run on one machine.

    Attributes:
        gib: On each device.
        global_batch: The recipe's, or the next one that the machine can make.
        epoch_hours: At the assumed share of the maker's figure.
        dollars: Of all epochs.
    """

    machine: Machine
    gib: float
    global_batch: int
    epoch_hours: float
    dollars: float

    @property
    def fits(self) -> bool:
        return self.gib <= self.machine.gpu.memory_gib


def load_of(config: TrainingConfig, *, videos: int = 0) -> Load:
    """What the run's records come to; with `videos`, as if there were so many.

    Raises:
        TrainingError: A published model is fine-tuned, or there is nothing to learn.
    """
    if config.is_native:
        message = "Only MIMIC-Chat's own training is estimated, no fine-tune."
        raise TrainingError(message)
    network, encoder = network_and_encoder(config)
    examples = read_examples_of(config, encoder)
    if not examples.training:
        message = "There is nothing to learn from, so nothing to estimate from."
        raise TrainingError(message)
    prepared = Prepared(config, network, encoder, examples, [])
    learnt, _ = make_datasets(prepared, None)
    share = videos / examples.record_count if videos else 1.0
    return Load(round(len(learnt) * share), round(sum(learnt.lengths) * share))


def estimates(
    config: TrainingConfig,
    network_config: MimicChatConfig,
    load: Load,
    *,
    utilisation: float,
    machines: Sequence[Machine] = MACHINES,
) -> list[Estimate]:
    """For each machine.

    Args:
        config: The run.
        network_config: Of its network.
        load: Of an epoch.
        utilisation: Share of the maker's figure that training reaches.
        machines: Which.
    """
    operations = epoch_flops(network_config, load)
    found = []
    for machine in machines:
        recipe = _possible(config.recipe, machine.device_count)
        need = memory_need(network_config, recipe, device_count=machine.device_count)
        speed = machine.device_count * machine.gpu.tera_flops * 1e12 * utilisation
        hours = operations / speed / _HOUR
        dollars = hours * recipe.epochs * machine.device_count * machine.gpu.dollars
        found.append(
            Estimate(machine, need.total / _GIB, recipe.global_batch, hours, dollars)
        )
    return found


def epoch_flops(config: MimicChatConfig, load: Load) -> float:
    """Operations of one epoch, without attention's own and the vocabulary's.

    The language model is passed through three times a token: forward, again as
    activations are not kept, and back. Encoders pass once, forward.
    """
    network = build(config, device="meta")
    spatial, temporal = config.spatial, config.temporal
    patches = (spatial.image_size // spatial.patch_size) ** 2 + 1
    pictures = config.max_tiles_per_video * patches
    total = _TRAINED_THROUGH * _size(network.language_model) * load.token_count
    total += _FORWARD * _size(network.spatial_encoder) * pictures * load.sequence_count
    if network.temporal_encoder is not None:
        fields = temporal.max_frames * (temporal.image_size // temporal.patch_size) ** 2
        frames = _FORWARD * _size(network.temporal_encoder) * fields
        total += frames * load.sequence_count
    return float(total)


def table(found: Sequence[Estimate], epochs: int) -> str:
    """Markdown, a row a machine."""
    lines = [
        f"| machine | GiB a device | global batch | an epoch | {epochs} epochs | $ |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        memory = f"{one.gib:.0f} of {one.machine.gpu.memory_gib}"
        memory += "" if one.fits else ", too much"
        days = one.epoch_hours * epochs / 24
        lines.append(
            f"| {one.machine} | {memory} | {one.global_batch} | "
            f"{one.epoch_hours:.1f} h | {days:.1f} days | {one.dollars:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def _possible(recipe: Recipe, device_count: int) -> Recipe:
    """The recipe with the next global batch that so many devices can make."""
    at_once = recipe.per_device_batch * device_count
    whole = -(-recipe.global_batch // at_once) * at_once
    accumulation_steps(
        global_batch=whole,
        per_device_batch=recipe.per_device_batch,
        device_count=device_count,
    )
    return replace(recipe, global_batch=whole)


def _size(part: nn.Module) -> int:
    """Weights that a token meets; a table of words is looked up, not multiplied."""
    tables = sum(
        module.weight.numel()
        for module in part.modules()
        if isinstance(module, nn.Embedding)
    )
    return sum(parameter.numel() for parameter in part.parameters()) - tables
