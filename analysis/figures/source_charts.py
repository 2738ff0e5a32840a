"""Figures about sources: the forest plot, the scores, the differences."""

import math
from typing import TYPE_CHECKING

from analysis.figures.style import (
    ACCENT,
    INK,
    ROW_HEIGHT,
    SHADES,
    SOFT,
    WIDTH,
    Row,
    pair_scale,
    value_of,
)
from analysis.reporting.report import Report

if TYPE_CHECKING:
    import altair as alt

_FOREST_AXIS = "Judged-as-Human, % (95 % interval; dashed: people)"


def forest(report: Report) -> "alt.Chart | None":
    """Judged-as-Human of every source with its interval."""
    import altair as alt

    order = _by_rate(report)
    rows: list[Row] = [
        {
            "source": source,
            "written by": _origin(report, source),
            "rate": value_of(report, f"judged_human_pct/{source}"),
            "lo": value_of(report, f"judged_human_ci_lo_pct/{source}"),
            "hi": value_of(report, f"judged_human_ci_hi_pct/{source}"),
        }
        for source in order
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
            "written by:N", scale=pair_scale(["square", "circle"]), title="Written by"
        ),
        color=alt.Color("written by:N", scale=pair_scale([INK, ACCENT])),
    )
    human = [row for row in rows if row["written by"] == "people"][:1]
    line = (
        alt.Chart(alt.InlineData(values=human))
        .mark_rule(color=SOFT, strokeDash=[4, 3])
        .encode(x=alt.X("rate:Q", scale=scale))
    )
    chart: alt.Chart = (line + whiskers + points).properties(
        width=WIDTH, height=ROW_HEIGHT * len(rows)
    )
    return chart


def score_shares(report: Report) -> "alt.Chart | None":
    """The scores of every source as bars of 100 percent."""
    import altair as alt

    means = {s: value_of(report, f"mean_score/{s}") for s in report.sources}
    order = sorted(
        (source for source, mean in means.items() if mean is not None),
        key=lambda source: (-(means[source] or 0), source),
    )
    rows: list[Row] = [
        {
            "source": source,
            "score": score,
            "share": value_of(report, f"score_eq_{score}_pct/{source}"),
        }
        for source in order
        for score in report.scores
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
                "score:O", scale=alt.Scale(range=SHADES), title="Realism score"
            ),
            order="score:O",
        )
        .properties(width=WIDTH, height=ROW_HEIGHT * len(order))
    )
    return chart


def differences(report: Report) -> "alt.Chart | None":
    """The half of the matrix above its diagonal: there no difference is below 0."""
    import altair as alt

    order = _by_rate(report)
    rows = [
        row
        for place, first in enumerate(order)
        for second in order[place + 1 :]
        if (row := _difference(report, first, second))
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("column:N", sort=order[1:], title=None),
        y=alt.Y("row:N", sort=order[:-1], title=None),
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
    chart: alt.Chart = (cells + marks).properties(
        width=ROW_HEIGHT * (len(order) - 1), height=ROW_HEIGHT * (len(order) - 1)
    )
    return chart


def _difference(report: Report, first: str, second: str) -> Row | None:
    """The first source minus the second, whichever way round it was computed."""
    sign, pair = 1, f"{first}|{second}"
    if f"pair_diff_pct/{pair}" not in report.metrics:
        sign, pair = -1, f"{second}|{first}"
    difference = value_of(report, f"pair_diff_pct/{pair}")
    if difference is None:
        return None
    p = value_of(report, f"pair_p_t_holm/{pair}")
    return {"row": first, "column": second, "difference": sign * difference, "p": p}


def _by_rate(report: Report) -> list[str]:
    rates = {s: report.metrics[f"judged_human_pct/{s}"] for s in report.sources}
    known = [source for source in rates if not math.isnan(rates[source])]
    return sorted(known, key=lambda source: (-rates[source], source))


def _origin(report: Report, source: str) -> str:
    return "people" if report.sources[source] else "model"
