"""Reading a model's answer to a multiple-choice item: strict, but fair."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import regex

from corpus.cleaning import comparison_key
from tasks.catalogue import LETTERS

# Stored with every reply: raise it with every change of what is read in this module.
READING_VERSION = 1

_DECORATION = " \t\r\n*_`\"'“”‘’"
_FULL_WIDTH = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {"【": "[", "】": "]", "。": "."}
)
_CHOSEN = r"[*_`\"']*[(\[]?(?P<letter>[a-d])[)\]]?[*_`\"']*[.:,)!]*[*_`\"']*"
_NOUN = (
    r"(?:(?:the|my)\s+)?(?:final\s+|correct\s+|right\s+|best\s+)*"
    r"(?:answer|option|choice)"
)
_LETTER = regex.compile(
    rf"(?:{_NOUN}(?:\s+is)?[*_]*\s*:?[*_]*\s*)*{_CHOSEN}", regex.IGNORECASE
)
_LETTER_AND_TEXT = regex.compile(
    r"(?:(?i:answer)[*_]*\s*:[*_]*\s*)?[*_`(\[]*(?P<letter>[A-D])[)\]]?[*_`]*"
    r"[.:)\]][*_`]*\s*(?P<text>\S.*)",
    regex.DOTALL,
)
# The last line of a reply that reasons first: it must say that it is the answer.
_ANSWER_LINE = regex.compile(
    rf"(?:(?:so|therefore|thus|hence),?\s+)?[#*_\s]*{_NOUN}"
    rf"[*_]*\s*(?:is\s*:?|:)[*_]*\s*(?P<said>\S.*)",
    regex.IGNORECASE,
)
_THINKING = regex.compile(
    r"<(think|thinking|reasoning)>.*?</\1>", regex.DOTALL | regex.IGNORECASE
)
# Some templates open the tag in the prompt, so that the reply only closes it.
_UNOPENED = regex.compile(r"^.*</(?:think|thinking|reasoning)>", regex.DOTALL | regex.I)
# A reply that was cut off while thinking holds no answer.
_UNCLOSED = regex.compile(r"<(?:think|thinking|reasoning)>.*$", regex.DOTALL | regex.I)
_TAGGED = regex.compile(r"<answer>(.*?)</answer>", regex.DOTALL | regex.IGNORECASE)
_BOXED = regex.compile(r"\\boxed\s*\{\s*(?:\\text\w*\s*\{([^{}]*)\}|([^{}]*))\s*\}")
_REFUSING = regex.compile(
    r"\b(?:can(?:no|['’]?)t|can not|won['’]?t|will not|unable to|not able to"
    r"|(?:must|have to) decline to)\s+(?:\w+ly\s+)?"
    r"(?:assist|help|comply|answer|provide|fulfil|fulfill|respond|engage|discuss"
    r"|participate|continue|complete|support|do that|do this)\b"
    r"|\b(?:content|safety|usage) polic(?:y|ies)\b"
    r"|\bagainst my (?:guidelines|programming)"
    r"|^i(?:['’]m| am) sorry[.!]?$|^i must decline\b",
    regex.IGNORECASE,
)


class Outcome(StrEnum):
    """What a reply turned out to be."""

    READ = "read"
    UNREADABLE = "unreadable"
    # It declined to answer; wrong all the same, and counted apart.
    REFUSED = "refused"


class Reading(NamedTuple):
    """What a reply says: the place of an option, or why none."""

    place: int | None
    outcome: Outcome


def read_reply(text: str, options: Sequence[str]) -> Reading:
    """Read one reply; an answer that it names counts even beside an apology."""
    place = parse_answer(text, options)
    if place is not None:
        return Reading(place, Outcome.READ)
    outcome = Outcome.REFUSED if is_refusal(text) else Outcome.UNREADABLE
    return Reading(None, outcome)


def is_refusal(text: str) -> bool:
    """Whether a reply that names no option declines to answer."""
    return _REFUSING.search(without_thinking(text)) is not None


def parse_answer(text: str, options: Sequence[str]) -> int | None:
    """The place of the option that the text names, or None.

    A letter, a letter with punctuation, "Answer: B", the option's full text, or a
    letter followed by that option's text; also in a box, between answer tags, or on a
    last line that says that it is the answer. What was thought aloud does not count.
    No letter is fished out of a sentence, and two letters are no answer.
    """
    said = without_thinking(text)
    if (place := _named(said, options)) is not None:
        return place
    for marked in (_TAGGED.findall(said), _boxed(said)):
        if marked:
            places = {_named(one, options) for one in marked}
            return places.pop() if len(places) == 1 else None
    return _on_last_line(said, options)


def without_thinking(text: str) -> str:
    """The reply without what stands between tags of thinking."""
    if "<" not in text:
        return text.strip()
    left = _UNOPENED.sub(" ", _THINKING.sub(" ", text))
    return _UNCLOSED.sub(" ", left).strip()


def _boxed(text: str) -> list[str]:
    return [first or second for first, second in _BOXED.findall(text)]


def _on_last_line(text: str, options: Sequence[str]) -> int | None:
    lines = [line for line in text.splitlines() if line.strip(_DECORATION)]
    if len(lines) < 2:  # noqa: PLR2004 - a reply of one line has been read already
        return None
    match = _ANSWER_LINE.fullmatch(lines[-1].strip(_DECORATION))
    return _named(match["said"], options) if match else None


def _named(text: str, options: Sequence[str]) -> int | None:
    """The option that the whole text names."""
    bare = text.strip(_DECORATION)
    plain = bare.translate(_FULL_WIDTH).strip(_DECORATION)
    if match := _LETTER.fullmatch(plain):
        return _place(match["letter"], options)
    if match := _LETTER_AND_TEXT.fullmatch(plain):
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
