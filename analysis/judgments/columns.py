"""From a long table in any order to `Judgments`, with every check over the rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.judgments.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    Judgments,
    TimeArray,
)
from annotation.instrument import PAPER, Instrument

Item = TypeVar("Item", bound=np.generic)
Labels = tuple[str, ...]


@dataclass(frozen=True)
class Coded:
    """A column of labels: `labels[codes[row]]`. Labels are unique, in any order."""

    codes: IntArray
    labels: Sequence[str]


@dataclass(frozen=True)
class Columns:
    """The long table as it came, row by row, in any order; see `Judgments`."""

    annotator: Coded
    video: Coded
    comment: Coded
    source: Coded
    is_human: BoolArray
    verdict: npt.NDArray[np.int8]
    score: npt.NDArray[np.int8]
    order: IntArray
    seconds: FloatArray
    assignment_no: IntArray
    started_at: TimeArray
    instrument: Instrument = PAPER
    category: Coded | None = None  # of the video; an empty label is unknown


def judgments_from_columns(
    columns: Columns, *, declared_sources: Iterable[str] = ()
) -> Judgments:
    """Check the table as a whole and bring it into canonical order.

    Args:
        columns: The rows.
        declared_sources: Sources that belong to the study even if nobody judged
            them; one named "human" is the human one. They keep their order, and come
            before any others.

    Raises:
        AnalysisError: A comment with two sources, a source that is both human and
            AI, or an annotator who judged one comment twice; rows count from 1.
    """
    annotator, annotators = _sorted_labels(columns.annotator)
    video, videos = _sorted_labels(columns.video)
    source, sources = _sorted_labels(columns.source, first=declared_sources)
    source_is_human = _origin_of_sources(columns.is_human, source, sources)
    comment, comments, comment_video = _sorted_comments(columns.comment, video)
    comment_source = _source_of_comments(comment, comments, source, sources)
    rows = _canonical_rows(annotator, annotators, comment, comments)

    def ordered(array: npt.NDArray[Item]) -> npt.NDArray[Item]:
        return array if rows is None else array[rows]

    return Judgments(
        annotators=annotators,
        videos=videos,
        comments=comments,
        sources=sources,
        source_is_human=source_is_human,
        comment_video=comment_video,
        comment_source=comment_source,
        annotator=ordered(annotator),
        comment=ordered(comment),
        verdict=ordered(columns.verdict),
        score=ordered(columns.score),
        order=ordered(columns.order),
        seconds=ordered(columns.seconds),
        assignment_no=ordered(columns.assignment_no),
        started_at=ordered(columns.started_at),
        instrument=columns.instrument,
        video_category=_categories(columns.category, video, len(videos)),
    )


def _categories(column: Coded | None, video: IntArray, videos: int) -> Labels:
    """The category of each video: of several, the first in alphabetical order."""
    if column is None:
        return ("",) * videos
    order = sorted(range(len(column.labels)), key=column.labels.__getitem__)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    first = np.full(videos, len(order), dtype=np.int64)
    np.minimum.at(first, video, rank[column.codes])
    names = [*(column.labels[number] for number in order), ""]
    return tuple(names[number] for number in first.tolist())


def _sorted_labels(
    column: Coded, first: Iterable[str] = ()
) -> tuple[npt.NDArray[np.int32], Labels]:
    """Drop unused labels, sort them behind the first ones, and renumber the codes."""
    used = np.zeros(len(column.labels), dtype=bool)
    used[column.codes] = True
    kept = {
        label for label, is_used in zip(column.labels, used, strict=True) if is_used
    }
    labels = tuple(dict.fromkeys([*first, *sorted(kept)]))
    place = {label: number for number, label in enumerate(labels)}
    renumber = np.fromiter(
        (place.get(label, -1) for label in column.labels), np.int32, len(column.labels)
    )
    return renumber[column.codes], labels


def _origin_of_sources(
    is_human: BoolArray, source: IntArray, sources: Labels
) -> BoolArray:
    origin = np.array([name == "human" for name in sources], dtype=bool)
    origin[source[::-1]] = is_human[::-1]  # the first row of a source counts
    contrary = np.flatnonzero(origin[source] != is_human)
    if len(contrary):
        row = int(contrary[0])
        raise AnalysisError(
            f"row {row + 1}, column is_human: source {sources[source[row]]!r} is human "
            "in one row and AI in another; a source has one origin"
        )
    return origin


def _sorted_comments(
    column: Coded, video: IntArray
) -> tuple[npt.NDArray[np.int32], Labels, npt.NDArray[np.int32]]:
    """Number comments by (video, label); an id under two videos is two comments.

    Returns:
        The comment of each row, the label of each comment, the video of each comment.
    """
    labels = column.labels
    home = np.full(len(labels), -1, dtype=np.int32)
    home[column.codes] = video
    if (home[column.codes] == video).all():
        found, codes = np.arange(len(labels)), column.codes
    else:
        pairs = video.astype(np.int64) * len(labels) + column.codes
        unique, codes = np.unique(pairs, return_inverse=True)
        home = (unique // len(labels)).astype(np.int32)
        found = unique % len(labels)
    names = [labels[number] for number in found.tolist()]
    by_name = sorted(np.flatnonzero(home >= 0).tolist(), key=names.__getitem__)
    order = np.array(by_name, dtype=np.int64)
    order = order[np.argsort(home[order], kind="stable")]
    renumber = np.full(len(names), -1, dtype=np.int32)
    renumber[order] = np.arange(len(order), dtype=np.int32)
    return (
        renumber[codes],
        tuple(names[number] for number in order.tolist()),
        home[order],
    )


def _source_of_comments(
    comment: IntArray, comments: Labels, source: IntArray, sources: Labels
) -> npt.NDArray[np.int32]:
    home = np.zeros(len(comments), dtype=np.int32)
    home[comment[::-1]] = source[::-1]  # the first row of a comment counts
    contrary = np.flatnonzero(home[comment] != source)
    if len(contrary):
        row = int(contrary[0])
        raise AnalysisError(
            f"row {row + 1}, column source: comment {comments[comment[row]]!r} is by "
            f"{sources[source[row]]!r} here and by {sources[home[comment[row]]]!r} "
            "elsewhere; a comment has one source"
        )
    return home


def _canonical_rows(
    annotator: IntArray, annotators: Labels, comment: IntArray, comments: Labels
) -> npt.NDArray[np.intp] | None:
    """The row order by (comment, annotator), or None if it is so already."""
    key = comment.astype(np.int64) * len(annotators) + annotator
    if (key[1:] > key[:-1]).all():
        return None
    rows = np.argsort(key, kind="stable")
    key = key[rows]
    repeats = np.flatnonzero(key[1:] == key[:-1])
    if len(repeats):
        first, second = (int(rows[repeats[0] + step]) for step in (0, 1))
        raise AnalysisError(
            f"rows {first + 1} and {second + 1}: annotator "
            f"{annotators[annotator[first]]!r} judged comment "
            f"{comments[comment[first]]!r} twice; leave planned repeats out"
        )
    return rows
