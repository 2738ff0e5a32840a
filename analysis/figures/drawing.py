"""The geometry of the pictures: numbers in a box of 100 by 100, drawn by templates.

The pictures hold shapes alone and stretch with the page; their words stand in HTML
beside them, where they keep their size and can be read aloud.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.metrics.intervals import Bounds, Interval
from analysis.reporting.chapters import Crosstab, Curve, Point
from analysis.reporting.naming import known
from analysis.reporting.results import Results, SourceResult
from analysis.reporting.slices import Shrinking, Slice
from analysis.reporting.tables import number_text


@dataclass(frozen=True)
class ForestTexts:
    """The figures of one source as text, by column."""

    rate: str
    interval: str
    rank: str
    score: str
    score_interval: str
    dprime: str
    verdicts: str


@dataclass(frozen=True)
class ForestRow:
    """One source of the forest plot; positions are percentages, None where undefined.

    Attributes:
        title, key, is_human: The source.
        pct, lo, hi: Judged-as-Human and its interval.
        human_pct: Where the line of human comments stands.
        texts: The same as text, by column.
    """

    title: str
    key: str
    is_human: bool
    pct: float | None
    lo: float | None
    hi: float | None
    human_pct: float | None
    texts: ForestTexts


def forest_rows(report: Results, titles: Mapping[str, str]) -> list[ForestRow]:
    """Every source, most often judged human first."""

    def place(source: SourceResult) -> tuple[bool, float, str]:
        rate = source.judged_human_pct
        is_missing = math.isnan(rate)
        return (is_missing, 0.0 if is_missing else -rate, source.name)

    human = report.human
    return [
        ForestRow(
            title=titles.get(source.name, source.name),
            key=source.name,
            is_human=source.is_human,
            pct=known(source.judged_human_pct),
            lo=known(source.rate.lo),
            hi=known(source.rate.hi),
            human_pct=known(human.judged_human_pct) if human else None,
            texts=_texts(source),
        )
        for source in sorted(report.found.sources, key=place)
    ]


def _texts(source: SourceResult) -> ForestTexts:
    return ForestTexts(
        rate=_number(source.judged_human_pct),
        interval=_between(source.rate),
        rank=_between(source.rank, 0),
        score=_number(source.figures.mean_score, 2),
        score_interval=_between(source.mean, 2),
        dprime=_number(source.detection.dprime, 2),
        verdicts=_number(source.figures.n_verdicts, 0),
    )


def _number(value: float, decimals: int = 1) -> str:
    return "–" if math.isnan(value) else number_text(value, decimals)


def _between(bounds: Interval[float] | Bounds[float], decimals: int = 1) -> str:
    texts = [_number(bounds.lo, decimals), _number(bounds.hi, decimals)]
    return "–" if "–" in texts else "–".join(dict.fromkeys(texts))


@dataclass(frozen=True)
class Shade:
    """A value of the realism scale, and how full its colour is, from 0 to 10."""

    score: int
    fullness: int


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: its shade, where it begins, and how wide it is, in percent."""

    shade: Shade
    start: float
    width: float


@dataclass(frozen=True)
class ScoreBar:
    """The scores of one source as a bar of 100 percent."""

    title: str
    mean: str
    segments: list[Segment]


def score_shades(report: Results) -> list[Shade]:
    """Every value of the scale that the study used, from faint to full."""
    lowest, *_, highest = report.found.scores
    return [
        Shade(score, round(10 * (score - lowest) / (highest - lowest)))
        for score in report.found.scores
    ]


def score_bars(report: Results, titles: Mapping[str, str]) -> list[ScoreBar]:
    """Every scored source, highest mean first."""

    def mean(source: SourceResult) -> float:
        return source.figures.mean_score

    scored = [one for one in report.found.sources if not math.isnan(mean(one))]
    shades = {shade.score: shade for shade in score_shades(report)}
    return [
        ScoreBar(
            titles.get(source.name, source.name),
            f"{mean(source):.2f}",
            _segments(source, shades),
        )
        for source in sorted(scored, key=lambda one: (-mean(one), one.name))
    ]


