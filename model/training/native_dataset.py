"""Examples as a video model of transformers gets them: as its processor writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from corpus.media.errors import MediaError
from model.mimic_chat import IGNORED_LABEL
from model.native.inputs import ClipInputs, TimedFrames
from model.training.dataset import ANSWER_TOKENS, Asked, Skipped
from model.training.example_store import StoredExamples
from model.training.examples import Example
from model.training.fitting import fitted
from model.training.word_counts import WordCounts, prompt_and_answer


class TimedSource(Protocol):
    """Where a clip's frames come from."""

    def timed_frames(self, clip: Path) -> TimedFrames: ...


@dataclass(frozen=True, eq=False)
class NativeExample:
    """A conversation up to the answer, its clip if it has one, and the answer's ids."""

    text: str
    clip: TimedFrames | None
    answer_ids: list[int]


class NativeDataset(Dataset[NativeExample | Skipped]):
    """Examples of one side, training or held out.

    Attributes:
        lengths: Tokens of each example's words; clips are alike in length.
        epoch: The sampler's; the frames are the same in each, as engines show them.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        inputs: ClipInputs,
        frames: TimedSource | None,
        *,
        max_tokens: int,
    ) -> None:
        """Measure all texts.

        Args:
            examples: What to learn.
            inputs: Of the checkpoint's processor.
            frames: Where decoded clips are; None only if no example has one.
            max_tokens: Longer examples are skipped.
        """
        self._examples = examples
        self._inputs = inputs
        self._tokenizer = inputs.processor.tokenizer
        self._frames = frames
        self._max_tokens = max_tokens
        self._clip_tokens: dict[tuple[int, ...], int] = {}
        self.epoch = 0
        self.lengths = (
            examples.word_counts.tolist()
            if isinstance(examples, StoredExamples)
            else conversation_counts(inputs)(examples)
        )

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, index: int) -> NativeExample | Skipped:
        example = self._examples[index]
        try:
            clip = self.video(index)
            needed = self.lengths[index] + (self._tokens_of(clip) if clip else 0)
        except MediaError as error:
            return Skipped(str(example.clip), error.message)
        except ValueError as error:
            # Processors refuse extreme shapes.
            return Skipped(str(example.clip), str(error))
        if needed > self._max_tokens:
            reason = f"Its {needed} tokens are more than {self._max_tokens}."
            return Skipped(example.answer[:40], reason)
        text = self._inputs.text(example.prompt, has_clip=clip is not None)
        return NativeExample(text, clip, self._answer_ids(example))

    def asked(self, index: int) -> Asked | Skipped:
        """One question, its options cut where it would not fit."""
        example = self._examples[index]
        try:
            clip = self.video(index)
            room = self._max_tokens - (self._tokens_of(clip) if clip else 0)
        except MediaError as error:
            return Skipped(str(example.clip), error.message)
        except ValueError as error:
            return Skipped(str(example.clip), str(error))
        return Asked(
            fitted(example, lambda prompt: self._words(prompt) <= room - ANSWER_TOKENS),
            clip,
        )

    def video(self, index: int) -> TimedFrames | None:
        """What is seen of one example's clip.

        Raises:
            MediaError: It does not decode.
        """
        clip = self._examples[index].clip
        if clip is None:
            return None
        if self._frames is None:
            message = f"{clip} has no store of frames."
            raise ValueError(message)
        return self._frames.timed_frames(clip)

    def _answer_ids(self, example: Example) -> list[int]:
        ids = self._tokenizer.encode(example.answer, add_special_tokens=False)
        return [*ids, self._tokenizer.eos_token_id]

    def _words(self, prompt: str) -> int:
        text = self._inputs.text(prompt, has_clip=False)
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _tokens_of(self, clip: TimedFrames) -> int:
        """Of the clip alone; by its shape, so that few clips are processed for it."""
        shape = tuple(clip.pixels.shape)
        if shape not in self._clip_tokens:
            text = self._inputs.text
            counts = [
                self._inputs.batch([text("?", has_clip=bool(clips))], clips)[
                    "input_ids"
                ].shape[1]
                for clips in ([clip], [])
            ]
            self._clip_tokens[shape] = counts[0] - counts[1]
        return self._clip_tokens[shape]


def conversation_counts(inputs: ClipInputs) -> WordCounts:
    """Of the chat template without its clip, the answer, and the token that ends it."""
    counts = prompt_and_answer(inputs.processor.tokenizer)
    template = inputs.text("", has_clip=False)
    return WordCounts(
        inputs.processor.tokenizer,
        lambda e: inputs.text(e.prompt, has_clip=False) + e.answer,
        f"{counts.key}/{template}",
        added=1,
    )


@dataclass
class NativeCollator:
    """Makes a batch of the usable examples, and says how many were not."""

    inputs: ClipInputs

    def __call__(self, examples: Sequence[NativeExample | Skipped]) -> dict[str, Any]:
        usable = [e for e in examples if not isinstance(e, Skipped)]
        skipped = [e for e in examples if isinstance(e, Skipped)]
        if not usable:
            # Labels without an answer: Trainer counts answer tokens before a step.
            return {"labels": torch.full((1, 1), IGNORED_LABEL), "skipped": skipped}
        prompts = self.inputs.batch(
            [e.text for e in usable], [e.clip for e in usable if e.clip is not None]
        )
        tokenizer = self.inputs.processor.tokenizer
        padding_id = tokenizer.pad_token_id
        batch = with_answers(
            prompts,
            [e.answer_ids for e in usable],
            padding_id=tokenizer.eos_token_id if padding_id is None else padding_id,
        )
        return {**batch, "skipped": skipped}


def with_answers(
    prompts: Mapping[str, Tensor], answers: Sequence[list[int]], *, padding_id: int
) -> dict[str, Tensor]:
    """Answers behind their prompts, rows padded on the left again, and labels.

    Args:
        prompts: (batch, tokens) tensors padded on the left, and those of the clips.
        answers: The ids of each row's answer.
        padding_id: For `input_ids`.
    """
    is_prompt = prompts["attention_mask"].bool()
    batch = dict(prompts)
    for name, tensor in prompts.items():
        if tensor.shape != is_prompt.shape:
            continue
        # Token kinds of the text are 0.
        rows = [
            torch.cat([row[kept], _tail(name, answer).to(row.dtype)])
            for row, kept, answer in zip(tensor, is_prompt, answers, strict=True)
        ]
        batch[name] = _padded(rows, padding_id if name == "input_ids" else 0)
    labels = [
        torch.cat([torch.full((int(kept.sum()),), IGNORED_LABEL), torch.tensor(answer)])
        for kept, answer in zip(is_prompt, answers, strict=True)
    ]
    batch["labels"] = _padded(labels, IGNORED_LABEL)
    return batch


def _tail(name: str, answer: list[int]) -> Tensor:
    if name == "input_ids":
        return torch.tensor(answer)
    return torch.full((len(answer),), int(name == "attention_mask"))


def _padded(rows: list[Tensor], value: int) -> Tensor:
    return pad_sequence(
        rows, batch_first=True, padding_value=value, padding_side="left"
    )
