"""The geometry of the pictures: numbers in a box of 100 by 100, drawn by templates.

The pictures hold shapes alone and stretch with the page; their words stand in HTML
beside them, where they keep their size and can be read aloud.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.metrics.intervals import Bounds, Interval
from analysis.reporting.chapters import Crosstab
from analysis.reporting.groups import published_of
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
        published: What the papers print of the same source.
        texts: The same as text, by column.
    """

    title: str
    key: str
    is_human: bool
    pct: float | None
    lo: float | None
    hi: float | None
    human_pct: float | None
    published: float | None
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
            published=printed.judged_human_pct
            if (printed := published_of(source))
            else None,
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
