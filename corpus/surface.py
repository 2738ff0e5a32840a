"""What a text shows apart from what it says: marks, case, script, length (pure).

Each feature is a number a text; together they are what an annotator, or a program,
could go by without reading.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import regex

FloatArray = npt.NDArray[np.float64]

_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’]+")
_LETTER = regex.compile(r"\p{L}")
_PUNCTUATION = regex.compile(r"\p{P}")
_HASHTAG = regex.compile(r"(?<![\p{L}\p{N}])#[\p{L}\p{N}_]+")
_MENTION = regex.compile(r"(?<![\p{L}\p{N}])[@＠][\p{L}\p{N}_.\-]+")
_SHOUT = regex.compile(r"\b\p{Lu}{3,}\b")
_STRETCHED = regex.compile(r"(\p{L})\1\1")
_SCRIPTS = (
    *("Latin", "Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Arabic"),
    *("Devanagari", "Thai", "Hebrew", "Greek"),
)
_SCRIPT_LETTERS = {name: regex.compile(rf"\p{{Script={name}}}") for name in _SCRIPTS}
_OPENING_WORDS = 2


def _share(pattern: regex.Pattern[str], text: str) -> float:
    """How much of the text the pattern's single characters make up."""
    return len(pattern.findall(text)) / len(text) if text else 0.0


def _first_letter(text: str) -> str:
    found = _LETTER.search(text)
    return found[0] if found else ""


def _(text: str) -> str:
    """Mark a text for the catalogues of translations; it stays English here."""
    return text


# By name, as pages show it: how the feature is measured.
FEATURES: Mapping[str, Callable[[str], float]] = {
    _("length (log of characters)"): lambda text: float(np.log1p(len(text))),
    _("length of words"): lambda text: len(text) / max(len(_WORD.findall(text)), 1),
    _("emoji"): lambda text: min(len(_EMOJI.findall(text)), 5.0),
    _("punctuation, share"): lambda text: _share(_PUNCTUATION, text),
    _("ends with a full stop"): lambda text: text.endswith((".", "。")),
    _("ends without punctuation"): lambda text: _PUNCTUATION.match(text[-1:]) is None,
    _("exclamation mark"): lambda text: "!" in text or "！" in text,
    _("question mark"): lambda text: "?" in text or "？" in text,
    _("ellipsis"): lambda text: "..." in text or "…" in text,
    _("commas"): lambda text: min(text.count(","), 5.0),
    _("dash"): lambda text: "—" in text or "–" in text,
    _("curly quotes or apostrophes"): lambda text: any(mark in text for mark in "‘’“”"),
    _("straight quotes"): lambda text: '"' in text,
    _("starts with a capital"): lambda text: _first_letter(text).isupper(),
    _("all lower case"): lambda text: text.islower(),
    _("words in capitals"): lambda text: min(len(_SHOUT.findall(text)), 5.0),
    _("stretched letters"): lambda text: _STRETCHED.search(text) is not None,
    _("digits"): lambda text: any(character.isdigit() for character in text),
    _("hashtag"): lambda text: _HASHTAG.search(text) is not None,
    _("mention"): lambda text: _MENTION.search(text) is not None,
    _("not in Latin letters"): lambda text: script_of(text) not in ("Latin", ""),
}


def surface_of(texts: Sequence[str]) -> FloatArray:
    """Texts by features, in the order of `FEATURES`."""
    rows = [[float(measure(text)) for measure in FEATURES.values()] for text in texts]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))


def script_of(text: str) -> str:
    """The script of most letters; "other" if not known, empty without letters."""
    letters = _LETTER.findall(text)
    if not letters:
        return ""
    joined = "".join(letters)
    counts = Counter(
        {name: len(found.findall(joined)) for name, found in _SCRIPT_LETTERS.items()}
    )
    name, count = counts.most_common(1)[0]
    return name if 2 * count >= len(letters) else "other"


class Marks(NamedTuple):
    """What strikes the eye in a text before it is read."""

    has_emoji: bool
    has_hashtag: bool
    is_in_capitals: bool
    has_question_mark: bool


def marks_of(text: str) -> Marks:
    """The marks of a text; a text in capitals has letters, and no lower-case ones."""
    return Marks(
        has_emoji=_EMOJI.search(text) is not None,
        has_hashtag=_HASHTAG.search(text) is not None,
        is_in_capitals=text.isupper(),
        has_question_mark=any(mark in text for mark in "?？؟"),
    )


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return [word.casefold() for word in _WORD.findall(text)]


def opening_of(text: str) -> str:
    """The first words in lower case; empty for a text of fewer."""
    words = _WORD.findall(text.casefold())
    return " ".join(words[:_OPENING_WORDS]) if len(words) > _OPENING_WORDS else ""
