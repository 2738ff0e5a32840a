"""Figures about sources: the forest plot, the scores, the differences."""

import math
from typing import TYPE_CHECKING

from analysis.figures.matrix import both_ways, by_rate
from analysis.figures.style import (
    ACCENT,
    INK,
    ROW_HEIGHT,
    SHADES,
    SOFT,
    Paper,
    Row,
    pair_scale,
    shades,
)
from analysis.reporting.naming import known
from analysis.reporting.results import Results

if TYPE_CHECKING:
    import altair as alt

_FOREST_AXIS = "Judged-as-Human, % (95 % CI; dashed: human comments)"


def forest(report: Results, _paper: Paper) -> "alt.Chart | None":
    """Judged-as-Human of every source with its interval."""
    import altair as alt

    sources = by_rate(report)
    order = [report.title(source.name) for source in sources]
    rows: list[Row] = [
        {
            "source": report.title(source.name),
            "origin": "human" if source.is_human else "AI",
            "rate": known(source.judged_human_pct),
            "lo": known(source.rate.lo),
            "hi": known(source.rate.hi),
        }
        for source in sources
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("source:N", sort=order, title=None)
    )
    scale = alt.Scale(domain=[0, 100])
    whiskers = base.mark_rule(color=ACCENT, strokeWidth=1.5).encode(
        x=alt.X("lo:Q", scale=scale, title=_FOREST_AXIS),
        x2="hi:Q",
    )
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=alt.X("rate:Q", scale=scale),
        shape=alt.Shape(
            "origin:N", scale=pair_scale(["square", "circle"]), title="Comments"
        ),
        color=alt.Color("origin:N", scale=pair_scale([INK, ACCENT])),
    )
    human = [row for row in rows if row["origin"] == "human"][:1]
    line = (
        alt.Chart(alt.InlineData(values=human))
        .mark_rule(color=SOFT, strokeDash=[4, 3])
        .encode(x=alt.X("rate:Q", scale=scale))
    )
    chart: alt.Chart = (line + whiskers + points).properties(
        height=ROW_HEIGHT * len(rows)
    )
    return chart


def score_shares(report: Results, _paper: Paper) -> "alt.Chart | None":
    """The scores of every source as bars of 100 percent."""
    import altair as alt

    scored = [s for s in report.found.sources if not math.isnan(s.figures.mean_score)]
    scored.sort(key=lambda source: (-source.figures.mean_score, source.name))
    order = [report.title(source.name) for source in scored]
    rows: list[Row] = [
        {
            "source": report.title(source.name),
            "score": share.k,
            "share": known(share.eq_pct),
        }
        for source in scored
        for share in source.score_shares
    ]
    if not rows:
        return None
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            y=alt.Y("source:N", sort=order, title=None),
            x=alt.X(
                "share:Q", title="Share of scores, %", scale=alt.Scale(domain=[0, 100])
            ),
            color=alt.Color(
                "score:O",
                scale=alt.Scale(range=shades(len(report.found.scores))),
                title="Realism score",
            ),
            order="score:O",
        )
        .properties(height=ROW_HEIGHT * len(order))
    )
    return chart


def differences(report: Results, _paper: Paper) -> "alt.Chart | None":
    """The half of the matrix above its diagonal: there no difference is below 0."""
    import altair as alt

    order = [source.name for source in by_rate(report)]
    titles = [report.title(name) for name in order]
    pairs = both_ways(report)
    rows: list[Row] = [
        {
            "row": report.title(first),
            "column": report.title(second),
            "difference": difference.points,
            "p": known(difference.p),
        }
        for place, first in enumerate(order)
        for second in order[place + 1 :]
        if (difference := pairs.get((first, second)))
        and not math.isnan(difference.points)
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("column:N", sort=titles[1:], title=None),
        y=alt.Y("row:N", sort=titles[:-1], title=None),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "difference:Q",
            title=["Row − column,", "points (dot:", "p < 0.05, Holm)"],
            scale=alt.Scale(range=SHADES, domainMin=0),
        )
    )
    marks = base.transform_filter("datum.p != null && datum.p < 0.05").mark_point(
        filled=True, size=22, opacity=1, color="white", stroke=INK, strokeWidth=1
    )
    chart: alt.Chart = (cells + marks).properties(height=ROW_HEIGHT * (len(order) - 1))
    return chart
