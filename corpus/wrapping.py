"""What chat models put around an answer, and how it is taken off (pure).

Nothing here takes the source of a text. `bare` undoes it for a model's answer
(`generation.cleaning`); `is_bare` asks of any text, a person's too, whether it would
come out of that unchanged (`corpus.eligibility`).
"""

import re

from corpus.quotation import unquoted

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
_CLOSING = re.compile(
    r"\A\W*(?:(?:explanation|reasoning|rationale|note)\W*[:：]|let me know if\b"
    r"|(?:i )?hope (?:this|that) helps\b|feel free to\b)",
    re.IGNORECASE,
)
_EMPHASIS = ("***", "**", "__", "*", "_", "`")


def bare(text: str) -> str:
    """The text without thought, special tokens, announcement, and what wraps it.

    Every other line stays, one below the other. Applying it twice changes nothing.
    """
    while (stripped := _bare_once(text)) != text:
        text = stripped
    return text


def is_bare(text: str) -> bool:
    """Whether nothing would be taken off."""
    return bare(text) == text


def _bare_once(text: str) -> str:
    if "<" in text or "[" in text:
        text = _without_thought(text)
    return _unwrapped(_said(text))


def _without_thought(text: str) -> str:
    text = _THOUGHT.sub("", text)
    text = _THOUGHT_END.sub("", text)
    # A marker before any word ends nothing.
    for end in _END_OF_TURN.finditer(text):
        if _SPECIAL.sub("", text[: end.start()]).strip():
            text = text[: end.start()]
            break
    return _SPECIAL.sub("", _END_OF_TURN.sub("", text))


def _said(text: str) -> str:
    """The lines that say something, without the talk before and after them.

    Of an answer that is a list of several comments, the first.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    while len(lines) > 1 and (
        _ANNOUNCEMENT.match(lines[0]) or not _unwrapped(lines[0])
    ):
        del lines[0]
    closing = (at for at in range(1, len(lines)) if _CLOSING.match(lines[at]))
    del lines[next(closing, len(lines)) :]
    if len(lines) > 1 and all(map(_BULLET.match, lines)):
        del lines[1:]
    return "\n".join(lines)


def _unwrapped(text: str) -> str:
    before = None
    while text != before:
        before = text
        text = _FENCE.sub("", text)
        text = _BULLET.sub("", text)
        text = _ROLE.sub("", text)
        text = unquoted(_unemphasised(text)).strip()
    return text


def _unemphasised(text: str) -> str:
    for mark in _EMPHASIS:
        inner = text[len(mark) : -len(mark)]
        if text.startswith(mark) and text.endswith(mark) and mark not in inner:
            return inner.strip()
    return text
