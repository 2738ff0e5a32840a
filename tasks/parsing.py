"""Reading a model's answer to a multiple-choice item: strict, but fair."""

from collections.abc import Sequence

import regex

from corpus.cleaning import comparison_key
from tasks.catalogue import LETTERS

_DECORATION = " \t\r\n*_`\"'“”‘’"
_LETTER = regex.compile(
    r"(?:(?:the\s+)?(?:correct\s+|right\s+|best\s+)?(?:answer|option|choice)"
    r"(?:\s+is)?\s*:?\s*)*"
    r"[*_`\"']*[(\[]?(?P<letter>[a-d])[)\]]?[*_`\"']*[.:,)!]*[*_`\"']*",
    regex.IGNORECASE,
)
_LETTER_AND_TEXT = regex.compile(
    r"(?:(?i:answer)\s*:\s*)?[*_`(\[]*(?P<letter>[A-D])[)\]]?[*_`]*[.:)\]]\s*(?P<text>\S.*)",
    regex.DOTALL,
)


def parse_answer(text: str, options: Sequence[str]) -> int | None:
    """The place of the option that the text names, or None.

    A letter, a letter with punctuation, "Answer: B", the option's full text, or a
    letter followed by that option's text. Nothing else counts: no letter is fished
    out of a sentence, and two letters are no answer.
    """
    bare = text.strip(_DECORATION)
    if match := _LETTER.fullmatch(bare):
        return _place(match["letter"], options)
    if match := _LETTER_AND_TEXT.fullmatch(bare):
        place = _place(match["letter"], options)
        if place is not None and _says(match["text"], options[place]):
            return place
    named = [place for place, option in enumerate(options) if _says(bare, option)]
    return named[0] if len(named) == 1 else None


def _place(letter: str, options: Sequence[str]) -> int | None:
    place = LETTERS.index(letter.upper())
    return place if place < len(options) else None


def _says(text: str, option: str) -> bool:
    return _bare_key(text) == _bare_key(option)


def _bare_key(text: str) -> str:
    key = comparison_key(text)
    return key.strip(_DECORATION).rstrip(".") or key
