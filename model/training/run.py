"""MIMIC-Chat's training, from its config to what the trainer needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import torch

from corpus.media.strips import Strip
from model import checkpoint
from model.config import MimicChatConfig
from model.initialisation import build
from model.mimic_chat import MimicChat
from model.published_base import MANIFEST, dtype_of, from_base
from model.sizes import config_of
from model.text import Encoder, load_tokenizer
from model.training.arguments import training_arguments
from model.training.clip_store import strips_of
from model.training.config import TrainingConfig
from model.training.data import read_data
from model.training.dataset import ExampleDataset, FrameSource
from model.training.errors import TrainingError
from model.training.examples import Example, Examples
from model.training.learner import Frames
from model.training.memory import best_device, memory_need, refuse_too_large
from model.training.mimic_chat_learner import MimicChatLearner
from model.training.packing import PackedDataset
from model.training.preference_data import Preferences
from model.training.word_counts import prompt_and_answer


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs, checked, before anything large is built."""

    config: TrainingConfig
    network_config: MimicChatConfig
    encoder: Encoder
    examples: Examples
    held_out: Sequence[Example]
    preferences: Preferences | None = None

    @property
    def strips(self) -> tuple[Strip, ...]:
        return strips_of(self.network_config)

    def start(self) -> MimicChat:
        """The network as training finds it."""
        return start_network(self)

    def load(self, folder: Path) -> MimicChat:
        """The network as a run left it.

        Raises:
            CheckpointError: The folder holds none, or it stands on another base.
        """
        init = Path(self.config.init)
        is_on_base = (init / MANIFEST).is_file()
        base = str(init) if is_on_base else self.config.base
        return _load(self.config, folder, base, device=best_device())

    def learner(self, network: MimicChat, frames: Frames | None) -> MimicChatLearner:
        """The network with the examples."""
        return MimicChatLearner(network, self.encoder, make_datasets(self, frames))

    def dataset(
        self, examples: Sequence[Example], frames: Frames | None
    ) -> ExampleDataset:
        """These examples, their frames the same in each epoch."""
        return ExampleDataset(examples, self.network_config, self.encoder, frames)

    def asking(self, held_out: Sequence[Example]) -> Self:
        """The same run with nothing to learn, and these examples to measure on."""
        examples = replace(self.examples, training=[])
        return replace(self, examples=examples, held_out=held_out)


def prepare(config: TrainingConfig) -> Prepared:
    """Read the data and refuse what must not or cannot run.

    Raises:
        TrainingError: With what to change.
    """
    recipe = config.recipe
    refuse_too_large(memory_need(config_of(config.network), recipe), recipe)
    training_arguments(config)
    network_config, encoder = network_and_encoder(config)
    data = read_data(config, prompt_and_answer(encoder.tokenizer))
    return Prepared(config, network_config, encoder, *data)


def network_and_encoder(config: TrainingConfig) -> tuple[MimicChatConfig, Encoder]:
    """What is trained, and what writes its sequences.

    Raises:
        TrainingError: The tokenizer is missing or lacks a token.
    """
    network_config = config_of(config.network)
    return network_config, _encoder(network_config, _tokenizer_folder(config))


def make_datasets(
    prepared: Prepared, frames: FrameSource | None
) -> tuple[ExampleDataset | PackedDataset, ExampleDataset]:
    """To learn from, and held out."""
    data = prepared.config.data
    draws = data.seed if data.spatial_frames == "random" else None
    parts = (prepared.network_config, prepared.encoder, frames)
    examples = prepared.examples.training
    learnt = ExampleDataset(examples, *parts, random_frames_seed=draws)
    held_out = ExampleDataset(prepared.held_out, *parts)
    if data.questions_a_sequence <= 1:
        return learnt, held_out
    packed = PackedDataset(
        learnt,
        examples,
        prepared.encoder,
        most=data.questions_a_sequence,
        max_tokens=prepared.network_config.language.max_tokens,
    )
    return packed, held_out


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
        dtype = _frozen_dtype(config, folder)
        network = from_base(network_config, folder, dtype=dtype)
        network.train_in(torch.float32)
        return network
    return _load(config, folder, config.base, network_config=network_config)


def _load(
    config: TrainingConfig,
    folder: Path,
    base: str,
    *,
    network_config: MimicChatConfig | None = None,
    device: torch.device | str = "cpu",
) -> MimicChat:
    """A checkpoint's network, a frozen base under it as small as it was published."""
    return checkpoint.load(
        folder,
        base=Path(base) if base else None,
        dtype=_frozen_dtype(config, Path(base)) if base else torch.float32,
        trained_dtype=torch.float32,
        config=network_config,
        device=device,
    ).network


def _frozen_dtype(config: TrainingConfig, base: Path) -> torch.dtype:
    """Without mixed precision everything must be of one type."""
    return torch.float32 if config.recipe.precision == "fp32" else dtype_of(base)


def _encoder(network_config: MimicChatConfig, folder: Path) -> Encoder:
    tokenizer = load_tokenizer(folder)
    try:
        return Encoder(network_config, tokenizer)
    except ValueError as error:
        message = f"{folder}: {error} Take its own tokenizer, or change `text` there."
        raise TrainingError(message) from error


def _tokenizer_folder(config: TrainingConfig) -> Path:
    folder = config.tokenizer or config.init
    if folder == "random":
        message = "Random weights bring no tokenizer: name a folder in `tokenizer`."
        raise TrainingError(message)
    return Path(folder)
