"""One variant of the network's benchmark, in a process of its own; see `model`."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from benchmarks.model_bench import (
    InlineFrames,
    clips,
    configuration,
    encoder,
    examples,
    random_network,
)
from benchmarks.model_meter import (
    WARM_UP_STEPS,
    Meter,
    flops_of,
    memory,
    now,
    peak_flops,
)
from model.decoding import Sampling, generate
from model.mimic_chat import MimicChat
from model.text import Encoder
from model.training.arguments import training_arguments
from model.training.clip_store import ClipStore, strips_of
from model.training.config import DataConfig, TrainingConfig
from model.training.dataset import Collator, ExampleDataset, FrameSource
from model.training.examples import Example
from model.training.packing import PackedDataset
from model.training.recipe import Recipe
from model.training.trainer import NetworkTrainer

PER_CLIP = 12
_GENERATED_AT_ONCE = 16


@dataclass(frozen=True)
class Work:
    """What a variant does; a JSON object on the command line.

    Attributes:
        variant: One of `benchmarks.model.VARIANTS`.
        task: "train", "generate" or "profile".
        network: A named size or a file.
        depth: Layers of each part; 0: all.
        folder: Of clips, decoded frames and a vocabulary, shared by all variants.
        batch: Samples of a training step.
        steps: Those that are measured.
        comments: To generate, of `tokens` tokens each.
    """

    variant: str
    task: str
    network: str
    depth: int
    folder: str
    batch: int
    steps: int
    comments: int
    tokens: int

    @property
    def is_ours(self) -> bool:
        return self.variant != "straightforward"

    @property
    def packs(self) -> bool:
        return self.variant == "one sequence a clip"


def main() -> None:
    work = Work(**json.loads(sys.argv[1]))
    torch.manual_seed(0)
    tasks = {"train": _train, "generate": _generate, "profile": _profile}
    kernel = nullcontext() if work.is_ours else sdpa_kernel(SDPBackend.MATH)
    with kernel:
        result = tasks[work.task](work)
    print(json.dumps(result | memory()))


def _train(work: Work) -> dict[str, Any]:
    network, asked, encoder_ = _parts(work, work.steps + WARM_UP_STEPS)
    with _frames(work, network) as frames:
        dataset = ExampleDataset(asked, network.config, encoder_, frames)
        if work.is_ours:
            _decode_all(dataset)
        learnt = _learnt(work, dataset, asked, encoder_)
        meter = Meter(network)
        _trainer(work, network, learnt, encoder_, meter).train()
        operations = flops_of(network, learnt, encoder_, meter.token_counts)
    return {
        "seconds": meter.spent.wall,
        "busy_seconds": meter.spent.busy,
        "samples": meter.questions,
        "tokens": sum(meter.token_counts),
        "places": meter.places,
        "flops": operations,
        "peak_flops": peak_flops(network),
    }


def _generate(work: Work) -> dict[str, Any]:
    network, asked, encoder_ = _parts(work, work.comments)
    network.eval()
    sampling = Sampling(max_new_tokens=work.tokens)
    at_once = _GENERATED_AT_ONCE if work.is_ours else 1
    with _frames(work, network) as frames:
        dataset = ExampleDataset(asked, network.config, encoder_, frames)
        if work.is_ours:
            _decode_all(dataset)
        prompts = ["Write a comment."] * work.comments
        generate(network, encoder_, [dataset.video(0)], prompts[:1], sampling=sampling)
        start = now()
        for first in range(0, work.comments, at_once):
            some = range(first, min(first + at_once, work.comments))
            videos = [dataset.video(index) for index in some]
            generate(
                network, encoder_, videos, prompts[: len(videos)], sampling=sampling
            )
        spent = now().since(start)
    return {
        "seconds": spent.wall,
        "busy_seconds": spent.busy,
        "comments": work.comments,
        "tokens": work.tokens,
    }


def _profile(work: Work) -> dict[str, Any]:
    """Where the time of our training steps goes."""
    network, asked, encoder_ = _parts(work, work.steps + WARM_UP_STEPS)
    with _frames(work, network) as frames:
        dataset = ExampleDataset(asked, network.config, encoder_, frames)
        _decode_all(dataset)
        with torch.profiler.profile() as profiler:
            _trainer(work, network, dataset, encoder_, Meter(network)).train()
    order = (
        "self_cuda_time_total" if torch.cuda.is_available() else "self_cpu_time_total"
    )
    table = profiler.key_averages().table(
        sort_by=order, row_limit=12, max_name_column_width=48
    )
    return {"profile": table}


def _parts(work: Work, count: int) -> tuple[MimicChat, list[Example], Encoder]:
    """As many examples as are needed: of a step each, or of a comment each."""
    folder = Path(work.folder)
    config = configuration(work.network, work.depth)
    wanted = count * work.batch if work.task != "generate" else count
    each = PER_CLIP if work.task != "generate" else 1
    files = clips(folder / "clips", -(-wanted // each))
    return (
        random_network(config),
        examples(files, each)[:wanted],
        encoder(config, folder / "vocabulary"),
    )


def _learnt(
    work: Work, dataset: ExampleDataset, asked: list[Example], encoder_: Encoder
) -> ExampleDataset | PackedDataset:
    if not work.packs:
        return dataset
    limit = configuration(work.network, work.depth).language.max_tokens
    return PackedDataset(dataset, asked, encoder_, most=PER_CLIP, max_tokens=limit)


def _trainer(
    work: Work,
    network: MimicChat,
    dataset: ExampleDataset | PackedDataset,
    encoder_: Encoder,
    meter: Meter,
) -> NetworkTrainer:
    # As many examples, whatever a sequence holds of them.
    steps = WARM_UP_STEPS + -(-(len(dataset) - work.batch) // work.batch)
    recipe = Recipe(
        max_steps=steps,
        per_device_batch=work.batch,
        global_batch=work.batch,
        groups_by_length=work.is_ours,
        precision="bf16" if torch.cuda.is_available() else "fp32",
        workers=2 if work.is_ours and torch.cuda.is_available() else 0,
    )
    run = TrainingConfig(output=f"{work.folder}/run", data=DataConfig(), recipe=recipe)
    arguments = training_arguments(run, shows_progress=False, keeps_nothing=True)
    trainer = NetworkTrainer(
        network,
        replace(arguments, logging_strategy="no"),
        recipe,
        (dataset, dataset),
        Collator(network.config, encoder_.padding_id),
    )
    trainer.add_callback(meter)
    return trainer


@contextmanager
def _frames(work: Work, network: MimicChat) -> Iterator[FrameSource]:
    if not work.is_ours:
        yield InlineFrames(network.config)
        return
    strips = strips_of(network.config)
    with closing(ClipStore(Path(work.folder, "frames"), strips)) as store:
        yield store


def _decode_all(dataset: ExampleDataset) -> None:
    """In training this is the first of many epochs; it is not what is measured."""
    for index in range(len(dataset)):
        dataset.video(index)


if __name__ == "__main__":
    main()
