"""Figures with a number in every cell: pairs of sources, and sources by category."""

import math
from typing import TYPE_CHECKING

from analysis.figures.style import (
    INK,
    ROW_HEIGHT,
    SHADES,
    TEXT,
    Paper,
    Row,
    worded,
)
from analysis.reporting.naming import known
from analysis.reporting.pairs import both_ways, by_rate
from analysis.reporting.results import Results
from analysis.reporting.tables import number_text

if TYPE_CHECKING:
    import altair as alt

    from analysis.figures.style import AnyChart

_NARROWEST = 13.0  # points of a cell that holds a number
_LABELS = 160, 95  # points that row labels take, on wide and narrow paper
_DARK = 0.62  # of the range of values, from which text is white


def differences(report: Results, paper: Paper) -> "AnyChart | None":
    """The half of the matrix above its diagonal: there no difference is below 0."""
    import altair as alt

    order = [source.name for source in by_rate(report)]
    titles = [report.title(name) for name in order]
    pairs = both_ways(report)
    rows: list[Row] = [
        {
            "row": report.title(first),
            "column": report.title(second),
            "value": difference.points,
            "text": number_text(difference.points, 0),
            "p": known(difference.p),
        }
        for place, first in enumerate(order)
        for second in order[place + 1 :]
        if (difference := pairs.get((first, second)))
        and not math.isnan(difference.points)
    ]
    if not rows:
        return None
    x = alt.X("column:N", sort=titles[1:], title=None, axis=alt.Axis(labelAngle=-90))
    y = alt.Y("row:N", sort=titles[:-1], title=None)
    is_roomy = _cell_width(paper, len(order) - 1) >= _NARROWEST
    mark = "bold" if is_roomy else "dot"
    layers = _cells(
        rows,
        x,
        y,
        title=worded(paper, "Row − column, points", f"({mark}: p < 0.05, Holm)"),
        lowest=0,
    )
    if is_roomy:
        layers += _numbers(rows, x, y, is_bold="datum.p != null && datum.p < 0.05")
    else:
        marks = (
            alt.Chart(alt.InlineData(values=rows))
            .transform_filter("datum.p != null && datum.p < 0.05")
            .mark_point(
                filled=True,
                size=7,
                opacity=1,
                color="white",
                stroke=INK,
                strokeWidth=0.5,
            )
            .encode(x=x, y=y)
        )
        layers.append(marks)
    chart: AnyChart = alt.layer(*layers).properties(
        height=ROW_HEIGHT * (len(order) - 1)
    )
    return chart


def categories(report: Results, paper: Paper) -> "AnyChart | None":
    """Judged-as-Human of every source within every category of videos."""
    import altair as alt

    order = [report.title(source.name) for source in by_rate(report)]
    rows: list[Row] = [
        {
            "row": report.title(one.source),
            "column": one.category,
            "value": one.pct,
            "text": number_text(one.pct, 0),
            "p": None,
        }
        for one in report.found.categories
        if not math.isnan(one.pct)
    ]
    if not rows:
        return None
    names = sorted({row["column"] for row in rows})
    x = alt.X("column:N", sort=names, title=None, axis=alt.Axis(labelAngle=-90))
    y = alt.Y("row:N", sort=order, title=None)
    layers = _cells(rows, x, y, title="Judged-as-Human, %", lowest=0, highest=100)
    if _cell_width(paper, len(names)) >= _NARROWEST:
        layers += _numbers(rows, x, y, is_bold="false", highest=100)
    shown = {row["row"] for row in rows}
    chart: AnyChart = alt.layer(*layers).properties(height=ROW_HEIGHT * len(shown))
    return chart


def _cell_width(paper: Paper, columns: int) -> float:
    labels = _LABELS[0] if paper.is_wide else _LABELS[1]
    return (paper.width - labels) / max(columns, 1)


def _cells(
    rows: list[Row],
    x: "alt.X",
    y: "alt.Y",
    *,
    title: str | list[str],
    lowest: float,
    highest: float | None = None,
) -> "list[AnyChart]":
    import altair as alt

    colour = alt.Color(
        "value:Q",
        title=title,
        scale=alt.Scale(
            range=SHADES,
            domainMin=lowest,
            domainMax=alt.Undefined if highest is None else highest,
        ),
        legend=alt.Legend(titleLimit=400),
    )
    cells = alt.Chart(alt.InlineData(values=rows)).mark_rect(
        stroke="white", strokeWidth=0.5
    )
    return [cells.encode(x=x, y=y, color=colour)]


def _numbers(
    rows: list[Row],
    x: "alt.X",
    y: "alt.Y",
    *,
    is_bold: str,
    highest: float | None = None,
) -> "list[AnyChart]":
    """The value of each cell: white on dark ones, bold where it says something."""
    import altair as alt

    dark = _DARK * (highest or max(row["value"] for row in rows))
    layers: list[AnyChart] = []
    for is_dark, ink in ((True, "white"), (False, INK)):
        shade = f"datum.value {'>=' if is_dark else '<'} {dark}"
        plain = alt.MarkDef(type="text", fontSize=TEXT - 1.5, color=ink)
        bold = alt.MarkDef(
            type="text", fontSize=TEXT - 1.5, color=ink, fontWeight="bold"
        )
        layers += [
            alt.Chart(alt.InlineData(values=rows), mark=mark)
            .transform_filter(f"({which}) && {shade}")
            .encode(x=x, y=y, text="text:N")
            for mark, which in ((bold, is_bold), (plain, f"!({is_bold})"))
        ]
    return layers
