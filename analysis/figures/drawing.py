"""The geometry of the pictures: numbers in a box of 100 by 100, drawn by templates.

The pictures hold shapes alone and stretch with the page; their words stand in HTML
beside them, where they keep their size and can be read aloud.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reporting.report import Report
from analysis.reporting.tables import number_text


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
    texts: Mapping[str, str]


def forest_rows(report: Report, titles: Mapping[str, str]) -> list[ForestRow]:
    """Every source, most often judged human first."""

    def rate(source: str) -> float:
        return report.metrics[f"judged_human_pct/{source}"]

    def place(source: str) -> tuple[bool, float, str]:
        missing = math.isnan(rate(source))
        return (missing, 0.0 if missing else -rate(source), source)

    human = next((s for s, is_human in report.sources.items() if is_human), None)
    return [
        ForestRow(
            title=titles.get(source, source),
            key=source,
            is_human=report.sources[source],
            pct=_known(rate(source)),
            lo=_known(report.metrics[f"judged_human_ci_lo_pct/{source}"]),
            hi=_known(report.metrics[f"judged_human_ci_hi_pct/{source}"]),
            human_pct=_known(rate(human)) if human else None,
            texts=_texts(report, source),
        )
        for source in sorted(report.sources, key=place)
    ]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _texts(report: Report, source: str) -> dict[str, str]:
    def number(name: str, decimals: int = 1) -> str:
        value = report.metrics.get(f"{name}/{source}", math.nan)
        return "–" if math.isnan(value) else number_text(value, decimals)

    def between(lo: str, hi: str, decimals: int = 1) -> str:
        bounds = [number(lo, decimals), number(hi, decimals)]
        return "–" if "–" in bounds else " to ".join(dict.fromkeys(bounds))

    return {
        "rate": number("judged_human_pct"),
        "interval": between("judged_human_ci_lo_pct", "judged_human_ci_hi_pct"),
        "rank": between("rank/lo", "rank/hi", 0),
        "score": number("mean_score", 2),
        "score_interval": between("mean_score_ci_lo", "mean_score_ci_hi", 2),
        "dprime": number("sdt/dprime_source", 2),
        "verdicts": number("n_verdicts", 0),
    }


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: the score, where it begins, and how wide it is, in percent."""

    score: int
    start: float
    width: float


@dataclass(frozen=True)
class ScoreBar:
    """The scores of one source as a bar of 100 percent."""

    title: str
    mean: str
    segments: list[Segment]


def score_bars(report: Report, titles: Mapping[str, str]) -> list[ScoreBar]:
    """Every scored source, highest mean first."""

    def mean(source: str) -> float:
        return report.metrics[f"mean_score/{source}"]

    scored = [source for source in report.sources if not math.isnan(mean(source))]
    return [
        ScoreBar(
            titles.get(source, source), f"{mean(source):.2f}", _segments(report, source)
        )
        for source in sorted(scored, key=lambda one: (-mean(one), one))
    ]


def _segments(report: Report, source: str) -> list[Segment]:
    start, segments = 0.0, []
    for score in report.scores:
        width = report.metrics[f"score_eq_{score}_pct/{source}"]
        segments.append(Segment(score, start, width))
        start += width
    return segments


@dataclass(frozen=True)
class Line:
    """One line of a chart: its points and band as SVG coordinates, and its table."""

    label: str
    kind: str
    points: str
    band: str
    rows: list[Mapping[str, Any]]


@dataclass(frozen=True)
class CurveView:
    """A chart of percentages along something."""

    key: str
    x_label: str
    first: float
    last: float
    lines: list[Line]


_ORIGINS = {"human": "Human comments", "ai": "Model comments"}


def curve_view(
    key: str, x_label: str, curves: Sequence[Mapping[str, Any]]
) -> CurveView:
    """Judged-as-Human along x, one line for human and one for model comments."""
    xs = [point["x"] for curve in curves for point in curve["points"]]
    first, last = min(xs, default=0.0), max(xs, default=0.0)
    span = (last - first) or 1.0

    def at(x: float, pct: float) -> str:
        return f"{100 * (x - first) / span:.2f},{100 - pct:.2f}"

    lines = []
    for curve in curves:
        points = curve["points"]
        upper = [at(point["x"], point["hi"]) for point in points]
        lower = [at(point["x"], point["lo"]) for point in reversed(points)]
        lines.append(
            Line(
                label=_ORIGINS[curve["origin"]],
                kind=curve["origin"],
                points=" ".join(at(point["x"], point["pct"]) for point in points),
                band=" ".join(upper + lower),
                rows=points,
            )
        )
    return CurveView(key, x_label, first, last, lines)


@dataclass(frozen=True)
class CrossRow:
    """Of the comments with one score, how many were said to be human, as bar and text.

    Attributes:
        score: 0 to 5.
        origin: Whose comments.
        human, ai: Judgments with that verdict.
        human_pct: Their share of verdict "human"; None without judgments.
    """

    score: int
    origin: str
    human: int
    ai: int
    human_pct: float | None


def cross_rows(crosstab: Mapping[str, Sequence[Sequence[int]]]) -> list[CrossRow]:
    """Verdict against score, for human and for model comments."""
    return [
        CrossRow(
            score=score,
            origin=_ORIGINS[origin],
            human=human,
            ai=ai,
            human_pct=100 * human / (human + ai) if human + ai else None,
        )
        for origin in _ORIGINS
        for score, (ai, human) in enumerate(zip(*crosstab[origin], strict=True))
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
    steps: Sequence[Mapping[str, Any]], report: Report, titles: Mapping[str, str]
) -> list[ShrinkingRow]:
    """How the half-widths shrank: the widest of all sources, and the human one."""
    human = next((s for s, is_human in report.sources.items() if is_human), "")
    known = [
        {s: w for s, w in step["half_width"].items() if w is not None} for step in steps
    ]
    largest = max((max(widths.values(), default=0) for widths in known), default=0)
    rows = []
    for step, widths in zip(steps, known, strict=True):
        source = max(widths, key=lambda one: widths[one]) if widths else ""
        widest = widths.get(source)
        rows.append(
            ShrinkingRow(
                assignments=step["assignments"],
                widest=widest,
                source=titles.get(source, source),
                human=widths.get(human),
                bar=None if widest is None else 100 * widest / (largest or 1),
            )
        )
    return rows
