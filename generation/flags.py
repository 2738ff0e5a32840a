"""What may be wrong with a model's comment: noted for people, never rewritten.

Pure and versioned, and the same for every model: no function takes the source. A flag
says that somebody should look; people write such comments too, now and then.
"""

import re
from collections.abc import Container
from enum import StrEnum

from corpus.assistant_talk import calls_itself_ai, declines
from corpus.cleaning import comparison_key
from generation.cleaning import Cleaned
from generation.english import is_english, words_of
from generation.prompts import Prompt

# Stored results rest on it: raise it with every change of behaviour in this module.
FLAGS_VERSION = 4


class Flag(StrEnum):
    EMPTY = "empty"
    REFUSAL = "refusal"
    AS_AN_AI = "as_an_ai"
    PROMPT_ECHO = "prompt_echo"
    DESCRIPTION = "description"
    OTHER_LANGUAGE = "other_language"
    REPEATED = "repeated"
    SEVERAL = "several"
    LOOPING = "looping"
    CUT = "cut"
    BROKEN = "broken"


_SHOWN = (
    r"(?:video|clip|footage|scene|image|picture|frame|sequence)s?\b"
    r"(?: (?:you (?:provided|sent|shared)|provided|above|here))?"
)
_DESCRIPTION = re.compile(
    rf"\A(?:(?:the|this|these) (?:\w+ )?{_SHOWN} "
    r"(?:(?:appears?|seems?) to )?(?:shows?|depicts?|features?|captures?|begins?|"
    r"starts?|opens?|displays?|contains?|presents?|portrays?|follows?|showcases?|consists?|"
    r"include|is about|is showing|be)\b"
    rf"|in (?:the|this) {_SHOWN},? )",
    re.IGNORECASE,
)
# What stands for bytes that are no text, and places without a meaning of their own.
_BROKEN = re.compile("[\ufffd\ue000-\uf8ff]")
_LIST_ITEM = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)])\s+\S", re.MULTILINE)

_ECHOED_WORDS = 6
_LAST_LETTERS = 10
_LOOP_WORDS, _LOOP_TIMES = 12, 4


def flags_of(
    cleaned: Cleaned,
    raw: str,
    prompt: Prompt,
    others: Container[str],
    *,
    is_unfinished: bool = False,
) -> tuple[Flag, ...]:
    """Everything noted about one comment, in the order of `Flag`.

    Args:
        cleaned: The comment.
        raw: The answer before cleaning.
        prompt: What was asked.
        others: The comparison keys (`corpus.cleaning.comparison_key`) of comments
            that the same source wrote under other videos.
        is_unfinished: The model had no tokens left to end its answer with.
    """
    text = cleaned.text
    if not text:
        return (Flag.EMPTY,)
    checks = {
        Flag.REFUSAL: declines(text),
        Flag.AS_AN_AI: calls_itself_ai(text),
        Flag.PROMPT_ECHO: _echoes(text, prompt.text),
        Flag.DESCRIPTION: _DESCRIPTION.match(text) is not None,
        Flag.OTHER_LANGUAGE: not is_english(text),
        Flag.REPEATED: comparison_key(text) in others,
        Flag.SEVERAL: len(_LIST_ITEM.findall(raw)) > 1,
        Flag.LOOPING: _loops(text),
        Flag.CUT: is_unfinished and _ends(raw, text),
        Flag.BROKEN: _BROKEN.search(text) is not None,
    }
    return tuple(flag for flag, is_raised in checks.items() if is_raised)


def _echoes(text: str, prompt: str) -> bool:
    """Whether a run of the prompt's words stands in the text."""
    asked = f" {' '.join(words_of(prompt))} "
    words = words_of(text)
    runs = range(len(words) - _ECHOED_WORDS + 1)
    return any(f" {' '.join(words[i : i + _ECHOED_WORDS])} " in asked for i in runs)


def _ends(raw: str, text: str) -> bool:
    """Whether the answer's end is the comment's, not that of talk after it."""
    return raw.rstrip().endswith(text[-_LAST_LETTERS:])


def _loops(text: str) -> bool:
    """Whether the same three words come back too often for speech."""
    words = words_of(text)
    if len(words) < _LOOP_WORDS:
        return False
    triples = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    # A word said many times in a row ("no no no") is how people shout.
    return any(
        triples.count(triple) >= _LOOP_TIMES
        for triple in set(triples)
        if len(set(triple)) > 1
    )
