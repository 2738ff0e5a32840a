"""InternLM2's sentencepiece file to a tokenizer that needs no code of its own.

The chat tokens are pieces of that file under placeholder names such as
`[UNUSED_TOKEN_145]`; tokenizer_config.json says what they are called. The tokens of
pictures come after the file's last piece, and added_tokens.json lists them as well.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import copy2
from typing import Any

from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer
from transformers import LlamaTokenizer, PreTrainedTokenizerFast

_ADDED, _CONFIG = "added_tokens.json", "tokenizer_config.json"
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


def convert_tokenizer(source: Path, target: Path, *, needed: Iterable[str]) -> None:
    """Write tokenizer.json with every token that has a name of its own.

    Args:
        source: The download, with tokenizer.model and the two files that name tokens.
        target: The folder to write to.
        needed: Tokens that each must have an id, as prompts are written with them.

    Raises:
        TokenizerError: It would write the probes differently, or a needed token is
            missing.
        FileNotFoundError: There is no tokenizer.model.
    """
    file = source / "tokenizer.model"
    if not file.is_file():
        message = f"{source} has no tokenizer.model."
        raise FileNotFoundError(message)
    reference = SentencePieceProcessor(model_file=str(file))
    named = _named_tokens(source)
    tokenizer = _renamed(_plain(file, reference), named, reference)
    for number, token in sorted(named.items()):
        tokenizer.add_tokens([token], special_tokens=True)
        if tokenizer.convert_tokens_to_ids(token) != number:
            message = f"{token} should be token {number}; the added tokens have gaps."
            raise TokenizerError(message)
    _check_names(named.values(), needed, source)
    _check_writing(tokenizer, reference, named)
    tokenizer.save_pretrained(target)


def _plain(file: Path, reference: SentencePieceProcessor) -> dict[str, Any]:
    """The file as the content of a tokenizer.json."""
    # Alone in a folder, so that no other file names code to run.
    with tempfile.TemporaryDirectory() as folder:
        copy2(file, folder)
        tokenizer = LlamaTokenizer.from_pretrained(
            folder,
            local_files_only=True,
            add_prefix_space=_adds_space(reference),
            # The published one writes each text between tokens as if it were alone.
            legacy=True,
        )
    content: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    return content


def _renamed(
    content: dict[str, Any], named: Mapping[int, str], reference: SentencePieceProcessor
) -> PreTrainedTokenizerFast:
    """The tokenizer with its placeholders called what they stand for."""
    placeholders = {
        reference.id_to_piece(number): token
        for number, token in named.items()
        if number < reference.vocab_size() and reference.id_to_piece(number) != token
    }
    model = content["model"]
    model["vocab"] = {
        placeholders.get(piece, piece): number
        for piece, number in model["vocab"].items()
    }
    # No spelling leads to a renamed piece any more.
    model["merges"] = [
        pair
        for pair in model["merges"]
        if placeholders.keys().isdisjoint({*pair, "".join(pair)})
    ]
    content["added_tokens"] = [
        token
        for token in content["added_tokens"]
        if token["content"] not in placeholders
    ]
    tokenizer = Tokenizer.from_str(json.dumps(content))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


def _named_tokens(source: Path) -> dict[int, str]:
    """What both files say, by id.

    Raises:
        TokenizerError: They contradict each other.
    """
    named: dict[int, str] = {}
    if (source / _CONFIG).is_file():
        config = json.loads((source / _CONFIG).read_text(encoding="utf-8"))
        decoder = config.get("added_tokens_decoder", {})
        named |= {int(number): token["content"] for number, token in decoder.items()}
    if (source / _ADDED).is_file():
        added = json.loads((source / _ADDED).read_text(encoding="utf-8"))
        numbers = {token: number for number, token in named.items()}
        for token, number in added.items():
            if (
                numbers.get(token, number) != number
                or named.get(number, token) != token
            ):
                message = (
                    f"{_ADDED} calls token {number} {token}, and {_CONFIG} says "
                    f"otherwise: download both files again."
                )
                raise TokenizerError(message)
            named[number] = token
    return named


def _adds_space(reference: SentencePieceProcessor) -> bool:
    """Whether the file puts a space before a text's first word."""
    return str(reference.encode("a", out_type=str)[0]).startswith("▁")


def _check_names(named: Iterable[str], needed: Iterable[str], source: Path) -> None:
    missing = sorted(set(needed) - set(named))
    if missing:
        message = (
            f"{', '.join(missing)} have no id in {source}: prompts need them. They "
            f"stand in {_CONFIG} (added_tokens_decoder); download it again."
        )
        raise TokenizerError(message)


def _check_writing(
    tokenizer: PreTrainedTokenizerFast,
    reference: SentencePieceProcessor,
    named: Mapping[int, str],
) -> None:
    """Each probe alone, and all of them with every named token before each."""
    plain = [(probe, reference.encode(probe)) for probe in _PROBES]
    for text, ids in plain:
        if tokenizer.decode(ids) != text:
            message = f"The converted tokenizer reads {text!r} differently."
            raise TokenizerError(message)
    after_tokens = [
        ("".join(token + text for text, _ in plain), _after_each(number, plain))
        for number, token in named.items()
    ]
    for text, expected in (*plain, *after_tokens):
        if tokenizer.encode(text, add_special_tokens=False) != expected:
            message = f"The converted tokenizer writes {text!r} differently."
            raise TokenizerError(message)


def _after_each(number: int, plain: Iterable[tuple[str, list[int]]]) -> list[int]:
    return [i for _, ids in plain for i in (number, *ids)]
