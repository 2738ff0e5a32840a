"""Is `nano` worth anything: its perplexity on held-out comments beside n-grams."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.mimic_chat import MimicChat
from model.nano.ngram import KneserNey
from model.text import Encoder
from model.training.clip_store import ClipStore
from model.training.config import TrainingConfig
from model.training.dataset import Collator
from model.training.evaluation import Perplexity, comment_perplexity
from model.training.examples import Example
from model.training.run import Prepared, make_datasets

ORDERS = (1, 2, 3, 4)
_ALL = 1_000_000


@dataclass(frozen=True)
class Comparison:
    """Perplexities a token over the same held-out comments and the same vocabulary."""

    network: Perplexity
    ngrams: dict[int, Perplexity]

    @property
    def best_ngram(self) -> Perplexity:
        return min(self.ngrams.values(), key=lambda found: found.nats)

    @property
    def beats_ngrams(self) -> bool:
        return self.network.nats < self.best_ngram.nats


def every_comment(config: TrainingConfig) -> TrainingConfig:
    """The same run on people's comments alone, all of them, and no sample of them.

    Comments on synthetic clips are as foreseeable as the code that wrote them.
    """
    data = replace(
        config.data,
        records=(),
        task_records=(),
        comment_records=config.data.comment_records or config.data.records,
        comments_per_video=_ALL,
        evaluation_examples=_ALL,
        tasks=False,
    )
    return replace(config, data=data)


def compare(
    prepared: Prepared,
    network: MimicChat,
    frames: ClipStore | None,
    learnt: Sequence[Example],
) -> Comparison:
    """Measure the network on held-out comments, and n-grams beside it.

    Args:
        prepared: Says what is held out.
        network: To measure.
        frames: Where clips come from; None where texts alone are measured.
        learnt: All comments that the network has learnt from, for the n-grams.
    """
    held_out = [e for e in prepared.held_out if e.question is None]
    dataset = make_datasets(prepared, frames)[1]
    collator = Collator(prepared.network_config, prepared.encoder.padding_id)
    found = comment_perplexity(network, dataset, prepared.held_out, collator)
    return Comparison(found, ngram_perplexities(learnt, held_out, prepared.encoder))


def ngram_perplexities(
    training: Sequence[Example], held_out: Sequence[Example], encoder: Encoder
) -> dict[int, Perplexity]:
    """Of each order, trained on the same comments."""
    learnt = [encoder.answer_ids(e.answer) for e in training if e.question is None]
    asked = [encoder.answer_ids(e.answer) for e in held_out]
    size = len(encoder.tokenizer)
    token_count = sum(map(len, asked))
    byte_count = sum(len(e.answer.encode()) for e in held_out)
    found = {}
    for order in ORDERS:
        baseline = KneserNey(learnt, order=order, vocabulary_size=size)
        nats = math.fsum(baseline.nats(ids) for ids in asked)
        found[order] = Perplexity(nats, token_count, byte_count)
    return found


def table(comparison: Comparison) -> str:
    """Markdown, the best n-gram and the network side by side."""
    rows = [(f"{order}-gram, Kneser-Ney", p) for order, p in comparison.ngrams.items()]
    rows.append(("nano", comparison.network))
    lines = ["| model | perplexity a token | bits a byte |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {p.per_token:.1f} | {p.bits_per_byte:.3f} |" for name, p in rows
    ]
    return "\n".join(lines) + "\n"
