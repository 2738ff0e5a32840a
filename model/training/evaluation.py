"""How good a network is: accuracy on the tasks, perplexity on people's comments."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor

from corpus.media.errors import MediaError
from model.mimic_chat import IGNORED_LABEL
from model.training.dataset import Skipped
from model.training.examples import Example
from model.training.learner import (
    BatchMaker,
    TrainedNetwork,
    TrainingSet,
    to_network,
)
from tasks.catalogue import Task
from tasks.scoring import AnsweredItem, Question, Scores, score

_BATCH = 16
# An option's text may be long; a letter is one token.
ANSWER_TOKENS = 48

# Videos and prompts to the likeliest answers.
Answerer = Callable[[Sequence[Any], Sequence[str]], list[str]]


@dataclass(frozen=True)
class Perplexity:
    """Of answers, each with the token that closes it.

    Attributes:
        nats: Negative log likelihood of all.
        token_count: What the nats are over; closing tokens included.
        byte_count: Of the answers in UTF-8, for comparing other vocabularies.
    """

    nats: float
    token_count: int
    byte_count: int

    @property
    def per_token(self) -> float:
        """exp(nats / tokens); NaN without tokens."""
        if not self.token_count:
            return math.nan
        return math.exp(self.nats / self.token_count)

    @property
    def bits_per_byte(self) -> float:
        """NaN without text."""
        if not self.byte_count:
            return math.nan
        return self.nats / math.log(2) / self.byte_count


@torch.inference_mode()
def comment_perplexity(
    network: TrainedNetwork,
    dataset: TrainingSet,
    examples: Sequence[Example],
    collator: BatchMaker,
) -> Perplexity:
    """How well the network foresees what people wrote.

    Args:
        network: Put into evaluation mode here.
        dataset: Of `examples`, in their order.
        examples: Questions among them are passed over.
        collator: Makes the batches.
    """
    network.eval()
    chosen = [i for i, example in enumerate(examples) if example.question is None]
    chosen.sort(key=lambda i: dataset.lengths[i])
    nats, tokens, byte_count = 0.0, 0, 0
    for start in range(0, len(chosen), _BATCH):
        part = {i: dataset[i] for i in chosen[start : start + _BATCH]}
        usable = [i for i, item in part.items() if not isinstance(item, Skipped)]
        if not usable:
            continue
        batch = to_network(collator([part[i] for i in usable]), network)
        output = network(**batch, num_items_in_batch=1)
        nats += float(cast(Tensor, output.loss))
        tokens += int((batch["labels"][:, 1:] != IGNORED_LABEL).sum())
        byte_count += sum(len(examples[i].answer.encode()) for i in usable)
    return Perplexity(nats, tokens, byte_count)


def answer_questions(
    answer: Answerer,
    dataset: TrainingSet,
    examples: Sequence[Example],
    tasks: Sequence[str] = tuple(Task),
) -> Scores:
    """Ask every question among the examples; an undecodable clip's are left out.

    Args:
        answer: The network, asked.
        dataset: Of `examples`, in their order.
        examples: Comments among them are passed over.
        tasks: Those that are counted.
    """
    answers: list[AnsweredItem] = []
    for asked in _asked(dataset, examples):
        texts = answer([one.video for one in asked], [one.prompt for one in asked])
        answers += [
            AnsweredItem(one.question, text)
            for one, text in zip(asked, texts, strict=True)
        ]
    return score(answers, tasks)


class _Asked(NamedTuple):
    question: Question
    prompt: str
    video: Any


def _asked(dataset: TrainingSet, examples: Sequence[Example]) -> Iterator[list[_Asked]]:
    """The questions in batches, decoded."""
    batch: list[_Asked] = []
    for index, example in enumerate(examples):
        if example.question is None:
            continue
        try:
            video = dataset.video(index)
        except MediaError:
            continue
        batch.append(_Asked(example.question, example.prompt, video))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
