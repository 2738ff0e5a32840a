"""What a set of written comments looks like as texts, to see where training led."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from corpus.assistant_talk import calls_itself_ai, declines
from model.training.abuse import is_abusive

_RUN = 5
# Share of runs of characters from which a text is a copy.
_COPY = 0.8
_OPENING_WORDS = 3


@dataclass(frozen=True)
class TextMarks:
    """Marks of a set of comments; shares from 0 to 1.

    Attributes:
        comment_count: How many.
        mean_characters, mean_words: A comment's length.
        distinct_2: Different pairs of neighbouring words, of all such pairs.
        opening_share: Comments with the commonest first three words.
        repeated_share: Comments that stand word for word under another video too.
        copied_share: Comments that are, to 80 % of their runs of five characters, one
            of the training lines.
        refusal_share: Comments that decline, or say that an AI wrote them.
        abuse_share: Comments with a word of insult (model.training.abuse).
        script_share: Comments mostly in the training lines' commonest script.
    """

    comment_count: int
    mean_characters: float
    mean_words: float
    distinct_2: float
    opening_share: float
    repeated_share: float
    copied_share: float
    refusal_share: float
    abuse_share: float
    script_share: float


def marks_of(by_video: Sequence[Sequence[str]], learnt: Sequence[str]) -> TextMarks:
    """Marks of what was written.

    Args:
        by_video: The comments of each video, at least one.
        learnt: Texts of the training lines.
    """
    texts = [text for video in by_video for text in video]
    words = [text.casefold().split() for text in texts]
    pairs = [pair for one in words for pair in pairwise(one)]
    openings = Counter(tuple(one[:_OPENING_WORDS]) for one in words)
    homes = Counter(text for video in by_video for text in {*video})
    script = Counter(map(_script, learnt)).most_common(1)
    return TextMarks(
        comment_count=len(texts),
        mean_characters=fmean(map(len, texts)),
        mean_words=fmean(map(len, words)),
        distinct_2=len({*pairs}) / len(pairs) if pairs else 0.0,
        opening_share=openings.most_common(1)[0][1] / len(texts),
        repeated_share=_share(homes[text] > 1 for text in texts),
        copied_share=_copied(texts, learnt),
        refusal_share=_share(declines(one) or calls_itself_ai(one) for one in texts),
        abuse_share=_share(map(is_abusive, texts)),
        script_share=_share(_script(one) == script[0][0] for one in texts),
    )


def _share(found: Iterable[bool]) -> float:
    values = [*found]
    return sum(values) / len(values)


def _copied(texts: Sequence[str], learnt: Sequence[str]) -> float:
    known = [_runs(text) for text in {*learnt}]
    return _share(
        any(len(own & other) >= _COPY * len(own) for other in known)
        for own in map(_runs, texts)
    )


def _runs(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(
        plain[at : at + _RUN] for at in range(max(len(plain) - _RUN, 0) + 1)
    )


def _script(text: str) -> str:
    """The commonest script of a text's letters, as Unicode names them."""
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    found = Counter(name.partition(" ")[0] for name in names)
    return found.most_common(1)[0][0] if found else ""
