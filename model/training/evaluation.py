"""How good a network is: accuracy on the tasks, perplexity on people's comments."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from model.mimic_chat import IGNORED_LABEL
from model.training.dataset import Skipped
from model.training.examples import Example
from model.training.learner import (
    BatchMaker,
    HeldOutSet,
    TrainedNetwork,
    TrainingSet,
    to_network,
)
from tasks.catalogue import Task
from tasks.scoring import AnsweredItem, Scores, score

_BATCH = 16

# Videos and prompts to the likeliest answers.
Answerer = Callable[[Sequence[Any], Sequence[str]], list[str]]


@dataclass(frozen=True)
class Perplexity:
    """Of answers, each with the token that closes it.

    Attributes:
        nats: Negative log likelihood of all.
        token_count: What the nats are over; closing tokens included.
        byte_count: Of the answers in UTF-8, for comparing other vocabularies.
        skipped_count: Answers that are not in it, as their clip does not decode.
    """

    nats: float
    token_count: int
    byte_count: int
    skipped_count: int = 0

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


class Replies(NamedTuple):
    """What was answered to each question, and what was not asked as it stands.

    Attributes:
        answers: One for each question that was asked.
        skipped_count: Questions whose clip does not decode.
        shortened_count: Questions with options that were cut, as they did not fit.
    """

    answers: list[AnsweredItem]
    skipped_count: int
    shortened_count: int


class TaskResults(NamedTuple):
    """Accuracies, and what was not asked as it stands.

    Attributes:
        scores: Of the questions that were asked.
        skipped_count: Questions whose clip does not decode.
        shortened_count: Questions with options that were cut, as they did not fit.
    """

    scores: Scores
    skipped_count: int
    shortened_count: int


@torch.inference_mode()
def comment_perplexity(
    network: TrainedNetwork,
    dataset: TrainingSet,
    examples: Sequence[Example],
    collator: BatchMaker,
    *,
    workers: int = 0,
) -> Perplexity:
    """How well the network foresees what people wrote.

    Args:
        network: Put into evaluation mode here.
        dataset: Of `examples`, in their order.
        examples: Questions among them are passed over.
        collator: Makes the batches.
        workers: Processes that decode ahead.
    """
    network.eval()
    chosen = [i for i, example in enumerate(examples) if example.question is None]
    chosen.sort(key=lambda i: dataset.lengths[i])
    nats, tokens, byte_count, skipped = 0.0, 0, 0, 0
    for part in _batches(dataset.__getitem__, chosen, workers):
        usable = [i for i, item in part if not isinstance(item, Skipped)]
        skipped += len(part) - len(usable)
        if not usable:
            continue
        items = dict(part)
        batch = to_network(collator([items[i] for i in usable]), network)
        output = network(**batch, num_items_in_batch=1)
        nats += float(cast(Tensor, output.loss))
        tokens += int((batch["labels"][:, 1:] != IGNORED_LABEL).sum())
        byte_count += sum(len(examples[i].answer.encode()) for i in usable)
    return Perplexity(nats, tokens, byte_count, skipped)


def answer_questions(
    answer: Answerer,
    dataset: HeldOutSet,
    examples: Sequence[Example],
    tasks: Sequence[str] = tuple(Task),
    *,
    workers: int = 0,
) -> TaskResults:
    """Ask every question among the examples, and count.

    Args:
        answer: The network, asked.
        dataset: Of `examples`, in their order.
        examples: Comments among them are passed over.
        tasks: Those that are counted.
        workers: Processes that decode ahead.
    """
    replies = replies_to(answer, dataset, examples, workers=workers)
    scores = score(replies.answers, tasks)
    return TaskResults(scores, replies.skipped_count, replies.shortened_count)


def replies_to(
    answer: Answerer,
    dataset: HeldOutSet,
    examples: Sequence[Example],
    *,
    workers: int = 0,
) -> Replies:
    """Ask every question among the examples; arguments as above."""
    chosen = [i for i, example in enumerate(examples) if example.question is not None]
    answers: list[AnsweredItem] = []
    skipped = shortened = 0
    for part in _batches(dataset.asked, chosen, workers):
        asked = [item for _, item in part if not isinstance(item, Skipped)]
        skipped += len(part) - len(asked)
        if not asked:
            continue
        shortened += sum(one.fitted.is_shortened for one in asked)
        texts = answer(
            [one.video for one in asked], [one.fitted.prompt for one in asked]
        )
        answers += [
            AnsweredItem(one.fitted.question, text)
            for one, text in zip(asked, texts, strict=True)
        ]
    return Replies(answers, skipped, shortened)


class _Numbered(Dataset[tuple[int, Any]]):
    """Some of a dataset's items, each with its number."""

    def __init__(self, get: Callable[[int], Any], numbers: Sequence[int]) -> None:
        self._get = get
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: int) -> tuple[int, Any]:
        number = self._numbers[place]
        return number, self._get(number)


def _batches(
    get: Callable[[int], Any], numbers: Sequence[int], workers: int
) -> Iterator[list[tuple[int, Any]]]:
    """Items in their order, decoded in other processes where there are workers."""
    loader = DataLoader(
        _Numbered(get, numbers),
        batch_size=_BATCH,
        collate_fn=list,
        num_workers=workers,
    )
    yield from loader
