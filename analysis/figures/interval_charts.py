"""Figures of one row a source: rates, ranks, and differences from two references."""

import math
from typing import TYPE_CHECKING

from analysis.figures.style import (
    ACCENT,
    INK,
    ROW_HEIGHT,
    SOFT,
    Paper,
    Row,
    pair_scale,
    worded,
)
from analysis.reporting.groups import published_of
from analysis.reporting.naming import known
from analysis.reporting.pairs import Difference, best_model, by_rate, placed
from analysis.reporting.results import Results

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart

_PUBLISHED = "published"


def forest(report: Results, paper: Paper) -> "AnyChart | None":
    """Judged-as-Human of every source with its interval, beside what papers print."""
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
    printed: list[Row] = [
        {
            "source": report.title(source.name),
            "origin": _PUBLISHED,
            "rate": found.judged_human_pct,
        }
        for source in sources
        if (found := published_of(source)) is not None
    ]
    title = worded(paper, "Judged-as-Human, %", "(95 % CI; dashed: human comments)")
    y = alt.Y("source:N", sort=order, title=None)
    scale = alt.Scale(domain=[0, 100])
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    whiskers = base.mark_rule(color=ACCENT, strokeWidth=1.2).encode(
        x=alt.X("lo:Q", scale=scale, title=title),
        x2="hi:Q",
    )
    kinds = ["human", "AI", *([_PUBLISHED] if printed else [])]
    shape = alt.Shape(
        "origin:N",
        scale=alt.Scale(domain=kinds, range=["square", "circle", "diamond"]),
        title="Comments",
    )
    colour = alt.Color(
        "origin:N",
        scale=alt.Scale(domain=kinds, range=[INK, ACCENT, INK]),
        title="Comments",
    )
    fill = alt.Fill(
        "origin:N",
        scale=alt.Scale(domain=kinds, range=[INK, ACCENT, "white"]),
        title="Comments",
    )
    points = (
        alt.Chart(alt.InlineData(values=[*printed, *rows]))
        .mark_point(size=32, opacity=1, strokeWidth=0.9)
        .encode(
            y=y,
            x=alt.X("rate:Q", scale=scale),
            shape=shape,
            color=colour,
            fill=fill,
        )
    )
    human = [row for row in rows if row["origin"] == "human"][:1]
    line = (
        alt.Chart(alt.InlineData(values=human))
        .mark_rule(color=SOFT, strokeDash=[4, 3], strokeWidth=0.9)
        .encode(x=alt.X("rate:Q", scale=scale))
    )
    chart: AnyChart = (line + whiskers + points).properties(
        height=ROW_HEIGHT * len(rows)
    )
    return chart


def ranks(report: Results, paper: Paper) -> "AnyChart | None":
    """The 95 % interval of every source's rank, and the rank observed."""
    import altair as alt

    sources = [s for s in by_rate(report) if not math.isnan(s.rank.lo)]
    if not sources:
        return None
    rows: list[Row] = [
        {
            "source": report.title(source.name),
            "origin": "human" if source.is_human else "AI",
            "rank": place,
            "lo": source.rank.lo,
            "hi": source.rank.hi,
        }
        for place, source in enumerate(sources, 1)
    ]
    order = [row["source"] for row in rows]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("source:N", sort=order, title=None)
    )
    axis = alt.Axis(format="d", values=[1, *range(5, len(rows) + 1, 5)])
    scale = alt.Scale(domain=[1, max(len(rows), 2)], nice=False, padding=6)
    title = worded(paper, "Rank", "(95 % interval; 1 is judged human most often)")
    whiskers = base.mark_rule(color=ACCENT, strokeWidth=1.2).encode(
        x=alt.X("lo:Q", scale=scale, title=title, axis=axis), x2="hi:Q"
    )
    points = base.mark_point(filled=True, size=32, opacity=1).encode(
        x=alt.X("rank:Q", scale=scale),
        shape=alt.Shape(
            "origin:N", scale=pair_scale(["square", "circle"]), title="Comments"
        ),
        color=alt.Color("origin:N", scale=pair_scale([INK, ACCENT]), title="Comments"),
    )
    chart: AnyChart = (whiskers + points).properties(height=ROW_HEIGHT * len(rows))
    return chart


def references(report: Results, paper: Paper) -> "AnyChart | None":
    """Every source minus human comments, and minus the best AI source."""
    import altair as alt

    people, best = "human comments", report.title(best_model(report))
    found = placed(report)
    order = [f"{report.title(one.source.name)} {one.letters}" for one in found]
    rows: list[Row] = []
    for one, label in zip(found, order, strict=True):
        for whom, difference in ((people, one.to_people), (best, one.to_best)):
            if difference is not None and not math.isnan(difference.points):
                rows.append({"source": label, "minus": whom, **_bounds(difference)})
    if not rows:
        return None
    kinds = [people, best]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("source:N", sort=order, title=None),
        yOffset=alt.YOffset("minus:N", sort=kinds),
        color=alt.Color(
            "minus:N",
            scale=alt.Scale(domain=kinds, range=[INK, ACCENT]),
            title="Minus",
        ),
    )
    title = worded(paper, "Difference of Judged-as-Human,", "points (95 % CI)")
    whiskers = base.mark_rule(strokeWidth=1.2).encode(
        x=alt.X("lo:Q", title=title), x2="hi:Q"
    )
    points = base.mark_point(filled=True, size=26, opacity=1).encode(
        x="points:Q",
        shape=alt.Shape(
            "minus:N",
            scale=alt.Scale(domain=kinds, range=["square", "circle"]),
            title="Minus",
        ),
    )
    zero = (
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=SOFT, strokeDash=[4, 3], strokeWidth=0.9)
        .encode(x="zero:Q")
    )
    chart: AnyChart = (zero + whiskers + points).properties(
        height=1.3 * ROW_HEIGHT * len({row["source"] for row in rows})
    )
    return chart


def _bounds(difference: Difference) -> Row:
    return {
        "points": difference.points,
        "lo": known(difference.lo),
        "hi": known(difference.hi),
    }
