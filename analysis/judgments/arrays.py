"""The judgments of a study as typed arrays, in one canonical order."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from annotation.instrument import COUNTERBALANCED, PAPER, Instrument, Verdict

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.float64]
NumberArray = IntArray | npt.NDArray[np.floating]
TimeArray = npt.NDArray[np.datetime64]

AI, HUMAN = 0, 1
NO_VERDICT = -1
NO_SCORE = -1
NOT_GIVEN = 0  # order and assignment_no count from 1


def verdict_codes(instrument: Instrument) -> dict[str, int]:
    """The codes of an instrument's verdicts: AI, Human, then any other in its order."""
    others = [value for value in instrument.labels if value not in COUNTERBALANCED]
    values = [Verdict.AI.value, Verdict.HUMAN.value, *others]
    return {value: code for code, value in enumerate(values)}


@dataclass(frozen=True, eq=False)
class Judgments:
    """One row a judgment, sorted by video, comment, annotator.

    `judgments.columns.judgments_from_columns` builds it: it sorts the labels and the
    rows, so that equal data give equal arrays whatever the order of the input.

    Attributes:
        annotators, videos, comments, sources: Labels; the row arrays index them.
            A comment is one text under one video: an id used under two videos is
            two comments. Sources may include some that have no rows; they are in the
            order in which they were declared, the others sorted behind them.
        source_is_human: (sources,) whether people wrote the source's comments.
        comment_video, comment_source: (comments,) where each comment belongs.
        annotator, comment: (rows,) indices.
        verdict: (rows,) 1 Human, 0 AI, from 2 any other, -1 missing.
        score: (rows,) as given, on the instrument's scale; -1 missing.
        order: (rows,) position shown, from 1; 0 missing.
        seconds: (rows,) time in view until the first full answer; NaN missing.
        assignment_no: (rows,) how many batches the annotator had, from 1; 0 missing.
        started_at: (rows,) UTC, microseconds; NaT missing.
        instrument: The verdicts and the scale that annotators chose from.
        video_category: (videos,) the category of each; empty where unknown.
    """

    annotators: tuple[str, ...]
    videos: tuple[str, ...]
    comments: tuple[str, ...]
    sources: tuple[str, ...]
    source_is_human: BoolArray
    comment_video: IntArray
    comment_source: IntArray
    annotator: IntArray
    comment: IntArray
    verdict: npt.NDArray[np.int8]
    score: npt.NDArray[np.int8]
    order: IntArray
    seconds: FloatArray
    assignment_no: IntArray
    started_at: TimeArray
    instrument: Instrument = PAPER
    video_category: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.annotator)

    @cached_property
    def video(self) -> IntArray:
        """(rows,) index of the video."""
        return self.comment_video[self.comment]

    @cached_property
    def source(self) -> IntArray:
        """(rows,) index of the source."""
        return self.comment_source[self.comment]

    @cached_property
    def called_human(self) -> npt.NDArray[np.int8]:
        """(rows,) 1 for the verdict Human, 0 for any other, -1 missing."""
        if len(self.instrument.verdicts) == len(COUNTERBALANCED):
            return self.verdict
        return np.where(self.verdict > HUMAN, AI, self.verdict).astype(np.int8)

    @cached_property
    def score_place(self) -> npt.NDArray[np.int8]:
        """(rows,) place of the score on the scale, from 0; -1 missing."""
        lowest = self.instrument.scale.lowest
        if lowest == 0:
            return self.score
        return np.where(self.score < 0, NO_SCORE, self.score - lowest).astype(np.int8)

    @cached_property
    def comment_is_human(self) -> BoolArray:
        """(comments,) whether a person wrote the comment."""
        return self.source_is_human[self.comment_source]

    @cached_property
    def assignment(self) -> IntArray:
        """(rows,) index of the (video, annotator) pair, sorted by video."""
        pairs = self.video.astype(np.int64) * len(self.annotators) + self.annotator
        return dense_codes(pairs, len(self.videos) * len(self.annotators))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over labels and arrays: equal data, equal fingerprint."""
        used = sorted(present_codes(self.comment_source), key=self.sources.__getitem__)
        names = [self.sources[code] for code in used]
        labels: list[object] = [self.annotators, self.videos, self.comments, names]
        if _answers_of(self.instrument) != _answers_of(PAPER):
            labels.append(_answers_of(self.instrument))
        if any(self.video_category):
            labels.append({"video_category": self.video_category})
        digest = hashlib.sha256(json.dumps(labels).encode())
        place = np.zeros(len(self.sources), dtype=np.int32)
        place[used] = np.arange(len(used), dtype=np.int32)
        source = place[self.comment_source]
        canonical: list[tuple[npt.NDArray[np.generic], str]] = [
            (self.source_is_human[used], "u1"),
            (self.comment_video, "<i4"),
            (source, "<i4"),
            (self.annotator, "<i4"),
            (self.comment, "<i4"),
            (self.verdict, "i1"),
            (self.score, "i1"),
            (self.order, "<i4"),
            (self.seconds, "<f8"),
            (self.assignment_no, "<i4"),
            (self.started_at, "<M8[us]"),
        ]
        for array, kind in canonical:
            digest.update(np.ascontiguousarray(array, dtype=kind).view(np.uint8).data)
        return digest.hexdigest()


def _answers_of(instrument: Instrument) -> list[object]:
    """What of an instrument shapes the figures."""
    scale = instrument.scale
    return [list(verdict_codes(instrument)), scale.lowest, scale.highest]


def dense_codes(values: npt.NDArray[np.int64], bound: int) -> IntArray:
    """Number the distinct values, all in 0..bound-1, from 0 in their order."""
    if bound > 50 * len(values) + 1_000_000:  # a lookup table would dwarf the data
        return np.unique(values, return_inverse=True)[1].astype(np.int32)
    seen = np.zeros(bound, dtype=bool)
    seen[values] = True
    present = np.flatnonzero(seen)
    numbers = np.empty(bound, dtype=np.int32)  # only what is written takes memory
    numbers[present] = np.arange(len(present), dtype=np.int32)
    return numbers[values]


def present_codes(codes: IntArray) -> IntArray:
    """The codes that occur, in their order: `numpy.unique` for small whole numbers."""
    return np.flatnonzero(np.bincount(codes))
