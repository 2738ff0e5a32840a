"""Two-way cluster covariance of the sources' means, from cell sums."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import (
    FloatArray,
    IntArray,
    Judgments,
    NumberArray,
)

_ROWS_A_BLOCK = 1 << 18
_NOTHING = 1e-18
_ROUNDING = 1e-12  # of terms that cancel


@dataclass(frozen=True)
class Answers:
    """The judgments that hold one kind of answer, sorted by video.

    Attributes:
        annotator, video, assignment, source: (rows,) indices.
        value: (rows,) 0 or 1 for verdicts, 0 to 5 for scores; what is left of a verdict
            where a guess was taken off.
        sizes: Number of annotators, videos, assignments that the indices range over.
        sources: Number of sources.
    """

    annotator: IntArray
    video: IntArray
    assignment: IntArray
    source: IntArray
    value: NumberArray
    sizes: tuple[int, int, int]
    sources: int


def answers(judgments: Judgments, value: IntArray) -> Answers:
    """The rows where `value` (a verdict or a score) is not missing (-1)."""
    given = value >= 0
    keep: slice | IntArray = slice(None) if given.all() else np.flatnonzero(given)
    last = int(judgments.assignment.max(initial=-1))
    return Answers(
        annotator=judgments.annotator[keep],
        video=judgments.video[keep],
        assignment=judgments.assignment[keep],
        source=judgments.source[keep],
        value=value[keep],
        sizes=(len(judgments.annotators), len(judgments.videos), last + 1),
        sources=len(judgments.sources),
    )


@dataclass(frozen=True)
class Covariance:
    """Covariance of the sources' means by each clustering, HC0, no small-sample factor.

    Attributes:
        mean: (sources,) mean value; NaN where a source has none.
        by_annotator, by_video, by_assignment: (sources, sources).
        clusters: Annotators, videos and assignments with any such answer.
        annotators, videos: (sources,) how many answered on, or show, each source.
    """

    mean: FloatArray
    by_annotator: FloatArray
    by_video: FloatArray
    by_assignment: FloatArray
    clusters: tuple[int, int, int]
    annotators: IntArray
    videos: IntArray

    def two_way(
        self, first: IntArray, second: IntArray | None = None, *, corrected: bool
    ) -> FloatArray:
        """Variance of means, or of their differences, by annotator and by video.

        V_annotator + V_video - V_assignment (Cameron, Gelbach and Miller 2011, Journal
        of Business & Economic Statistics 29, 238-249); where that is not positive, the
        larger of the first two. What is left of rounding alone is 0.

        Args:
            first: (figures,) the sources.
            second: (figures,) the sources to be subtracted, if any.
            corrected: Multiply each term by G / (G - 1), G its number of clusters.

        Returns:
            (figures,) variances.
        """
        terms = []
        matrices = (self.by_annotator, self.by_video, self.by_assignment)
        for matrix, count in zip(matrices, self.clusters, strict=True):
            variance = matrix[first, first]
            if second is not None:
                joint = matrix[first, second]
                variance = variance + matrix[second, second] - 2 * joint
            factor = count / (count - 1) if corrected and count > 1 else 1.0
            terms.append(factor * variance)
        annotator, video, assignment = terms
        total = annotator + video - assignment
        larger = np.maximum(annotator, video)
        nothing = np.maximum(_NOTHING, _ROUNDING * larger)
        chosen: FloatArray = np.where(total <= nothing, larger, total)
        return np.where(chosen <= _NOTHING, 0.0, chosen)


def cluster_covariance(
    data: Answers, video_sums: FloatArray | None = None
) -> Covariance:
    """Residuals about each source's mean, summed within clusters and multiplied out.

    It is the sandwich of a regression on one dummy a source, as statsmodels computes it
    with `cov_type="cluster"`, from sums by cell instead of rows.

    Args:
        data: The rows.
        video_sums: (videos, sources) of what else each video moves the figures by, as
            the guesses of a judge do (metrics.prediction_powered).
    """
    count = np.bincount(data.source, minlength=data.sources)
    total = np.bincount(data.source, data.value, data.sources)
    mean = np.divide(total, count, out=np.full(data.sources, np.nan), where=count > 0)
    scale = 1 / np.maximum(count, 1)
    centre = np.nan_to_num(mean)

    def cross_product(
        cells: tuple[FloatArray, FloatArray], others: FloatArray | None = None
    ) -> FloatArray:
        counts, sums = cells
        scores = (sums - centre * counts) * scale
        if others is not None:
            scores += others
        return inner_products(scores, scores)

    everything = slice(None)
    by_annotator = cell_sums(data.annotator, 0, data.sizes[0], data, everything)
    by_video = cell_sums(data.video, 0, data.sizes[1], data, everything)
    by_assignment = np.zeros((data.sources, data.sources))
    assignments = 0
    for first, last, rows in assignment_blocks(data):
        cells = cell_sums(data.assignment[rows], first, last, data, rows)
        by_assignment += cross_product(cells)
        assignments += int((cells[0].sum(axis=1) > 0).sum())
    return Covariance(
        mean=mean,
        by_annotator=cross_product(by_annotator),
        by_video=cross_product(by_video, video_sums),
        by_assignment=by_assignment,
        clusters=(_occupied(by_annotator), _occupied(by_video), assignments),
        annotators=(by_annotator[0] > 0).sum(axis=0),
        videos=(by_video[0] > 0).sum(axis=0),
    )


def assignment_blocks(data: Answers) -> Iterator[tuple[int, int, slice]]:
    """Cut the rows at borders between videos into pieces that fit in a cache.

    Yields:
        (first, last, rows): the rows of the assignments first to last - 1.
    """
    rows = len(data.video)
    start = 0
    while start < rows:
        stop = min(start + _ROWS_A_BLOCK, rows)
        stop = int(np.searchsorted(data.video, data.video[stop - 1], side="right"))
        piece = data.assignment[start:stop]
        yield int(piece.min()), int(piece.max()) + 1, slice(start, stop)
        start = stop


def cell_sums(
    cluster: IntArray, first: int, last: int, data: Answers, rows: slice
) -> tuple[FloatArray, FloatArray]:
    """Number and sum of the values of each cluster and source, over some rows.

    Args:
        cluster: The cluster of each of these rows, from first to last - 1.
        first: The first cluster that the result covers.
        last: One more than the last.
        data: All rows.
        rows: Which of them.

    Returns:
        Two arrays (last - first, sources).
    """
    cell = (cluster.astype(np.int64) - first) * data.sources + data.source[rows]
    width = (last - first) * data.sources
    counts = np.bincount(cell, minlength=width)
    sums = np.bincount(cell, data.value[rows], width).astype(np.float64)
    shape = (last - first, data.sources)
    return counts.reshape(shape).astype(np.float64), sums.reshape(shape)


def inner_products(one: FloatArray, other: FloatArray) -> FloatArray:
    """(columns, columns) of one.T @ other, the same to the last bit in every run.

    The matrix product of a linear algebra library may add in another order from one run
    to the next; this sum does not.
    """
    product: FloatArray = np.einsum("ri,rj->ij", one, other, optimize=False)
    return product


def _occupied(cells: tuple[FloatArray, FloatArray]) -> int:
    return int((cells[0].sum(axis=1) > 0).sum())
