"""Warnings about the texts of a study's batches (pure).

Nothing here stops a study but equal texts in one batch; the rest is for a researcher
to look at: a text that gives its source away makes the test too easy.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import regex

from corpus.assistant_talk import talks_as_assistant
from corpus.typography import HABITS

# A source is much longer than people when its median length is at least this multiple.
LENGTH_RATIO = 2.0
# One origin alone has a habit of typing if the other one has it in no text, which would
# happen by chance less often than this if it were as frequent there.
ONE_SIDED_CHANCE = 0.001
# A part of a name that is shorter, or one of these words, proves nothing in a text.
NAME_PART_LENGTH = 4
COMMON_WORDS = frozenset(
    {
        "assistant", "baby", "base", "chat", "comment", "data", "deep", "flash",
        "human", "instruct", "large", "lite", "long", "mini", "model", "next", "omni",
        "open", "plus", "preview", "small", "tiny", "turbo", "ultra", "video", "vision",
        "writer",
    }
)  # fmt: skip


class FilledComment(NamedTuple):
    """One comment that stands in a batch; `batch` numbers the batch for grouping."""

    batch: int
    # Title of the batch's video.
    video: str
    source_key: str
    source_title: str
    is_human: bool
    text: str
    fingerprint: bytes


class WarningKind(StrEnum):
    """What a warning is about, the one that stops the seal first."""

    EQUAL_TEXTS = "equal_texts"
    REFUSAL = "refusal"
    OWN_NAME = "own_name"


@dataclass(frozen=True, slots=True)
class TextWarning:
    """One text to look at: who wrote it, under which video, what is wrong."""

    kind: WarningKind
    video: str
    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class LongSource:
    """A source whose texts are much longer than people's (medians, in characters)."""

    source: str
    median_length: float
    human_median_length: float

    @property
    def ratio(self) -> float:
        return self.median_length / self.human_median_length


@dataclass(frozen=True, slots=True)
class OneSidedHabit:
    """A habit of typing that people alone have, or AI sources alone.

    Attributes:
        habit: its name in `corpus.typography.HABITS`.
        is_human: whose it is.
        percent: of that origin's texts.
    """

    habit: str
    is_human: bool
    percent: float


@dataclass(frozen=True, slots=True)
class StudyWarnings:
    """All that is worth a look before a study is sealed."""

    equal_texts: tuple[TextWarning, ...]
    refusals: tuple[TextWarning, ...]
    own_names: tuple[TextWarning, ...]
    long_sources: tuple[LongSource, ...]
    one_sided: tuple[OneSidedHabit, ...]

    @property
    def count(self) -> int:
        texts = (self.equal_texts, self.refusals, self.own_names)
        return sum(map(len, (*texts, self.long_sources, self.one_sided)))


def warnings_about(comments: Iterable[FilledComment]) -> StudyWarnings:
    """Look through every comment of a study, given batch by batch."""
    seen = list(comments)
    return StudyWarnings(
        equal_texts=tuple(_equal_texts(seen)),
        refusals=tuple(_refusals(seen)),
        own_names=tuple(_own_names(seen)),
        long_sources=tuple(_long_sources(seen)),
        one_sided=tuple(_one_sided(seen)),
    )


def _equal_texts(comments: Iterable[FilledComment]) -> Iterator[TextWarning]:
    alike: dict[tuple[int, bytes], list[FilledComment]] = defaultdict(list)
    for comment in comments:
        alike[comment.batch, comment.fingerprint].append(comment)
    for group in alike.values():
        if len(group) > 1:
            titles = tuple(comment.source_title for comment in group)
            first = group[0]
            yield TextWarning(WarningKind.EQUAL_TEXTS, first.video, titles, first.text)


def _refusals(comments: Iterable[FilledComment]) -> Iterator[TextWarning]:
    for comment in comments:
        if not comment.is_human and talks_as_assistant(comment.text):
            yield _warning(WarningKind.REFUSAL, comment)


def _own_names(comments: Iterable[FilledComment]) -> Iterator[TextWarning]:
    patterns: dict[str, regex.Pattern[str] | None] = {}
    for comment in comments:
        if comment.is_human:
            continue
        if comment.source_key not in patterns:
            names = [comment.source_key, comment.source_title]
            patterns[comment.source_key] = name_pattern(names)
        pattern = patterns[comment.source_key]
        if pattern is not None and pattern.search(comment.text):
            yield _warning(WarningKind.OWN_NAME, comment)


def name_pattern(names: Iterable[str]) -> regex.Pattern[str] | None:
    """What finds a source's name, or a telling part of it, at the start of a word.

    "Qwen2.5-VL-7B" is found in "qwen", in "Qwen 2.5 VL 7B" and in "Qwen2"; the
    everyday part of "Video-LLaVA" is not looked for. None where nothing tells.
    """
    parts: set[str] = set()
    for name in names:
        words = regex.findall(r"\p{L}+|\p{N}+", name.casefold())
        if sum(map(len, words)) >= NAME_PART_LENGTH and len(words) > 1:
            parts.add(r"[\W_]*".join(map(regex.escape, words)))
        parts |= {
            regex.escape(word)
            for word in words
            if len(word) >= NAME_PART_LENGTH
            and not word.isnumeric()
            and word not in COMMON_WORDS
        }
    if not parts:
        return None
    return regex.compile(
        rf"(?<!\p{{L}})(?:{'|'.join(sorted(parts))})", regex.IGNORECASE
    )


def _long_sources(comments: Iterable[FilledComment]) -> Iterator[LongSource]:
    lengths: dict[str, list[int]] = defaultdict(list)
    human_lengths: list[int] = []
    for comment in comments:
        own = human_lengths if comment.is_human else lengths[comment.source_title]
        own.append(len(comment.text))
    if not human_lengths:
        return
    human_median = statistics.median(human_lengths)
    for source in sorted(lengths):
        median = statistics.median(lengths[source])
        if median >= LENGTH_RATIO * human_median:
            yield LongSource(source, median, human_median)


def _one_sided(comments: Iterable[FilledComment]) -> Iterator[OneSidedHabit]:
    texts: dict[bool, list[str]] = {True: [], False: []}
    for comment in comments:
        texts[comment.is_human].append(comment.text)
    for habit, pattern in HABITS.items():
        having = {
            is_human: sum(pattern.search(text) is not None for text in own)
            for is_human, own in texts.items()
        }
        for is_human, own in texts.items():
            share = having[is_human] / max(len(own), 1)
            by_chance = (1 - share) ** len(texts[not is_human])
            if having[not is_human] == 0 and by_chance < ONE_SIDED_CHANCE:
                yield OneSidedHabit(habit, is_human, 100 * share)


def _warning(kind: WarningKind, comment: FilledComment) -> TextWarning:
    return TextWarning(kind, comment.video, (comment.source_title,), comment.text)
