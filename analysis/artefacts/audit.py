"""The artefact audit of a study: what could give sources away apart from content."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.artefacts.giveaway import Giveaway, giveaway
from analysis.artefacts.one_source import Sources, against_people
from annotation.models import Study
from annotation.rules.studies.readiness import FilledComment
from annotation.selectors.studies.readiness import filled_comments
from corpus.logistic import FloatArray
from corpus.surface import FEATURES, opening_of, script_of, surface_of

# More would keep a page waiting; so many tell the same.
MOST_COMMENTS = 20_000
_OPENINGS, _FEWEST_OPENINGS = 3, 3
# Shares of comments with a mark, in the order of the table's columns: the feature's
# name and its heading.
SHARES: Final[Mapping[str, Promise]] = {
    "emoji": _("Emoji"),
    "ends with a full stop": _("Full stop at the end"),
    "exclamation mark": _("Exclamation mark"),
    "question mark": _("Question mark"),
    "ellipsis": _("Ellipsis"),
    "dash": _("Dash"),
    "curly quotes or apostrophes": _("Curly quotes"),
    "starts with a capital": _("Capital first"),
    "all lower case": _("All lower case"),
    "hashtag": _("Hashtag"),
    "mention": _("Mention"),
}
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class SourceSurface:
    """How one source's comments look.

    Attributes:
        quartiles: Of the length: 5th, 25th, 50th, 75th and 95th percentile.
        shares: Percent of comments with each mark of `SHARES`, in order.
        scripts: Scripts other than Latin, with their percent.
        openings: First words that come back, with their percent.
        repeated_count: Comments whose text the source also wrote under another video.
    """

    title: str
    is_human: bool
    count: int
    quartiles: tuple[float, ...]
    shares: tuple[float, ...]
    scripts: tuple[tuple[str, float], ...]
    openings: tuple[tuple[str, float], ...]
    repeated_count: int


@dataclass(frozen=True, slots=True)
class Audit:
    """A study's comments on the surface.

    Attributes:
        giveaway: How far all AI sources together are told from people.
        one_by_one: How far each of them is.
        longest: The length at which the pictures end, in characters.
        is_sample: Only some of the batches were looked at.
    """

    sources: tuple[SourceSurface, ...]
    giveaway: Giveaway | None
    one_by_one: Sources
    comment_count: int
    longest: float
    is_sample: bool


def audit_of(study: Study) -> Audit:
    """Look at the comments that stand in the study's batches, people first."""
    comments, is_sample = _sample([*filled_comments(study)])
    table = surface_of([comment.text for comment in comments])
    by_source: dict[str, list[int]] = defaultdict(list)
    for index, comment in enumerate(comments):
        by_source[comment.source_key].append(index)
    sources = [
        _surface([comments[i] for i in rows], table[rows])
        for rows in by_source.values()
    ]
    batches = np.array([comment.batch for comment in comments], dtype=np.int64)
    number = {key: place for place, key in enumerate(by_source)}
    return Audit(
        sources=tuple(sorted(sources, key=lambda one: (not one.is_human, one.title))),
        giveaway=giveaway(
            table,
            np.array([comment.is_human for comment in comments], dtype=np.bool_),
            batches,
        ),
        one_by_one=against_people(
            table,
            np.array([number[one.source_key] for one in comments], dtype=np.int64),
            batches,
            titles=[source.title for source in sources],
            people=next((n for n, one in enumerate(sources) if one.is_human), -1),
        ),
        comment_count=len(comments),
        longest=max((source.quartiles[-1] for source in sources), default=1.0),
        is_sample=is_sample,
    )


def _sample(comments: Sequence[FilledComment]) -> tuple[Sequence[FilledComment], bool]:
    """All comments, or those of batches drawn at random, always the same ones."""
    if len(comments) <= MOST_COMMENTS:
        return comments, False
    batches = sorted({comment.batch for comment in comments})
    kept_count = len(batches) * MOST_COMMENTS // len(comments)
    chance = np.random.default_rng(0)
    kept = {*chance.choice(batches, kept_count, replace=False).tolist()}
    return [comment for comment in comments if comment.batch in kept], True


def _surface(comments: Sequence[FilledComment], table: FloatArray) -> SourceSurface:
    lengths = [len(comment.text) for comment in comments]
    names = [*FEATURES]
    marked = (table[:, [names.index(name) for name in SHARES]] > 0).mean(0)
    # An outlier would flatten every picture.
    quartiles = np.percentile(lengths, [5, 25, 50, 75, 95])
    return SourceSurface(
        title=comments[0].source_title,
        is_human=comments[0].is_human,
        count=len(comments),
        quartiles=tuple(quartiles.tolist()),
        shares=tuple((_PERCENT * marked).tolist()),
        scripts=_scripts(comments),
        openings=_openings(comments),
        repeated_count=_repeated_count(comments),
    )


def _scripts(comments: Sequence[FilledComment]) -> tuple[tuple[str, float], ...]:
    counts = Counter(script_of(comment.text) for comment in comments)
    return _shares_of(
        (
            (name, count)
            for name, count in counts.most_common()
            if name not in ("Latin", "")
        ),
        len(comments),
    )


def _openings(comments: Sequence[FilledComment]) -> tuple[tuple[str, float], ...]:
    counts = Counter(filter(None, (opening_of(comment.text) for comment in comments)))
    frequent = counts.most_common(_OPENINGS)
    return _shares_of(
        ((words, count) for words, count in frequent if count >= _FEWEST_OPENINGS),
        len(comments),
    )


def _shares_of(
    counts: Iterable[tuple[str, int]], total: int
) -> tuple[tuple[str, float], ...]:
    return tuple((name, _PERCENT * count / total) for name, count in counts)


def _repeated_count(comments: Sequence[FilledComment]) -> int:
    videos: dict[bytes, set[int]] = defaultdict(set)
    for comment in comments:
        videos[comment.fingerprint].add(comment.batch)
    return sum(len(videos[comment.fingerprint]) > 1 for comment in comments)
