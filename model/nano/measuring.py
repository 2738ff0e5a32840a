"""Is `nano` worth anything: its perplexity on comments beside n-grams, and unseeing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.checkpoint import Checkpoint
from model.nano.ngram import KneserNey
from model.text import Encoder
from model.training.dataset import Collator, ExampleDataset
from model.training.evaluation import Perplexity, comment_perplexity
from model.training.examples import Example
from model.training.learner import Frames
from model.training.video_effect import BlackFrames, View, decodable, examples_of

ORDERS = (1, 2, 3, 4)
# Another video would be as foreign as the one beside which a comment stands.
VIEWS = (View.VIDEO, View.NONE, View.BLACK)


@dataclass(frozen=True)
class Comparison:
    """Perplexities a token over the same comments and the same vocabulary.

    Attributes:
        views: nano's, by what it sees beside the comments.
        ngrams: By their order; they see nothing.
        comment_count: Comments that all of them were measured on.
    """

    views: Mapping[View, Perplexity]
    ngrams: Mapping[int, Perplexity]
    comment_count: int

    @property
    def best_ngram(self) -> Perplexity:
        return min(self.ngrams.values(), key=lambda found: found.nats)

    @property
    def beats_ngrams(self) -> bool:
        return self.views[View.VIDEO].nats < self.best_ngram.nats


def compare(
    loaded: Checkpoint,
    asked: Sequence[Example],
    learnt: Sequence[Example],
    frames: Frames,
    *,
    seed: int,
) -> Comparison:
    """Measure a network on people's comments, and n-grams beside it.

    Args:
        loaded: To measure.
        asked: Comments with clips; those whose clip does not decode are left out.
        learnt: All comments that the network has learnt from, for the n-grams.
        frames: Where clips come from.
        seed: Of what is chosen for a view.
    """
    shown = decodable(asked, frames)
    found = {}
    for view in VIEWS:
        seen = examples_of(view, shown, seed=seed)
        source = BlackFrames(frames) if view is View.BLACK else frames
        found[view] = _perplexity(loaded, seen, source)
    return Comparison(
        found, ngram_perplexities(learnt, shown, loaded.encoder), len(shown)
    )


def _perplexity(
    loaded: Checkpoint, examples: Sequence[Example], frames: Frames
) -> Perplexity:
    network, encoder = loaded
    dataset = ExampleDataset(examples, network.config, encoder, frames)
    collator = Collator(network.config, encoder.padding_id)
    return comment_perplexity(network, dataset, examples, collator)


def ngram_perplexities(
    training: Sequence[Example], asked: Sequence[Example], encoder: Encoder
) -> dict[int, Perplexity]:
    """Of each order, trained on the same comments."""
    learnt = [encoder.answer_ids(e.answer) for e in training]
    answers = [encoder.answer_ids(e.answer) for e in asked]
    size = len(encoder.tokenizer)
    token_count = sum(map(len, answers))
    byte_count = sum(len(e.answer.encode()) for e in asked)
    found = {}
    for order in ORDERS:
        baseline = KneserNey(learnt, order=order, vocabulary_size=size)
        nats = math.fsum(baseline.nats(ids) for ids in answers)
        found[order] = Perplexity(nats, token_count, byte_count)
    return found


def table(comparison: Comparison) -> str:
    """Markdown: n-grams, then the network by what it sees."""
    rows = [(f"{order}-gram, Kneser-Ney", p) for order, p in comparison.ngrams.items()]
    rows += [(f"nano, {view}", p) for view, p in comparison.views.items()]
    lines = ["| model | perplexity a token | bits a byte |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {p.per_token:.2f} | {p.bits_per_byte:.4f} |" for name, p in rows
    ]
    return "\n".join(lines) + "\n"
