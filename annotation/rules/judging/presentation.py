"""The blind view of a batch: the seeded order, and all that a judge page may know.

Pure: no database, no clock, no chance beyond the seed.

Reproducing an order
--------------------
`Assignment.seed` is 64 hexadecimal digits: 32 bytes from the system's cryptographic
source. They key an endless stream of numbers of 32 bits: block `c` of the stream for
one purpose is HMAC-SHA256(key=seed, message=purpose + ":" + c in 8 bytes, big-endian),
read as eight big-endian numbers. A number below `n` is drawn by rejection, so that
every outcome is equally likely: numbers from the largest multiple of `n` upwards are
skipped, the rest is taken modulo `n`. An order of `n` things is the Fisher-Yates
shuffle of 0..n-1 (from the last place down, each changed with a drawn place at or
before it) with the stream of purpose "order".

The things of an assignment, before the shuffle, are the batch's comments by primary
key, then its attention checks in the order drawn (purpose "checks") from the study's
checks by primary key. Checks go through the same shuffle: any place is as likely for
them as for a comment.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from itertools import count
from typing import TypeVar

from django.utils.safestring import SafeString

from annotation.instrument import (
    Instrument,
    RealismScale,
    ScaleValue,
    VerdictOption,
)

_WORD_BYTES = 4
_WORD_VALUES = 2 ** (8 * _WORD_BYTES)

_Thing = TypeVar("_Thing")


# --- Order --------------------------------------------------------------------------


def presentation_order(seed: str, size: int) -> list[int]:
    """The order in which `size` things are shown: a uniformly random permutation.

    Element i is the index, before the shuffle, of what stands at position i + 1.

    Raises:
        ValueError: if the seed is not 64 hexadecimal digits.
    """
    return _shuffled(size, _words(seed, "order"))


def drawn_checks(seed: str, checks: Sequence[_Thing], wanted: int) -> list[_Thing]:
    """The attention checks of one assignment: `wanted` of them, or all if fewer."""
    order = _shuffled(len(checks), _words(seed, "checks"))
    return [checks[index] for index in order[:wanted]]


def drawn_index(seed: str, purpose: str, size: int) -> int:
    """One number from 0 to size - 1, each as likely, from the seed's own stream."""
    return _below(size, _words(seed, purpose))


def _shuffled(size: int, words: Iterator[int]) -> list[int]:
    order = list(range(size))
    for last in range(size - 1, 0, -1):
        chosen = _below(last + 1, words)
        order[last], order[chosen] = order[chosen], order[last]
    return order


def _below(bound: int, words: Iterator[int]) -> int:
    fair = _WORD_VALUES - _WORD_VALUES % bound
    return next(word for word in words if word < fair) % bound


def _words(seed: str, purpose: str) -> Iterator[int]:
    key = bytes.fromhex(seed)
    if len(key) != sha256().digest_size:
        msg = f"A seed is 64 hexadecimal digits; this one has {len(seed)} characters."
        raise ValueError(msg)
    for counter in count():
        message = purpose.encode() + b":" + counter.to_bytes(8, "big")
        block = hmac.digest(key, message, "sha256")
        for start in range(0, len(block), _WORD_BYTES):
            yield int.from_bytes(block[start : start + _WORD_BYTES], "big")


# --- What a judge page may know -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class PresentedComment:
    """One comment as its annotator sees it: where it stands, its text, their answer."""

    position: int
    text: str
    # The stored words of the instrument; "" while not given.
    verdict: str = ""
    score: str = ""

    @property
    def is_full(self) -> bool:
        return self.verdict != "" and self.score != ""


@dataclass(frozen=True, slots=True)
class SheetVideo:
    """The video of the batch; title and description only if the study shows them."""

    url: str
    poster_url: str
    title: str = ""
    description: str = ""
    # Pixels, so that the page's layout is steady before the video is there.
    width: int | None = None
    height: int | None = None

    @property
    def is_upright(self) -> bool:
        return bool(self.width and self.height and self.height > self.width)


@dataclass(frozen=True, slots=True)
class Milestone:
    """Where an annotator is who has just submitted a batch."""

    # Of the batch before this one.
    number: int
    # Batches that are left at most, this one included.
    left_count: int
    # How long they take at the annotator's own pace, in words.
    time_left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of each comment, and how an annotator can answer."""

    # In the annotator's language.
    instrument: Instrument
    # Which of Human and AI this annotator sees first.
    first_verdict: str
    # Verdict and score are given with one tap.
    has_pad: bool
    # A researcher looks on: what the page sends is not stored.
    is_preview: bool = False

    @property
    def verdicts(self) -> tuple[VerdictOption, ...]:
        """In the annotator's own order."""
        return self.instrument.verdicts_from(self.first_verdict)

    @property
    def scale(self) -> RealismScale:
        return self.instrument.scale

    @property
    def digit_values(self) -> tuple[ScaleValue, ...]:
        """The values of the scale that have their own digit as key."""
        return tuple(v for v in self.scale.values if v.key == str(v.score))

    @property
    def lettered_values(self) -> tuple[ScaleValue, ...]:
        """The values too large for a digit."""
        return tuple(v for v in self.scale.values if v.key != str(v.score))

    @property
    def answer_keys(self) -> dict[str, list[str]]:
        """Which half of an answer each key gives, and its value."""
        verdicts = {v.key: ["verdict", v.value] for v in self.verdicts}
        return verdicts | {v.key: ["score", str(v.score)] for v in self.scale.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Asked):
    """Comments with the choices beside them, as batches and practice show them."""

    comments: tuple[PresentedComment, ...]
    # Positions without a full answer, of a submission that was refused.
    missing: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return len(self.comments)

    @property
    def answered_count(self) -> int:
        return sum(comment.is_full for comment in self.comments)

    @property
    def left_count(self) -> int:
        return self.total - self.answered_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions(Asked):
    """What everyone is shown alike who judges under the same conditions.

    The parts of the judge page that are drawn once know nothing else.
    """

    study: str
    total: int
    human_count: int | None
    required_play_percent: int
    break_after_minutes: int
    guidelines_html: SafeString
    shows_tour: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSheet(Rows):
    """All that the judge page shows of one assignment; nothing else reaches it."""

    # Public id; a preview has none and goes by its study's.
    assignment: str
    study: str
    study_title: str
    # Which batch of the annotator's, from 1, and of how many at most.
    number: int
    batch_count: int
    video: SheetVideo
    # None unless the study tells how many comments people wrote.
    human_count: int | None
    required_play_percent: int
    played_percent: float
    guidelines_html: SafeString
    shows_tour: bool
    break_after_minutes: int
    login_name: str
    # Milliseconds since 1970 on the server's clock. The page's form sends it back as
    # `shown_at`, so that an old tab never overwrites what a newer one saved.
    shown_at: int
    # What to say before the first answer, of what was just submitted.
    milestone: Milestone | None = None
    # The lease had run out, and the place was free to be taken again.
    is_late: bool = False
    # Why a submission was refused, in words.
    refusal: str = ""

    @property
    def alike(self) -> Conditions:
        return Conditions(**{f.name: getattr(self, f.name) for f in fields(Conditions)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSheet(Rows):
    """One practice comment, in the row in which batches show theirs."""

    study: str
    # Which practice comment, from 1, and of how many.
    number: int
    item_count: int
    # None where the comment comes without one.
    video: SheetVideo | None
