"""One cleaning for every comment, whoever wrote it: display form, key, usability.

Pure and versioned. No function here takes the source of a text: a difference in
treatment between people and models would be a tell (protocol, "Building a batch").

The display form is what these steps give when they are repeated until nothing changes:

1. Character references that a collector left behind (`&amp;`, `&#39;`) are decoded if
   they end in a semicolon, and escaped line ends (a backslash and an n) become spaces.
2. White space, line breaks included, is folded to single spaces.
3. Control characters, lone surrogates and the characters that Unicode calls default
   ignorable (zero width, direction, tags, fillers) are dropped, except where an emoji
   or a script needs them (`_KEPT`).
4. Unicode NFC.
5. Quotation marks of any script that wrap the whole text are dropped.
"""

import html
import html.entities
import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

import regex

from corpus.eligibility import IneligibleReason, ineligible_reason
from corpus.quotation import unquoted

# Stored results rest on it: raise it with every change of behaviour in this module,
# and with `ELIGIBILITY_VERSION`.
CLEANING_VERSION = 2

FINGERPRINT_BYTES = 16

# A reference, however often its ampersand was escaped again.
_REFERENCE = regex.compile(
    r"&(?:(?:amp|#38|#x26);)*"
    r"(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
)
_ESCAPED_LINE_END = regex.compile(r"(?<!\\)(?:\\r)?\\n")

_IGNORABLE = (
    r"[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}"
    # Anchors of annotations: format characters that are no default ignorables.
    r"\uFFF9-\uFFFB]"
)
_EMOJI = r"[\p{Extended_Pictographic}\p{Regional_Indicator}]"
# Letters of the scripts whose spelling uses joiners (Persian, Sinhala ...).
_JOINED = (
    r"[[\p{L}\p{M}]&&[\p{Arabic}\p{Syriac}\p{Nko}\p{Mongolian}\p{Devanagari}\p{Bengali}"
    r"\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}"
    r"\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Balinese}\p{Javanese}]]"
)
# Default ignorables that stay, each only where it does its work.
_KEPT = (
    # The emoji style of a pictograph, and of the base of a keycap.
    r"(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])[\uFE0E\uFE0F]",
    r"(?<=[0-9#*])\uFE0F(?=\u20E3)",
    # Emoji joined into one: families, professions, the heart on fire.
    rf"(?<={_EMOJI}[\p{{Emoji_Modifier}}\uFE0F]*)\u200D(?={_EMOJI})",
    # Flags of regions (Scotland) are spelt in invisible tags, within these bounds:
    # longer ones could carry hidden text.
    r"\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{4,6}\U000E007F",
    # Joiners after a virama, and between letters of scripts that use them.
    r"(?<=\p{ccc=Virama})[\u200C\u200D]",
    rf"(?<={_JOINED})[\u200C\u200D](?=[\u200C\u200D]*{_JOINED})",
    # The variant of a Han or a Mongolian letter.
    r"(?<=\p{Han})[\U000E0100-\U000E01EF]",
    r"(?<=\p{Mongolian})[\u180B-\u180D\u180F]",
)
# The stateless direction marks matter beside right-to-left letters. The stateful ones
# (embeddings, overrides, isolates) never stay: left open, they turn a page around.
_DIRECTION_MARK = r"[\u200E\u200F\u061C]"
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}&&\p{L}]", regex.V1)

_ANY_IGNORABLE = regex.compile(_IGNORABLE)
# The ignorable characters that Python calls printable, for a quick look that passes
# nearly every text: the others are not printable.
_PRINTABLE_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def _dropping(*kept: str) -> regex.Pattern[str]:
    """A pattern of the ignorable characters, without those that `kept` matches."""
    return regex.compile(
        rf"(?:{'|'.join(kept)})(*SKIP)(*FAIL)|{_IGNORABLE}", regex.VERSION1
    )


_DROPPED = _dropping(*_KEPT)
_DROPPED_BESIDE_RIGHT_TO_LEFT = _dropping(*_KEPT, _DIRECTION_MARK)


def display_text(text: str) -> str:
    """The form of a comment that annotators see; applying it twice changes nothing."""
    while (cleaned := _cleaned_once(text)) != text:
        text = cleaned
    return text


def _cleaned_once(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(_decoded, text)
    if "\\" in text:
        text = _ESCAPED_LINE_END.sub(" ", text)
    text = " ".join(text.split())
    # Nearly every comment is plain ASCII: it has nothing to drop or to compose.
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _without_ignorables(text))
    return unquoted(text)


def _decoded(reference: regex.Match[str]) -> str:
    """The character of a reference; the reference itself where there is no such one."""
    name = f"{reference[1]};"
    if name.startswith("#"):
        return html.unescape(f"&{name}")
    return html.entities.html5.get(name, f"&{name}")


def _may_hold_ignorables(text: str) -> bool:
    return not text.isprintable() or _PRINTABLE_IGNORABLE.search(text) is not None


def _without_ignorables(text: str) -> str:
    if not _may_hold_ignorables(text):
        return text
    if _RIGHT_TO_LEFT.search(text):
        return _DROPPED_BESIDE_RIGHT_TO_LEFT.sub("", text)
    return _DROPPED.sub("", text)


