"""Examples as the network gets them: decoded when asked for, never before."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

import torch
from torch.utils.data import Dataset

from corpus.media.errors import MediaError
from model.collation import collate
from model.config import MimicChatConfig
from model.mimic_chat import IGNORED_LABEL
from model.text import Encoder, TextTooLongError
from model.text import Example as EncodedExample
from model.training.clip_store import ClipFrames
from model.training.example_store import StoredExamples
from model.training.examples import Example
from model.training.fitting import Fitted, fitted
from model.training.word_counts import prompt_and_answer
from model.video import VideoInput, from_strips

# An option's text may be long; a letter is one token.
ANSWER_TOKENS = 48
# How comments are drawn, to see what a network writes.
COMMENT_TOKENS, TEMPERATURE, TOP_P = 64, 0.7, 0.9
# Opens the reason for which a question is not learnt.
LONG_OPTIONS = "Its options are too long"


class FrameSource(Protocol):
    """Where a clip's frames come from."""

    def frames(self, clip: Path) -> ClipFrames: ...


@dataclass(frozen=True)
class Skipped:
    """An example that cannot be used, and why; the collator counts it."""

    source: str
    reason: str


@dataclass(frozen=True)
class Asked:
    """One question with what is seen of its clip.

    Attributes:
        video: As the learner's answers take it.
    """

    fitted: Fitted
    video: Any


# What one clip's questions became: its sequences, and those that could not be used.
PackedItem = list[EncodedExample | Skipped]


def no_video(config: MimicChatConfig) -> VideoInput:
    """What the network gets where texts alone are learnt."""
    spatial, temporal = config.spatial.image_size, config.temporal.image_size
    return VideoInput(
        tiles=torch.zeros(0, 3, spatial, spatial, dtype=torch.uint8),
        frames=torch.zeros(0, 3, temporal, temporal, dtype=torch.uint8),
        frame_count=0,
    )


class ExampleDataset(Dataset[EncodedExample | Skipped]):
    """Examples of one side, training or held out.

    Attributes:
        lengths: Tokens of each example with all that its video could have, so that
            nothing is decoded to know them.
        epoch: The sampler's; with the seed and the place it decides the frames drawn.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        config: MimicChatConfig,
        encoder: Encoder,
        frames: FrameSource | None,
        *,
        random_frames_seed: int | None = None,
    ) -> None:
        """Measure all texts.

        Args:
            examples: What to learn.
            config: The network's.
            encoder: For its tokenizer.
            frames: Where decoded clips are; None only if no example has one.
            random_frames_seed: In training; None takes the middle frames.
        """
        self._examples = examples
        self._config = config
        self._encoder = encoder
        self._frames = frames
        self._seed = random_frames_seed
        self.epoch = 0
        self.lengths = self._lengths(examples)

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, index: int) -> EncodedExample | Skipped:
        example = self._examples[index]
        try:
            video = self.video(index)
        except MediaError as error:
            return Skipped(str(example.clip), error.message)
        return self.encoded(index, video)

    def encoded(self, index: int, video: VideoInput) -> EncodedExample | Skipped:
        """One example about its clip, which is decoded already."""
        example = self._examples[index]
        try:
            encoded = self._encoder.encode(video, example.prompt, example.answer)
        except TextTooLongError as error:
            return Skipped(example.answer[:40], str(error))
        if example.question is not None and encoded.cut_count:
            source = f"{example.clip}: {example.question.task}"
            return Skipped(source, f"{LONG_OPTIONS} by {encoded.cut_count} tokens.")
        return encoded

    def asked(self, index: int) -> Asked | Skipped:
        """One question, its options cut where it would not fit; nothing is learnt."""
        example = self._examples[index]
        try:
            video = self.video(index)
        except MediaError as error:
            return Skipped(str(example.clip), error.message)

        def fits(prompt: str) -> bool:
            encoded = self._encoder.encode(video, prompt, reserve=ANSWER_TOKENS)
            return not encoded.cut_count

        return Asked(fitted(example, fits), video)

    def video(self, index: int) -> VideoInput:
        """What the branches see of one example's clip.

        Raises:
            MediaError: It does not decode.
        """
        clip = self._examples[index].clip
        if clip is None:
            return no_video(self._config)
        return self._read(clip, index)

    def clip(self, index: int) -> Path | None:
        return self._examples[index].clip

    @property
    def visual_token_count(self) -> int:
        """What each example with a clip is taken to have of these."""
        return self._config.max_visual_tokens

    def _read(self, clip: Path, index: int) -> VideoInput:
        if self._frames is None:
            message = f"{clip} has no store of frames."
            raise ValueError(message)
        rng = None
        if self._seed is not None:
            rng = Random(f"{self._seed}/{self.epoch}/{index}")  # noqa: S311
        frames = self._frames.frames(clip)
        return from_strips(frames.spatial, frames.temporal, self._config, rng)

    def _lengths(self, examples: Sequence[Example]) -> list[int]:
        visual = self._config.max_visual_tokens
        if isinstance(examples, StoredExamples):
            # All have a clip or none has.
            shared = visual if len(examples) and examples[0].clip else 0
            return [shared + count for count in examples.word_counts.tolist()]
        counts = prompt_and_answer(self._encoder.tokenizer)(examples)
        return [
            count + (visual if example.clip else 0)
            for example, count in zip(examples, counts, strict=True)
        ]


@dataclass
class Collator:
    """Makes a batch of the usable examples, and says how many were not.

    `skipped` travels with the batch, as loading may happen in another process.
    """

    config: MimicChatConfig
    padding_id: int

    def __call__(
        self, examples: Sequence[EncodedExample | Skipped | PackedItem]
    ) -> dict[str, object]:
        """A batch of their sequences; a packed item may be several."""
        lists = (item if isinstance(item, list) else [item] for item in examples)
        found = [example for part in lists for example in part]
        usable = [e for e in found if not isinstance(e, Skipped)]
        skipped = [e for e in found if isinstance(e, Skipped)]
        # Labels without an answer: Trainer counts answer tokens before a step.
        nothing = {"labels": torch.full((1, 1), IGNORED_LABEL)}
        if not usable:
            return {**nothing, "skipped": skipped}
        batch = collate(usable, self.config, padding_id=self.padding_id)
        return {**batch, "skipped": skipped}
