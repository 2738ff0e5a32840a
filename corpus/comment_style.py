"""A rough style of a comment, for describing a selection; never for judging one.

Seven styles (data.md). The first rule that holds gives the style, from the most to the
least particular. The cues are English and typographic, so other languages are told
apart by their marks and emoji alone; the mix of a selection is a description of it, not
a measurement.
"""

from dataclasses import dataclass
from enum import StrEnum

import regex


class Style(StrEnum):
    """What a comment does, as far as its surface shows."""

    IRONIC = "ironic"
    RHETORICAL = "rhetorical"
    INQUISITIVE = "inquisitive"
    ASSOCIATIVE = "associative"
    EXCLAMATORY = "exclamatory"
    EXPRESSIVE = "expressive"
    DECLARATIVE = "declarative"


@dataclass(frozen=True, slots=True)
class _Cue:
    """A pattern, and what a text must have for it to be worth searching.

    Attributes:
        pattern: What is looked for.
        hints: Case-folded; the pattern is found only in texts that hold one of them.
            Looking for these first is ten times as fast.
        beyond_ascii: The pattern is found only in texts with other characters.
    """

    pattern: regex.Pattern[str]
    hints: tuple[str, ...] = ()
    beyond_ascii: bool = False

    def is_in(self, text: str, folded: str) -> bool:
        if self.beyond_ascii and text.isascii():
            return False
        for hint in self.hints:  # (a loop: any() takes as long as the search)
            if hint in folded:
                break
        else:
            if self.hints:
                return False
        return self.pattern.search(text) is not None


def _any_of(*patterns: str) -> regex.Pattern[str]:
    return regex.compile("|".join(patterns), regex.IGNORECASE | regex.VERSION1)


_QUESTION_MARKS = ("?", "？", "؟", "՞")
_QUESTION_MARK = f"[{''.join(_QUESTION_MARKS)}]"
# In order: the first style of which a cue is found.
_RULES: tuple[tuple[Style, tuple[_Cue, ...]], ...] = (
    (
        # Says the opposite of what it means.
        Style.IRONIC,
        (
            _Cue(
                _any_of(
                    r"(?:^|\s)/s\b",
                    "[🙄🙃]",
                    r"\b(?:yeah,? right|oh,? (?:great|sure|wow)|as if)\b",
                    r"\bwhat could go wrong\b",
                    r"\bnothing (?:says|screams)\b",
                    r"\bthanks,? captain obvious\b",
                    r"\b(?:totally|definitely) not\b",
                ),
                hints=(
                    *("/s", "🙄", "🙃", "yeah", "oh ", "oh,", "as if"),
                    *("what could go", "nothing s", "captain", "totally", "definitely"),
                ),
            ),
        ),
    ),
    (
        # Asks without wanting an answer.
        Style.RHETORICAL,
        (
            _Cue(
                _any_of(
                    r"\bwho(?:'s| is| else|'s else)\b[^?]*\b(?:here|watching|else)\b",
                    r"\bam i the only one\b",
                    r"\bhow can (?:anyone|you|someone)\b",
                    r"\b(?:who (?:cares|needs|would)|why (?:not|bother))\b",
                ),
                hints=(
                    *("who's", "who is", "who else", "who cares", "who needs"),
                    *("who would", "am i the", "how can", "why not", "why bother"),
                ),
            ),
            _Cue(
                _any_of(
                    r"\b(?:isn|aren|wasn|doesn|don|didn|won|can|couldn)['’]?t "
                    rf"(?:it|he|she|they|we|you)\s*{_QUESTION_MARK}",
                    rf"{_QUESTION_MARK}[\s]*!|!\s*{_QUESTION_MARK}",
                ),
                hints=_QUESTION_MARKS,
            ),
        ),
    ),
    (Style.INQUISITIVE, (_Cue(_any_of(_QUESTION_MARK), hints=_QUESTION_MARKS),)),
    (
        # Brings in something else: a memory, a likeness, a "me when".
        Style.ASSOCIATIVE,
        (
            _Cue(
                _any_of(
                    r"\b(?:reminds? me|remember when|back when|when i was)\b",
                    r"\btakes me back\b",
                    r"\b(?:looks?|sounds?|feels?|tastes?|just) like\b",
                    r"\b(?:me when|me after|pov|imagine|same (?:as|energy)|vibes?)\b",
                ),
                hints=(
                    *("remind", "remember when", "back when", "when i was", "takes me"),
                    *(
                        " like",
                        "me when",
                        "me after",
                        "pov",
                        "imagine",
                        "same ",
                        "vibe",
                    ),
                ),
            ),
        ),
    ),
    (
        Style.EXCLAMATORY,
        (
            _Cue(_any_of("[!！¡]"), hints=("!", "！", "¡")),
            _Cue(regex.compile(r"^\P{Ll}*\p{Lu}{3}\P{Ll}*$")),
        ),
    ),
    (
        # Shows a feeling.
        Style.EXPRESSIVE,
        (
            _Cue(
                _any_of(r"[\p{Extended_Pictographic}]", "ㅋㅋ|ㅠㅠ|哈哈|草"),
                beyond_ascii=True,
            ),
            _Cue(
                _any_of(
                    r"\b(?:l+o+l+|lmf?ao+|rofl|omg|wow+|(?:ha){2,}h?|(?:he){2,})\b",
                    r"\b(?:love|hate|crying|cried|beautiful|amazing|awesome)\b",
                    r"\b(?:sad|happy|miss)\b",
                    "www+|5555+",
                ),
                hints=(
                    *(
                        "lol",
                        "ool",
                        "lma",
                        "lmf",
                        "rofl",
                        "omg",
                        "wow",
                        "haha",
                        "hehe",
                        "love",
                    ),
                    *("hate", "crying", "cried", "beautiful", "amazing", "awesome"),
                    *("sad", "happy", "miss", "www", "5555"),
                ),
            ),
        ),
    ),
)


def comment_style(text: str) -> Style:
    """The style of a comment in its display form; declarative where no cue is found."""
    # A dotted capital I matches "i", and folds to "i" with a dot of its own.
    folded = text.casefold().replace("i\u0307", "i")
    for style, cues in _RULES:
        for cue in cues:
            if cue.is_in(text, folded):
                return style
    return Style.DECLARATIVE