# --- Comparison ---------------------------------------------------------------------

_UNIFIED = {
    "'": "‘’‚‛′ʼ´",
    '"': "“”„‟″«»‹›「」『』｢｣﹁﹂﹃﹄〝〞〟❝❞",
    "-": "‐‑‒–—―−﹘﹣",
    "~": "〜",
    ".": "。｡۔",
    ",": "、､،",
    ";": "؛",
    "?": "؟",
    "..": "‥",
    "...": "…",
}
_PUNCTUATION = str.maketrans(
    # Full width forms are the same characters in an older encoding.
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {mark: plain for plain, marks in _UNIFIED.items() for mark in marks}
)
_HAS_PUNCTUATION = re.compile(f"[{re.escape(''.join(map(chr, _PUNCTUATION)))}]")


def comparison_key(text: str) -> str:
    """What two comments share when they say the same: for comparing, never for show.

    The display form, case folded, its punctuation unified (curly and straight quotes,
    kinds of dashes, full width forms), without any invisible character.
    """
    return _key_of_shown(display_text(text))


def _key_of_shown(shown: str) -> str:
    key = shown.casefold()
    if not key.isascii():
        if _HAS_PUNCTUATION.search(key):
            key = key.translate(_PUNCTUATION)
        if _may_hold_ignorables(key):
            key = _ANY_IGNORABLE.sub("", key)
        key = unicodedata.normalize("NFC", key)
    return unquoted(" ".join(key.replace("`", "'").split()))


def _fingerprint(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=FINGERPRINT_BYTES).digest()


# --- Usability ----------------------------------------------------------------------


class UnusableReason(StrEnum):
    """Why a comment cannot stand in a batch."""

    EMPTY = "empty"
    NO_LETTER_OR_EMOJI = "no_letter_or_emoji"
    BARE_LINK = "bare_link"
    BARE_MENTION = "bare_mention"
    # Outside the rule for everybody (corpus.eligibility).
    TOO_LONG = IneligibleReason.TOO_LONG.value
    WRAPPED = IneligibleReason.WRAPPED.value
    DUPLICATE = "duplicate"


_LETTER_OR_EMOJI = r"[\p{L}\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]"
_HAS_LETTER_OR_EMOJI = regex.compile(_LETTER_OR_EMOJI)
# A word that can be no part of a link or a mention; most comments begin with one.
_PLAIN_WORD = regex.compile(
    rf"(?:^| )[^ @＠./:]*+(?<={_LETTER_OR_EMOJI}[^ @＠./:]*)(?: |$)"
)
# A link ends where a script begins that writes no spaces between words.
_LINK = regex.compile(
    r"(?:(?:https?|ftp)://|www\.)[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}]+"
    # Without a scheme: a host with a path, or with one of the usual last parts. The
    # look behind keeps the search linear.
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+"
    r"(?:[a-z]{2,}/[!-~]*|(?:com|net|org|edu|gov|info|io|tv)\b)",
    regex.IGNORECASE,
)
_MENTION = regex.compile(r"(?<![\p{L}\p{N}])[@＠][\p{L}\p{M}\p{N}_.\-]+")


def unusable_reason(text: str) -> UnusableReason | None:
    """Why one text cannot stand in a batch, judged by itself; None if it can.

    Slang, hashtags, single emoji and every language are usable.
    """
    return _reason_of_shown(display_text(text))


def _reason_of_shown(shown: str) -> UnusableReason | None:
    if not shown:
        return UnusableReason.EMPTY
    return _reason_of_content(shown) or _reason_of_form(shown)


def _reason_of_form(shown: str) -> UnusableReason | None:
    reason = ineligible_reason(shown)
    return None if reason is None else UnusableReason(reason.value)


def _reason_of_content(shown: str) -> UnusableReason | None:
    if _PLAIN_WORD.search(shown):
        return None
    unlinked = _LINK.sub(" ", shown)
    if _HAS_LETTER_OR_EMOJI.search(_MENTION.sub(" ", unlinked)):
        return None
    if unlinked != shown:
        return UnusableReason.BARE_LINK
    if _MENTION.search(shown):
        return UnusableReason.BARE_MENTION
    return UnusableReason.NO_LETTER_OR_EMOJI


class CleanComment(NamedTuple):
    """A comment as received, and what this module makes of it."""

    received: str
    text: str
    fingerprint: bytes
    unusable_reason: UnusableReason | None

    @property
    def is_usable(self) -> bool:
        return self.unusable_reason is None


def clean_comment(received: str) -> CleanComment:
    """All that is stored about the text of one comment."""
    shown = display_text(received)
    return CleanComment(
        received, shown, _fingerprint(_key_of_shown(shown)), _reason_of_shown(shown)
    )


def clean_comments(received: Iterable[str]) -> Iterator[CleanComment]:
    """The comments of one video, in order; a repeat of an earlier one says so."""
    seen: set[bytes] = set()
    for comment in map(clean_comment, received):
        if comment.fingerprint in seen:
            yield comment._replace(unusable_reason=UnusableReason.DUPLICATE)
        else:
            seen.add(comment.fingerprint)
            yield comment
