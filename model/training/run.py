"""One training run from its config to the trained network on disk."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch

from model import checkpoint
from model.base import MANIFEST, from_base
from model.config import MimicChatConfig
from model.mimic_chat import MimicChat, build
from model.sizes import config_of
from model.text import Encoder, load_tokenizer
from model.training.arguments import checkpoint_folder, training_arguments
from model.training.config import TrainingConfig
from model.training.corpus_files import read_records
from model.training.dataset import Collator, ExampleDataset
from model.training.errors import TrainingError
from model.training.evaluation import answer_questions, comment_perplexity
from model.training.examples import Example, Examples, read_examples
from model.training.frame_store import FrameStore
from model.training.leakage import clips_of, refuse_leaks
from model.training.memory import refuse_too_large
from model.training.state import last_complete, load_trained
from model.training.trainer import MimicChatTrainer


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs, checked, before anything large is built."""

    config: TrainingConfig
    network_config: MimicChatConfig
    encoder: Encoder
    examples: Examples
    held_out: list[Example]


def prepare(config: TrainingConfig) -> Prepared:
    """Read the data and refuse what must not or cannot run.

    Raises:
        TrainingError: With what to change.
    """
    examples = read_examples(config.data)
    if not examples.training:
        raise TrainingError(_nothing_to_learn(examples))
    _refuse_benchmark(config)
    network_config = config_of(config.network)
    refuse_too_large(network_config, config.recipe)
    training_arguments(config, example_count=len(examples.training))
    encoder = Encoder(network_config, load_tokenizer(_tokenizer_folder(config)))
    held_out = _sampled(examples.held_out, config)
    return Prepared(config, network_config, encoder, examples, held_out)


def train(prepared: Prepared, *, shows_progress: bool = True) -> dict[str, Any]:
    """Train, going on from the last whole checkpoint; write `last`, `best`, a result.

    Returns:
        What `result.json` holds.
    """
    if not prepared.config.data.shows_video:
        return _train(prepared, None, shows_progress=shows_progress)
    frames = FrameStore(
        prepared.config.frame_folder,
        prepared.network_config,
        limit_gib=prepared.config.data.frame_cache_gib,
    )
    with closing(frames):
        return _train(prepared, frames, shows_progress=shows_progress)


def _train(
    prepared: Prepared, frames: FrameStore | None, *, shows_progress: bool
) -> dict[str, Any]:
    config = prepared.config
    datasets = make_datasets(prepared, frames)
    trainer = MimicChatTrainer(
        start_network(prepared),
        training_arguments(
            config, example_count=len(datasets[0]), shows_progress=shows_progress
        ),
        config.recipe,
        datasets,
        Collator(prepared.network_config, prepared.encoder.padding_id),
    )
    resume = last_complete(checkpoint_folder(config))
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    network = trainer.network
    if not trainer.is_world_process_zero():
        return {}
    _export(network, prepared, "last")
    best = trainer.state.best_model_checkpoint
    if best and Path(best).is_dir():
        load_trained(network, Path(best))
        _export(network, prepared, "best")
    result = _counts(prepared, trainer) | evaluate(prepared, network, datasets[1])
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (config.output_folder / "result.json").write_text(text + "\n", encoding="utf-8")
    return result


def evaluate(
    prepared: Prepared, network: MimicChat, dataset: ExampleDataset
) -> dict[str, Any]:
    """Perplexity and accuracies on the held-out examples."""
    collator = Collator(prepared.network_config, prepared.encoder.padding_id)
    perplexity = comment_perplexity(network, dataset, prepared.held_out, collator)
    result: dict[str, Any] = {
        "comment_perplexity": perplexity.per_token,
        "comment_bits_per_byte": perplexity.bits_per_byte,
        "comment_token_count": perplexity.token_count,
    }
    if prepared.config.data.tasks and prepared.config.data.shows_video:
        scores = answer_questions(network, prepared.encoder, dataset, prepared.held_out)
        result["tasks"] = {
            task: {
                "accuracy_pct": s.accuracy_pct,
                "item_count": s.item_count,
                "unparsed_count": s.unparsed_count,
            }
            for task, s in scores.tasks.items()
            if s.item_count
        }
        if result["tasks"]:
            result["macro_pct"] = scores.macro_pct
            result["micro_pct"] = scores.micro_pct
    return result


def make_datasets(
    prepared: Prepared, frames: FrameStore | None
) -> tuple[ExampleDataset, ExampleDataset]:
    """To learn from, and held out."""
    data = prepared.config.data
    draws = data.seed if data.spatial_frames == "random" else None
    parts = (prepared.network_config, prepared.encoder, frames)
    return (
        ExampleDataset(prepared.examples.training, *parts, random_frames_seed=draws),
        ExampleDataset(prepared.held_out, *parts),
    )


def start_network(prepared: Prepared) -> MimicChat:
    """The network as training finds it: random by the seed, or read from a folder.

    What trains is in float32; a frozen base stays as small as it was published.
    """
    config, network_config = prepared.config, prepared.network_config
    torch.manual_seed(config.recipe.seed)
    if config.init == "random":
        return build(network_config)
    folder = Path(config.init)
    if (folder / MANIFEST).is_file():
        network = from_base(network_config, folder)
        network.train_in(torch.float32)
        return network
    base = Path(config.base) if config.base else None
    return checkpoint.load(folder, base=base, config=network_config).network


def _tokenizer_folder(config: TrainingConfig) -> Path:
    folder = config.tokenizer or config.init
    if folder == "random":
        message = "Random weights bring no tokenizer: name a folder in `tokenizer`."
        raise TrainingError(message)
    return Path(folder)


def _refuse_benchmark(config: TrainingConfig) -> None:
    data = config.data
    if not data.benchmark_records:
        return
    files = (*data.records, *data.comment_records)
    refuse_leaks(
        clips_of(read_records(files, data.licenses).records, Path(data.clips)),
        clips_of(
            read_records(data.benchmark_records).records, Path(data.benchmark_clips)
        ),
    )


def _nothing_to_learn(examples: Examples) -> str:
    return (
        f"There is nothing to learn from: {examples.record_count} records remain after "
        f"{examples.other_license_count} under other licences, "
        f"{examples.without_clip_count} without their clip and "
        f"{examples.refused_line_count} unreadable lines. Look at `records`, `clips` "
        "and `licenses` in the config."
    )


def _sampled(examples: Sequence[Example], config: TrainingConfig) -> list[Example]:
    """As many of the held-out examples as an evaluation may take, always the same."""
    limit = config.data.evaluation_examples
    if len(examples) <= limit:
        return list(examples)
    return Random(config.data.seed).sample(list(examples), limit)  # noqa: S311


def _export(network: MimicChat, prepared: Prepared, name: str) -> None:
    """The trained network with its tokenizer, as engines load it."""
    folder = prepared.config.output_folder / name
    checkpoint.save(network, folder, tokenizer=prepared.encoder.tokenizer)


def _counts(prepared: Prepared, trainer: MimicChatTrainer) -> dict[str, Any]:
    examples = prepared.examples
    return {
        "training_example_count": len(examples.training),
        "held_out_example_count": len(prepared.held_out),
        "record_count": examples.record_count,
        "refused_line_count": examples.refused_line_count,
        "other_license_count": examples.other_license_count,
        "without_clip_count": examples.without_clip_count,
        "skipped": trainer.skipped,
        "steps": trainer.state.global_step,
        "best_held_out_loss": trainer.state.best_metric,
    }
