"""Annotators one by one: signs of care and carelessness; they flag, never exclude."""

from dataclasses import dataclass
from typing import Generic

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.agreement import COMPARABLE
from analysis.metrics.detection import sensitivity
from analysis.metrics.undefined import Figures, Held, figures, ratio
from pages.phrases import phrase as _

STRAIGHT_FROM = 5  # verdicts, from which a one-answer assignment is a sign
NO_VERDICT_GIVEN = _("gave no verdict")


@dataclass(frozen=True)
class AnnotatorFigures(Generic[Held]):
    """Of one annotator, or of all in the order of `Judgments.annotators`."""

    n: Held
    called_human_pct: Held
    agreement_with_rest_pct: Held
    median_seconds: Held
    longest_run: Held
    one_answer_presentations: Held
    dprime: Held
    c: Held


def annotator_figures(
    judgments: Judgments, comment_verdicts: IntArray
) -> AnnotatorFigures[Figures]:
    """Every figure by annotator but Dawid and Skene's.

    Args:
        judgments: The data.
        comment_verdicts: (comments, verdicts) of each comment: AI, Human, any other.
    """
    people = len(judgments.annotators)
    given = judgments.verdict >= 0
    counts = _verdicts_by_origin(judgments, given)
    called = counts.sum(axis=1)
    silent = (called.sum(axis=1) == 0, NO_VERDICT_GIVEN)
    detection = sensitivity(counts[:, 1], counts[:, 0])
    return AnnotatorFigures(
        n=figures(np.bincount(judgments.annotator, minlength=people)),
        called_human_pct=figures(100 * ratio(called[:, 1], called.sum(axis=1)), silent),
        agreement_with_rest_pct=_explained(
            agreement_with_rest(judgments, comment_verdicts),
            silent,
            _("nobody else judged the same comments"),
        ),
        median_seconds=_explained(
            median_seconds(judgments.annotator, judgments.seconds, people),
            _("no times recorded"),
        ),
        longest_run=_explained(longest_runs(judgments), silent, _("no order recorded")),
        one_answer_presentations=figures(one_answer_assignments(judgments), silent),
        dprime=detection.dprime,
        c=detection.c,
    )


def _explained(values: FloatArray, *reasons: tuple[BoolArray, str] | str) -> Figures:
    """The reasons; one without a mask explains every NaN that is left."""
    masked = [(np.isnan(values), r) if isinstance(r, str) else r for r in reasons]
    return figures(values, *masked)


def _verdicts_by_origin(judgments: Judgments, given: BoolArray) -> IntArray:
    """(annotators, 2, 2) verdicts by true origin (AI, human) and by "called Human"."""
    people = len(judgments.annotators)
    truth = judgments.comment_is_human[judgments.comment[given]]
    cell = judgments.annotator[given] * 4 + truth * 2 + judgments.called_human[given]
    return np.bincount(cell, minlength=4 * people).reshape(people, 2, 2)


def agreement_with_rest(judgments: Judgments, comment_verdicts: IntArray) -> FloatArray:
    """Mean share of the other annotators of a comment who agree, in percent.

    Unit of analysis: the comment on which the annotator and at least one other gave a
    verdict.
    """
    people = len(judgments.annotators)
    all_ = comment_verdicts.sum(axis=1)
    shared = (judgments.verdict >= 0) & (all_ >= COMPARABLE)[judgments.comment]
    comment = judgments.comment[shared]
    annotator = judgments.annotator[shared]
    alike = comment_verdicts[comment, judgments.verdict[shared]]
    share = (alike - 1) / (all_[comment] - 1)
    sums = np.bincount(annotator, share, people)
    return 100 * ratio(sums, np.bincount(annotator, minlength=people))


def median_seconds(annotator: IntArray, seconds: FloatArray, people: int) -> FloatArray:
    """(annotators,) median time to the first full answer, in seconds."""
    timed = np.flatnonzero(~np.isnan(seconds))
    code = annotator[timed]
    small = code.astype(np.uint16) if people <= 1 << 16 else code
    by_annotator = timed[np.argsort(small, kind="stable")]  # 16 bits sort by radix
    sizes = np.bincount(code, minlength=people)
    ends = np.cumsum(sizes)
    medians = np.full(people, np.nan)
    for person in np.flatnonzero(sizes):
        rows = by_annotator[ends[person] - sizes[person] : ends[person]]
        medians[person] = np.median(seconds[rows])
    return medians


def longest_runs(judgments: Judgments) -> FloatArray:
    """(annotators,) the longest run of one verdict in shown order in an assignment.

    Judgments without a verdict or an order are passed over; NaN where none is left.
    """
    rows = np.flatnonzero((judgments.verdict >= 0) & (judgments.order > 0))
    longest = np.full(len(judgments.annotators), np.nan)
    if not len(rows):
        return longest
    assignment, order = judgments.assignment[rows], judgments.order[rows]
    width = int(order.max()) + 1
    # Sorting the verdict along with the place is several times faster than an argsort.
    kinds = len(judgments.instrument.verdicts)
    place = assignment.astype(np.int64) * width + order
    shown = place * kinds + judgments.verdict[rows]
    shown.sort()
    answer = shown // (kinds * width) * kinds + shown % kinds
    starts = np.flatnonzero(np.concatenate([[True], answer[1:] != answer[:-1]]))
    lengths = np.diff(np.append(starts, len(answer)))
    owner = np.zeros(int(assignment.max()) + 1, dtype=np.int64)
    owner[assignment] = judgments.annotator[rows]
    owners = owner[answer[starts] // kinds]
    runs = np.zeros(len(longest))
    np.maximum.at(runs, owners, lengths)
    longest[owners] = runs[owners]
    return longest


def one_answer_assignments(judgments: Judgments) -> FloatArray:
    """(annotators,) number of assignments of at least 5 verdicts that are all alike."""
    given = np.flatnonzero(judgments.verdict >= 0)
    assignment = judgments.assignment[given]
    size = int(assignment.max(initial=-1)) + 1
    verdicts = np.bincount(assignment, minlength=size)
    kinds = len(judgments.instrument.verdicts)
    by_kind = assignment.astype(np.int64) * kinds + judgments.verdict[given]
    most = np.bincount(by_kind, minlength=kinds * size).reshape(size, kinds).max(axis=1)
    owner = np.zeros(size, dtype=np.int64)
    owner[assignment] = judgments.annotator[given]
    alike = (verdicts >= STRAIGHT_FROM) & (most == verdicts)
    people = len(judgments.annotators)
    return np.bincount(owner[alike], minlength=people).astype(np.float64)
