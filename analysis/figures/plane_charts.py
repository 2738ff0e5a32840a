"""The figure of rates against scores: every source as a point with both intervals."""

import math
from typing import TYPE_CHECKING

from analysis.figures.style import (
    ACCENT,
    FAINT,
    INK,
    ROW_HEIGHT,
    TEXT,
    Paper,
    Row,
    pair_scale,
)
from analysis.reporting.naming import known
from analysis.reporting.pairs import by_rate
from analysis.reporting.results import Results

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart

_LABEL_ROOM = 0.42  # of the axis, right of the points, for their names
_SIDE_TITLE = "Judged-as-Human, %"


def rates_and_scores(report: Results, paper: Paper) -> "AnyChart | None":
    """Judged-as-Human against the mean score; names at the side, joined by lines."""
    import altair as alt

    lowest, highest = report.found.scores[0], report.found.scores[-1]
    rows: list[Row] = [
        {
            "source": report.title(source.name),
            "origin": "human" if source.is_human else "AI",
            "score": source.figures.mean_score,
            "score_lo": known(source.mean.lo),
            "score_hi": known(source.mean.hi),
            "rate": source.judged_human_pct,
            "rate_lo": known(source.rate.lo),
            "rate_hi": known(source.rate.hi),
        }
        for source in by_rate(report)
        if not math.isnan(source.figures.mean_score)
    ]
    if not rows:
        return None
    height = max(0.55 * paper.width, (len(rows) + 1) * (ROW_HEIGHT - 3))
    span = highest - lowest
    edge = highest + 0.06 * span
    step = 100 * (ROW_HEIGHT - 3) / height
    for row, at in zip(rows, _apart([row["rate"] for row in rows], step), strict=True):
        row |= {"label_x": edge, "label_y": at}
    x = alt.Scale(domain=[lowest, highest + _LABEL_ROOM * span], nice=False)
    y = alt.Scale(domain=[0, 100], nice=False)
    axis = alt.Axis(values=list(report.found.scores), grid=True)
    base = alt.Chart(alt.InlineData(values=rows))
    scored = alt.X("score:Q", scale=x, axis=axis, title="Mean realism score")
    rated = alt.Y("rate:Q", scale=y, title=_SIDE_TITLE)
    leaders = base.mark_rule(color=FAINT, strokeWidth=0.6).encode(
        x=scored, y=rated, x2="label_x:Q", y2="label_y:Q"
    )
    across = base.mark_rule(strokeWidth=0.9, clip=True).encode(
        x=alt.X("score_lo:Q", scale=x, title="Mean realism score"),
        x2="score_hi:Q",
        y=rated,
    )
    upright = base.mark_rule(strokeWidth=0.9, clip=True).encode(
        x=scored, y=alt.Y("rate_lo:Q", scale=y, title=_SIDE_TITLE), y2="rate_hi:Q"
    )
    colour = alt.Color("origin:N", scale=pair_scale([INK, ACCENT]), title="Comments")
    points = base.mark_point(filled=True, size=30, opacity=1).encode(
        x=scored,
        y=rated,
        color=colour,
        shape=alt.Shape(
            "origin:N", scale=pair_scale(["square", "circle"]), title="Comments"
        ),
    )
    names = base.mark_text(
        align="left",
        dx=2,
        fontSize=TEXT - 1,
        limit=paper.width * _LABEL_ROOM / (1 + _LABEL_ROOM) * 0.8,
    ).encode(
        x=alt.X("label_x:Q", scale=x), y=alt.Y("label_y:Q", scale=y), text="source:N"
    )
    layers = [
        leaders,
        across.encode(color=colour),
        upright.encode(color=colour),
        points,
        names,
    ]
    made: AnyChart = alt.layer(*layers).properties(height=height)
    return made


def _apart(values: list[float], step: float) -> list[float]:
    """Where labels stand: near their values, from high to low, never closer than that.

    Args:
        values: From high to low, 0 to 100.
        step: How far apart they must stand.
    """
    placed: list[float] = []
    for value in values:
        highest = placed[-1] - step if placed else 100 - step / 2
        placed.append(min(value, highest))
    lowest = step / 2
    for number in reversed(range(len(placed))):
        placed[number] = max(placed[number], lowest)
        lowest = placed[number] + step
    return placed