def _segments(source: SourceResult, shades: Mapping[int, Shade]) -> list[Segment]:
    start, segments = 0.0, []
    for share in source.score_shares:
        segments.append(Segment(shades[share.k], start, share.eq_pct))
        start += share.eq_pct
    return segments


@dataclass(frozen=True)
class Line:
    """One line of a chart: its points and band as SVG coordinates, and its table."""

    kind: str
    is_human: bool
    points: str
    band: str
    rows: Sequence[Point]


@dataclass(frozen=True)
class CurveView:
    """A chart of percentages along something."""

    key: str
    title: str
    x_label: str
    first: float
    last: float
    lines: list[Line]


def curve_view(
    key: str, curves: Sequence[Curve], *, title: str, x_label: str
) -> CurveView:
    """Judged-as-Human along x, one line for human and one for AI comments."""
    xs = [point.x for curve in curves for point in curve.points]
    first, last = min(xs, default=0.0), max(xs, default=0.0)
    span = (last - first) or 1.0

    def at(x: float, pct: float) -> str:
        return f"{100 * (x - first) / span:.2f},{100 - pct:.2f}"

    lines = []
    for curve in curves:
        points = curve.points
        upper = [at(point.x, point.hi) for point in points]
        lower = [at(point.x, point.lo) for point in reversed(points)]
        lines.append(
            Line(
                kind=curve.origin,
                is_human=curve.origin == "human",
                points=" ".join(at(point.x, point.pct) for point in points),
                band=" ".join(upper + lower),
                rows=points,
            )
        )
    return CurveView(key, title, x_label, first, last, lines)


@dataclass(frozen=True)
class CrossRow:
    """Of the comments with one score, how many were said to be human, as bar and text.

    Attributes:
        score: A value of the realism scale.
        is_human: Whose comments.
        human, ai: Judgments with the verdict Human, and with any other.
        human_pct: Their share of verdict "human"; None without judgments.
    """

    score: int
    is_human: bool
    human: int
    ai: int
    human_pct: float | None


def cross_rows(crosstab: Crosstab) -> list[CrossRow]:
    """Verdict by score, for human and for AI comments."""
    return [
        CrossRow(
            score=score,
            is_human=is_human,
            human=human,
            ai=ai,
            human_pct=100 * human / (human + ai) if human + ai else None,
        )
        for is_human, table in ((True, crosstab.human), (False, crosstab.ai))
        for score, ai, human in zip(crosstab.scores, *table, strict=True)
    ]


@dataclass(frozen=True)
class ShrinkingRow:
    """The widest interval after so many assignments, as a bar and as text.

    Attributes:
        assignments: How many.
        widest, source: The largest half-width, in points, and whose it is.
        human: That of human comments.
        bar: The largest as a share of the first, in percent; None where undefined.
    """

    assignments: int
    widest: float | None
    source: str
    human: float | None
    bar: float | None


def shrinking_view(
    steps: Sequence[Shrinking], report: Results, titles: Mapping[str, str]
) -> list[ShrinkingRow]:
    """How the half-widths shrank: the widest of all sources, and the human one."""
    human = report.human.name if report.human else ""
    all_widths = [width for step in steps for width in step.half_widths.values()]
    largest = max(all_widths, default=0)
    rows = []
    for step in steps:
        widths = step.half_widths
        source = max(widths, key=lambda one: widths[one]) if widths else ""
        widest = widths.get(source)
        rows.append(
            ShrinkingRow(
                assignments=step.assignments,
                widest=widest,
                source=titles.get(source, source),
                human=widths.get(human),
                bar=None if widest is None else 100 * widest / (largest or 1),
            )
        )
    return rows


@dataclass(frozen=True)
class SliceRow:
    """Judged-as-Human within a part of the comments; None if undefined."""

    value: str
    is_human: bool
    pct: float
    lo: float | None
    hi: float | None
    n: int


def slice_rows(slices: Sequence[Slice]) -> list[SliceRow]:
    """The parts for their picture and table."""
    return [
        SliceRow(
            value=one.value,
            is_human=one.origin == "human",
            pct=one.pct,
            lo=known(one.lo),
            hi=known(one.hi),
            n=one.n,
        )
        for one in slices
    ]
