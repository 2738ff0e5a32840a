"""Trains and measures each variant of the supplement's table A on synthetic clips."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from model.config import MimicChatConfig
from model.initialisation import build
from model.mimic_chat import MimicChat
from model.nano.vocabulary import save_tokenizer, train_tokenizer
from model.sizes import config_of
from model.synthetic.moving_shapes import SIDE, SyntheticClip, draw, every_combination
from model.synthetic.questions import SyntheticTask, items_of
from model.text import Encoder, load_tokenizer
from model.training.ablation_config import FULL, VARIANTS, AblationConfig
from model.training.arguments import training_arguments
from model.training.clip_store import ClipFrames
from model.training.config import DataConfig, TrainingConfig
from model.training.dataset import Collator, ExampleDataset
from model.training.encoder_base import Schooling, teach_encoders
from model.training.evaluation import answer_questions
from model.training.examples import Example
from model.training.mimic_chat_learner import likeliest_answers
from model.training.recipe import Recipe
from model.training.trainer import NetworkTrainer

_BASE_PARTS = (
    "language_model.",
    "boundaries",
    "spatial_encoder.",
    "temporal_encoder.",
)


@dataclass(frozen=True)
class VariantResult:
    """Accuracies in percent of one variant trained with one seed."""

    variant: str
    seed: int
    tasks: dict[str, float]
    macro_pct: float
    unparsed_count: int


class DrawnFrames:
    """Frames of synthetic clips, drawn at first use instead of decoded."""

    def __init__(self, clips: Sequence[SyntheticClip], side: int = SIDE) -> None:
        self._side = side
        self._clips = {clip.name: clip for clip in clips}
        self._drawn: dict[str, Tensor] = {}

    def frames(self, clip: Path) -> ClipFrames:
        """The same for both branches."""
        if clip.name not in self._drawn:
            self._drawn[clip.name] = torch.from_numpy(
                draw(self._clips[clip.name], self._side)
            )
        return ClipFrames(self._drawn[clip.name], self._drawn[clip.name])


@dataclass(frozen=True)
class _Bench:
    """What all variants share."""

    config: AblationConfig
    network: MimicChatConfig
    encoder: Encoder
    frames: DrawnFrames
    learnt: list[SyntheticClip]
    held_out: list[SyntheticClip]


def run_ablations(config: AblationConfig, seeds: int) -> Iterator[VariantResult]:
    """Each variant with each seed; what an earlier run finished is read, not redone."""
    config.output_folder.mkdir(parents=True, exist_ok=True)
    bench = _bench(config)
    for seed in range(seeds):
        base: MimicChat | None = None
        for variant, flag in VARIANTS.items():
            file = config.output_folder / f"{flag or FULL}-{seed}.json"
            if not file.is_file():
                base = base or _base(bench, seed)
                flags = {flag: True} if flag else {}
                network = bench.network.with_ablation(**flags)
                values = _measure(bench, network, base, seed)
                values |= {"variant": variant, "seed": seed}
                file.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
            yield VariantResult(**json.loads(file.read_text(encoding="utf-8")))


def _bench(config: AblationConfig) -> _Bench:
    network = config_of(config.network)
    last = config.clip_seeds + config.held_out_clip_seeds
    learnt = list(every_combination(range(config.clip_seeds)))
    held_out = list(every_combination(range(config.clip_seeds, last)))
    examples = [*_examples(learnt), *_told_examples(learnt)]
    texts = [text for e in examples for text in (e.prompt, e.answer)]
    folder = config.output_folder / "tokenizer"
    size = network.language.vocabulary_size
    save_tokenizer(train_tokenizer(texts, size, network.text), folder)
    encoder = Encoder(network, load_tokenizer(folder))
    frames = DrawnFrames([*learnt, *held_out])
    return _Bench(config, network, encoder, frames, learnt, held_out)


def _base(bench: _Bench, seed: int) -> MimicChat:
    """Parts that stand for the published ones; the variants learn to join them.

    A language model that answers where a sentence tells what a clip shows, and encoders
    that see it.
    """
    config = bench.network
    trainable = replace(
        config,
        spatial=replace(config.spatial, is_frozen=False),
        temporal=replace(config.temporal, is_frozen=False),
        language=replace(config.language, is_frozen=False),
    )
    torch.manual_seed(seed)
    network = build(trainable)
    schooling = Schooling(steps=bench.config.encoder_steps, seed=seed)
    teach_encoders(network, bench.learnt, bench.frames, schooling)
    for name, parameter in network.named_parameters():
        is_text = name.startswith(("language_model.", "boundaries"))
        parameter.requires_grad_(is_text and "lora_" not in name)
    told = list(_told_examples(bench.learnt))
    recipe = replace(bench.config.recipe, max_steps=bench.config.base_steps)
    dataset = ExampleDataset(told, bench.network, bench.encoder, None)
    _train(bench, network, dataset, recipe)
    return network


def _measure(
    bench: _Bench, network_config: MimicChatConfig, base: MimicChat, seed: int
) -> dict[str, object]:
    learnt, held_out = (
        list(_examples(clips)) for clips in (bench.learnt, bench.held_out)
    )
    torch.manual_seed(seed)
    network = build(network_config)
    _take_base(network, base)
    parts = (network_config, bench.encoder, bench.frames)
    recipe = replace(bench.config.recipe, seed=seed)
    _train(bench, network, ExampleDataset(learnt, *parts), recipe)
    tasks = tuple(SyntheticTask)
    asked = ExampleDataset(held_out, *parts)
    scores = answer_questions(
        likeliest_answers(network, bench.encoder), asked, held_out, tasks
    ).scores
    return {
        "tasks": {task: scores.tasks[task].accuracy_pct for task in tasks},
        "macro_pct": scores.macro_pct,
        "unparsed_count": scores.pooled.unparsed_count,
    }


@torch.no_grad()
def _take_base(network: MimicChat, base: MimicChat) -> None:
    """The base's parts, whether or not adapters stand in the language model."""
    source = {
        name.replace(".base_layer", ""): parameter
        for name, parameter in base.named_parameters()
    }
    for name, parameter in network.named_parameters():
        if name.startswith(_BASE_PARTS) and "lora_" not in name:
            parameter.copy_(source[name.replace(".base_layer", "")])


def _train(
    bench: _Bench, network: MimicChat, dataset: ExampleDataset, recipe: Recipe
) -> None:
    run = TrainingConfig(
        output=str(bench.config.output_folder / "run"),
        data=DataConfig(spatial_frames="middle"),
        recipe=recipe,
    )
    NetworkTrainer(
        network,
        training_arguments(run, shows_progress=False, keeps_nothing=True),
        recipe,
        (dataset, dataset),
        Collator(network.config, bench.encoder.padding_id),
    ).train()


def _examples(clips: Sequence[SyntheticClip]) -> Iterator[Example]:
    for clip in clips:
        for item in items_of(clip):
            yield Example(
                item.prompt("text"), item.right_answer("text"), Path(clip.name), item
            )


def _told_examples(clips: Sequence[SyntheticClip]) -> Iterator[Example]:
    """The same questions with a sentence instead of the clip."""
    for clip in clips:
        for item in items_of(clip):
            told = f"{clip.colour} {clip.shape} {clip.direction}"
            yield Example(f"{told}\n{item.prompt('text')}", item.right_answer("text"))
