"""From a model's raw words to the comment in them, the same way for every model.

Pure and versioned; no function here takes the source of a text. What is taken off is
what chat models put around an answer; the answer's own words are never changed:

1. Everything from the end-of-turn marker on, thought (`<think>` ...), special tokens.
2. The first line that says something; an announcement ("Here's a comment:") does not,
   if a line follows it.
3. Around that line: numbering, bullets, a role ("Comment:"), emphasis, quotation marks.
4. Unicode NFC, and a cap on the length.

The steps are repeated until nothing changes, so cleaning twice changes nothing. What an
annotator sees passes through `corpus.cleaning` as well, as people's comments do.
"""

import re
import unicodedata
from typing import NamedTuple

from corpus.quotation import unquoted

# Stored comments rest on it: raise it with every change of behaviour in this module.
CLEANING_VERSION = 1
MAX_LENGTH = 500

_END_OF_TURN = re.compile(
    r"<\|(?:im_end|endoftext|eot_id|end|end_of_text)\|>|</s>|<end_of_turn>|<eos>",
)
_THOUGHT = re.compile(
    r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE
)
# Some templates open the thought in the prompt, so that only its end is in the answer.
_THOUGHT_END = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.I)
_SPECIAL = re.compile(
    r"<\|[^<>|\n]{1,40}\|>"
    r"|</?(?:s|pad|unk|bos|image|video|img|answer|start_of_turn)>"
    r"|\[/?INST\]|<<?/?SYS>?>",
)
_FENCE = re.compile(r"\A```\w*\s*|\s*```\Z")
_BULLET = re.compile(r"\A(?:[-*•–—]|\d{1,2}[.)]|#{1,6})\s+")
_ROLE = re.compile(
    r"\A[*_]{0,3}(?:(?:my|user|viewer|final|possible|sample|example|the|your)\s+)?"
    r"(?:comment|reply|answer|response|assistant|user|viewer|output)"
    r"\s*(?:#?\s*\d{1,2})?[*_]{0,3}\s*[:：][*_]{0,3}(?=\s|\"|“|\Z)\s*",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"\A(?:(?:sure|okay|ok|of course|certainly|absolutely)\b[^:]{0,80}"
    r"|here(?:'s|’s| is| are)\b[^:]{0,120}"
    r"|[^:]{0,80}\bcomments?\b[^:]{0,60})[:：]\W*\Z",
    re.IGNORECASE,
)
_EMPHASIS = ("***", "**", "__", "*", "_", "`")


class Cleaned(NamedTuple):
    """A comment, by the rules of `version`; `was_cut` where the cap took its end."""

    text: str
    version: int
    was_cut: bool


def clean(raw: str) -> Cleaned:
    """The comment in a model's answer; empty where there is none."""
    text, was_cut = raw, False
    while True:
        words = _first_words(_without_thought(text))
        cleaned = unicodedata.normalize("NFC", words)
        capped = _capped(cleaned)
        was_cut = was_cut or len(capped) < len(cleaned)
        if capped == text:
            return Cleaned(text, CLEANING_VERSION, was_cut)
        text = capped


def _without_thought(text: str) -> str:
    text = _THOUGHT.sub("", text)
    text = _THOUGHT_END.sub("", text)
    # A marker before any word ends nothing.
    for end in _END_OF_TURN.finditer(text):
        if _SPECIAL.sub("", text[: end.start()]).strip():
            text = text[: end.start()]
            break
    return _SPECIAL.sub("", _END_OF_TURN.sub("", text))


def _first_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for index, line in enumerate(lines):
        is_last = index == len(lines) - 1
        if _ANNOUNCEMENT.match(line) and not is_last:
            continue
        if bare := _bare(line):
            return bare
    return ""


def _bare(line: str) -> str:
    """The line without what stands around its words."""
    before = None
    while line != before:
        before = line
        line = _FENCE.sub("", line)
        line = _BULLET.sub("", line)
        line = _ROLE.sub("", line)
        line = unquoted(_unemphasised(line)).strip()
    return line


def _unemphasised(line: str) -> str:
    for mark in _EMPHASIS:
        inner = line[len(mark) : -len(mark)]
        if line.startswith(mark) and line.endswith(mark) and mark not in inner:
            return inner.strip()
    return line


def _capped(text: str) -> str:
    if len(text) <= MAX_LENGTH:
        return text
    words, _, rest = text[: MAX_LENGTH + 1].rpartition(" ")
    # Scripts without spaces are cut where they are.
    return (words if len(rest) < MAX_LENGTH // 2 else text[:MAX_LENGTH]).rstrip()
