"""Figures about annotators, and about the order of their work."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from analysis.figures.style import ACCENT, INK, SOFT, Paper, pair_scale
from analysis.reporting.chapters import Curve
from analysis.reporting.naming import known
from analysis.reporting.results import Results

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart

_MANY = 200  # annotators, from which dots are fainter


def annotators(report: Results, paper: Paper) -> "AnyChart | None":
    """Telling apart against leaning."""
    import altair as alt

    rows = [
        {
            "annotator": annotator.code,
            "dprime": known(annotator.figures.dprime),
            "c": known(annotator.figures.c),
        }
        for annotator in report.found.annotators
    ]
    rows = [row for row in rows if row["dprime"] is not None]
    if not rows:
        return None
    opacity = 0.6 if len(rows) < _MANY else 0.25
    dots = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(filled=True, size=45, opacity=opacity, color=ACCENT)
        .encode(
            x=alt.X(
                "c:Q",
                title="c (left: leaning to Human, right: to AI)",
                scale=alt.Scale(padding=12),
            ),
            y=alt.Y(
                "dprime:Q",
                title="d′ (telling human from AI comments)",
                scale=alt.Scale(padding=12),
            ),
        )
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}]))
    upright = zero.mark_rule(color=SOFT).encode(x="zero:Q")
    level = zero.mark_rule(color=SOFT).encode(y="zero:Q")
    chart: AnyChart = (upright + level + dots).properties(height=0.6 * paper.width)
    return chart


def curve(curves: Sequence[Curve], title: str, paper: Paper) -> "AnyChart | None":
    """Judged-as-Human along a whole number, with bands that serve the eye."""
    import altair as alt

    words = {"human": "human", "ai": "AI"}
    rows = [
        {**asdict(point), "origin": words[curve.origin]}
        for curve in curves
        for point in curve.points
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X(
            "x:Q",
            title=title,
            scale=alt.Scale(nice=False),
            axis=alt.Axis(tickMinStep=1),
        )
    )
    scale = alt.Scale(domain=[0, 100])
    # Each in a colour of its own: a band that is coloured by its field would take the
    # place of the lines in the legend.
    people, models = (
        base.transform_filter(f"datum.origin == '{who}'")
        .mark_area(opacity=0.15, color=colour)
        .encode(y=alt.Y("lo:Q", scale=scale, title="Judged-as-Human, %"), y2="hi:Q")
        for who, colour in (("human", INK), ("AI", ACCENT))
    )
    line = base.mark_line().encode(
        y=alt.Y("pct:Q", scale=scale),
        color=alt.Color("origin:N", scale=pair_scale([INK, ACCENT]), title="Comments"),
        strokeDash=alt.StrokeDash(
            "origin:N",
            scale=alt.Scale(domain=["human", "AI"], range=[[1, 0], [5, 3]]),
            title="Comments",
        ),
    )
    chart: AnyChart = (people + models + line).properties(height=0.4 * paper.width)
    return chart
