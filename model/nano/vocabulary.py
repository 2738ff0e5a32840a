"""A small byte-level vocabulary: any text can be written in it, emoji too."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from model.config import TextFormat


def train_tokenizer(texts: Iterable[str], size: int, text: TextFormat) -> Tokenizer:
    """Byte pair encoding of the texts.

    Args:
        texts: What will be read and written.
        size: Tokens in all.
        text: Names the tokens that stand for themselves.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    whole = [text.padding, text.start, text.answer_end, text.before, text.after]
    if text.layout == "frames":
        whole += [text.image_start, text.image_end]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=list(dict.fromkeys(whole)),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write `tokenizer.json` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
