"""Tokens of examples' words, so that like lengths can be put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from transformers import PreTrainedTokenizerBase

from model.training.examples import Example


@dataclass(frozen=True)
class WordCounts:
    """Counts by one tokenizer.

    Attributes:
        text_of: What of an example is written.
        key: Another one for another tokenizer or text.
        added: Tokens that every example has besides.
    """

    tokenizer: PreTrainedTokenizerBase
    text_of: Callable[[Example], str]
    key: str
    added: int = 0

    def __call__(self, examples: Sequence[Example]) -> list[int]:
        if not examples:
            return []
        texts = [self.text_of(example) for example in examples]
        # Together: tokenizers then use all cores.
        ids = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        return [self.added + len(row) for row in ids]


def prompt_and_answer(tokenizer: PreTrainedTokenizerBase) -> WordCounts:
    """As MIMIC-Chat's sequences have them after the video."""
    vocabulary = repr(sorted(tokenizer.get_vocab().items()))
    key = blake2b(vocabulary.encode(), digest_size=12).hexdigest()
    return WordCounts(tokenizer, lambda e: e.prompt + e.answer, key)
