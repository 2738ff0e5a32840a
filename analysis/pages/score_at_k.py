"""Score@k of every source for the open table of the page."""

import math
from dataclasses import dataclass

from analysis.reporting.results import Results
from analysis.reporting.score_tables import scored
from analysis.reporting.tables import number_text


@dataclass(frozen=True)
class Shown:
    """A figure and its interval as text."""

    text: str
    interval: str


@dataclass(frozen=True)
class ScoreRow:
    """One source: Score@≥k for every k, then the mean."""

    title: str
    is_human: bool
    figures: list[Shown]


@dataclass(frozen=True)
class ScoreAtK:
    """The table: its columns, and its rows with the highest mean first."""

    thresholds: tuple[int, ...]
    rows: list[ScoreRow]


def score_at_k(report: Results) -> ScoreAtK:
    """Of every source with scores."""
    return ScoreAtK(
        report.found.scores[1:],
        [
            ScoreRow(
                report.title(source.name),
                source.is_human,
                [
                    *(
                        _shown(share.ge_pct, share.ge_lo_pct, share.ge_hi_pct, 1)
                        for share in source.score_shares[1:]
                    ),
                    _shown(
                        source.figures.mean_score, source.mean.lo, source.mean.hi, 2
                    ),
                ],
            )
            for source in scored(report)
        ],
    )


def _shown(value: float, lo: float, hi: float, decimals: int) -> Shown:
    bounds = (
        ""
        if math.isnan(lo) or math.isnan(hi)
        else f"{number_text(lo, decimals)}–{number_text(hi, decimals)}"
    )
    return Shown(number_text(value, decimals), bounds)
