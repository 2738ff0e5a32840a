"""InternLM2's sentencepiece file to a tokenizer that needs no code of its own."""

import json
import tempfile
from pathlib import Path
from shutil import copy2

from sentencepiece import SentencePieceProcessor
from transformers import LlamaTokenizer, PreTrainedTokenizerBase

# Written both ways after conversion: scripts, spaces, lines, pictures, figures.
_PROBES = (
    "Write a comment about this video.",
    "two  spaces\nand a line ",
    "哈哈哈，太可爱了！",
    "😂😂 lol #fyp @someone 100%",
    "¿Qué? été naïve 12345",
)


class TokenizerError(ValueError):
    """A tokenizer that does not write as the published one does."""


def convert_tokenizer(source: Path, target: Path) -> None:
    """Write tokenizer.json, with the tokens that were added to the file's own.

    Raises:
        TokenizerError: It would write the probes differently.
        FileNotFoundError: There is no tokenizer.model.
    """
    file = source / "tokenizer.model"
    if not file.is_file():
        message = f"{source} has no tokenizer.model."
        raise FileNotFoundError(message)
    reference = SentencePieceProcessor(model_file=str(file))
    # Alone in a folder, so that no other file names code to run.
    with tempfile.TemporaryDirectory() as folder:
        copy2(file, folder)
        tokenizer = LlamaTokenizer.from_pretrained(
            folder, local_files_only=True, add_prefix_space=_adds_space(reference)
        )
    _check(tokenizer, reference)
    for number, token in sorted(_added_tokens(source).items()):
        if number >= reference.vocab_size():
            tokenizer.add_tokens([token], special_tokens=True)
        if tokenizer.convert_tokens_to_ids(token) != number:
            message = f"{token} should be token {number}; the added tokens have gaps."
            raise TokenizerError(message)
    tokenizer.save_pretrained(target)


def _added_tokens(source: Path) -> dict[int, str]:
    path = source / "added_tokens.json"
    if not path.is_file():
        return {}
    tokens = json.loads(path.read_text(encoding="utf-8"))
    return {number: token for token, number in tokens.items()}


def _adds_space(reference: SentencePieceProcessor) -> bool:
    """Whether the file puts a space before a text's first word."""
    return str(reference.encode("a", out_type=str)[0]).startswith("▁")


def _check(
    tokenizer: PreTrainedTokenizerBase, reference: SentencePieceProcessor
) -> None:
    for probe in _PROBES:
        ours = tokenizer.encode(probe, add_special_tokens=False)
        if ours != reference.encode(probe):
            message = f"The converted tokenizer writes {probe!r} differently."
            raise TokenizerError(message)
