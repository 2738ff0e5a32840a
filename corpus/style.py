"""A rough style of a comment, for describing a selection; never for judging one.

Seven styles (data.md). The first rule that holds gives the style, from the most to the
least particular. The cues are English and typographic, so other languages are told
apart by their marks and emoji alone; the mix of a selection is a description of it, not
a measurement.
"""

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


def _cues(*patterns: str) -> regex.Pattern[str]:
    return regex.compile("|".join(patterns), regex.IGNORECASE | regex.VERSION1)


_QUESTION_MARK = "[?？؟՞]"
# In order: the first that is found names the style.
_RULES: tuple[tuple[Style, regex.Pattern[str]], ...] = (
    (
        # Says the opposite of what it means.
        Style.IRONIC,
        _cues(
            r"(?:^|\s)/s\b",
            "[🙄🙃]",
            r"\b(?:yeah,? right|oh,? (?:great|sure|wow)|as if|what could go wrong)\b",
            r"\bnothing (?:says|screams)\b",
            r"\bthanks,? captain obvious\b",
            r"\b(?:totally|definitely) not\b",
        ),
    ),
    (
        # Asks without wanting an answer.
        Style.RHETORICAL,
        _cues(
            r"\bwho(?:'s| is| else|'s else)\b[^?]*\b(?:here|watching|else)\b",
            r"\bam i the only one\b",
            r"\b(?:isn|aren|wasn|doesn|don|didn|won|can|couldn)['’]?t "
            rf"(?:it|he|she|they|we|you)\s*{_QUESTION_MARK}",
            r"\bhow can (?:anyone|you|someone)\b",
            r"\b(?:who (?:cares|needs|would)|why (?:not|bother))\b",
            rf"{_QUESTION_MARK}[\s]*!|!\s*{_QUESTION_MARK}",
        ),
    ),
    (Style.INQUISITIVE, _cues(_QUESTION_MARK)),
    (
        # Brings in something else: a memory, a likeness, a "me when".
        Style.ASSOCIATIVE,
        _cues(
            r"\b(?:reminds? me|remember when|back when|when i was|takes me back)\b",
            r"\b(?:looks?|sounds?|feels?|tastes?|just) like\b",
            r"\b(?:me when|me after|pov|imagine|same (?:as|energy)|vibes?)\b",
        ),
    ),
    (
        Style.EXCLAMATORY,
        _cues(r"[!！¡]", r"(?-i:^\P{Ll}*\p{Lu}{3}\P{Ll}*$)"),
    ),
    (
        # Shows a feeling.
        Style.EXPRESSIVE,
        _cues(
            r"[\p{Extended_Pictographic}]",
            r"\b(?:l+o+l+|lmf?ao+|rofl|omg|wow+|(?:ha){2,}h?|(?:he){2,})\b",
            r"\b(?:love|hate|crying|cried|beautiful|amazing|awesome|sad|happy|miss)\b",
            "ㅋㅋ|ㅠㅠ|哈哈|草|www+|5555+",
        ),
    ),
)


def comment_style(text: str) -> Style:
    """The style of a comment in its display form; declarative where no cue is found."""
    for style, cues in _RULES:
        if cues.search(text):
            return style
    return Style.DECLARATIVE
