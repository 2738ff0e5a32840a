"""The fine-tune of a video model of transformers, from its config to a learner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import torch
import transformers

from corpus.media.strips import Strip
from model.native import network as native_network
from model.native.adapter import save_adapter
from model.native.inputs import ClipInputs, TimedFrames
from model.native.network import Drawing, NativeNetwork
from model.training.arguments import training_arguments
from model.training.config import TrainingConfig
from model.training.data import read_data
from model.training.dataset import (
    ANSWER_TOKENS,
    COMMENT_TOKENS,
    TEMPERATURE,
    TOP_P,
)
from model.training.errors import TrainingError
from model.training.examples import Example, Examples
from model.training.learner import Frames
from model.training.memory import best_device, native_memory_need, refuse_too_large
from model.training.native_dataset import (
    NativeCollator,
    NativeDataset,
    conversation_counts,
)
from model.training.preference_data import Preferences


class NativeLearner:
    """A published model with its adapter, its processor and its examples."""

    def __init__(
        self,
        network: NativeNetwork,
        inputs: ClipInputs,
        datasets: tuple[NativeDataset, NativeDataset],
    ) -> None:
        self.network = network
        self.datasets = datasets
        self.collator = NativeCollator(inputs)
        self._inputs = inputs

    def answers(
        self, videos: Sequence[TimedFrames | None], prompts: Sequence[str]
    ) -> list[str]:
        """The likeliest answer to each prompt about its video."""
        texts = [
            self._inputs.text(prompt, has_clip=video is not None)
            for video, prompt in zip(videos, prompts, strict=True)
        ]
        clips = [video for video in videos if video is not None]
        batch = self._inputs.batch(texts, clips)
        return self.network.write(self._inputs, dict(batch), ANSWER_TOKENS)

    def drawn(
        self,
        videos: Sequence[TimedFrames | None],
        prompts: Sequence[str],
        seeds: Sequence[int],
    ) -> list[str]:
        """An answer to each prompt, drawn by its seed, one by one."""
        found = []
        for video, prompt, seed in zip(videos, prompts, seeds, strict=True):
            text = self._inputs.text(prompt, has_clip=video is not None)
            batch = self._inputs.batch([text], [] if video is None else [video])
            found += self.network.write(
                self._inputs,
                dict(batch),
                COMMENT_TOKENS,
                Drawing(seed, TEMPERATURE, TOP_P),
            )
        return found

    def export(self, folder: Path) -> None:
        """The adapter alone."""
        save_adapter(self.network.adapted, folder)


@dataclass(frozen=True)
class NativePrepared:
    """Everything a fine-tune needs, checked, before anything large is built."""

    config: TrainingConfig
    inputs: ClipInputs
    examples: Examples
    held_out: Sequence[Example]
    preferences: Preferences | None = None

    @property
    def strips(self) -> tuple[Strip, ...]:
        native = self.config.native
        return (Strip(native.frame_count, native.max_short_side),)

    def start(self) -> NativeNetwork:
        """The published model with a new adapter."""
        torch.manual_seed(self.config.recipe.seed)
        return native_network.start(self.config.native, self._dtype)

    def load(self, folder: Path) -> NativeNetwork:
        """The published model with the adapter in a folder.

        Raises:
            AdapterError: There is none, or it belongs to another model.
        """
        network = native_network.trained(self.config.native, folder, self._dtype)
        return network.to(best_device())

    def learner(self, network: NativeNetwork, frames: Frames | None) -> NativeLearner:
        """The network with the examples."""
        limit = self.config.native.max_tokens
        learnt, held_out = (
            NativeDataset(examples, self.inputs, frames, max_tokens=limit)
            for examples in (self.examples.training, self.held_out)
        )
        return NativeLearner(network, self.inputs, (learnt, held_out))

    def dataset(
        self, examples: Sequence[Example], frames: Frames | None
    ) -> NativeDataset:
        """These examples, their frames the same in each epoch."""
        limit = self.config.native.max_tokens
        return NativeDataset(examples, self.inputs, frames, max_tokens=limit)

    def asking(self, held_out: Sequence[Example]) -> Self:
        """The same run with nothing to learn, and these examples to measure on."""
        examples = replace(self.examples, training=[])
        return replace(self, examples=examples, held_out=held_out)

    @property
    def _dtype(self) -> torch.dtype:
        is_small = self.config.recipe.precision == "bf16"
        return torch.bfloat16 if is_small else torch.float32


def prepare_native(config: TrainingConfig) -> NativePrepared:
    """Read the data and refuse what must not or cannot run.

    Raises:
        TrainingError: With what to change.
    """
    if config.recipe.dropout:
        message = "`dropout` is MIMIC-Chat's; a fine-tune has `native.lora.dropout`."
        raise TrainingError(message)
    if config.data.questions_a_sequence > 1:
        message = (
            "`questions_a_sequence` is MIMIC-Chat's: published models have no place "
            "for a mask of it. Leave it out."
        )
        raise TrainingError(message)
    inputs = _inputs(Path(config.native.checkpoint))
    data = read_data(config, conversation_counts(inputs))
    refuse_too_large(native_memory_need(config.native, config.recipe), config.recipe)
    training_arguments(config)
    return NativePrepared(config, inputs, *data)


def _inputs(folder: Path) -> ClipInputs:
    """The checkpoint's processor.

    Raises:
        TrainingError: There is none, or it takes no videos.
    """
    try:
        processor = transformers.AutoProcessor.from_pretrained(
            folder, local_files_only=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        message = f"No processor loads from `native.checkpoint`, {folder}: {error}"
        raise TrainingError(message) from error
    if getattr(processor, "video_processor", None) is None:
        message = f"The model in {folder} takes no videos; name one that does."
        raise TrainingError(message)
    return ClipInputs(processor)
