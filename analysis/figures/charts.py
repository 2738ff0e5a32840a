"""Figures of a report for papers: Altair charts to SVG, PNG and PDF, without a browser.

They are drawn in greys and one blue that stays apart from them in print and for the
colour-blind; shape or dash always says the same as colour.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analysis.judgments.arrays import TOP_SCORE
from analysis.reporting.report import Report

if TYPE_CHECKING:
    import altair as alt

INK, ACCENT, SOFT = "#1a1d21", "#1f5fae", "#8a929b"
FORMATS = ("svg", "png", "pdf")
_GREYS = ["#f2f4f6", "#d5dbe1", "#aab6c3", "#7b93b0", "#4a74a8", "#1f5fae"]
_WIDTH = 420
_ROW = 18
_PIXELS_A_POINT = 2.0

Row = dict[str, Any]


def draw(report: Report, chapters: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write every figure that the report has data for, in each format.

    Args:
        report: Definitions and inference.
        chapters: Of `analysis.reporting.chapters`.
        folder: Where to; it must exist.

    Returns:
        The files, in order of name.
    """
    import vl_convert as converter

    convert: dict[str, Callable[[str], str | bytes]] = {
        "svg": converter.vegalite_to_svg,
        "png": lambda spec: converter.vegalite_to_png(spec, scale=_PIXELS_A_POINT),
        "pdf": converter.vegalite_to_pdf,
    }
    written = []
    for name, chart in charts(report, chapters).items():
        spec = _finished(chart).to_json()
        for suffix in FORMATS:
            content = convert[suffix](spec)
            path = folder / f"{name}.{suffix}"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            written.append(path)
    return sorted(written)


def charts(
    report: Report, chapters: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, "alt.Chart"]:
    """Every figure that has data, by its file's name.

    Args:
        report: Its figures; what its levels lack is left out.
        chapters: Of `analysis.reporting.chapters`, for the curves.
    """
    made = {
        "judged-as-human": _forest(report),
        "scores": _scores(report),
        "differences": _differences(report),
        "annotators": _annotators(report),
        "position": _curve(chapters.get("position", ()), "Position in the batch"),
        "drift": _curve(chapters.get("drift", ()), "Batches the annotator has had"),
    }
    return {name: chart for name, chart in made.items() if chart is not None}


def _finished(chart: "alt.Chart") -> "alt.Chart":
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": SOFT}
    finished: alt.Chart = (
        chart.configure(font="Liberation Sans", background="white")
        .configure_view(stroke=None)
        .configure_axis(**axis, gridColor="#e3e6e9", titleFontWeight="normal")
        .configure_legend(titleFontWeight="normal")
    )
    return finished


def _by_rate(report: Report) -> list[str]:
    rates = {s: report.metrics[f"judged_human_pct/{s}"] for s in report.sources}
    known = [source for source in rates if not math.isnan(rates[source])]
    return sorted(known, key=lambda source: (-rates[source], source))


def _value(report: Report, name: str) -> float | None:
    value = report.metrics.get(name, math.nan)
    return None if math.isnan(value) else value


def _origin(report: Report, source: str) -> str:
    return "people" if report.sources[source] else "model"


def _forest(report: Report) -> "alt.Chart | None":
    import altair as alt

    order = _by_rate(report)
    rows: list[Row] = [
        {
            "source": source,
            "written by": _origin(report, source),
            "rate": _value(report, f"judged_human_pct/{source}"),
            "lo": _value(report, f"judged_human_ci_lo_pct/{source}"),
            "hi": _value(report, f"judged_human_ci_hi_pct/{source}"),
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
        x=alt.X("lo:Q", scale=scale, title="Judged-as-Human, % (95 % interval)"),
        x2="hi:Q",
    )
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=alt.X("rate:Q", scale=scale),
        shape=alt.Shape(
            "written by:N", scale=_pair(["square", "circle"]), title="Written by"
        ),
        color=alt.Color("written by:N", scale=_pair([INK, ACCENT])),
    )
    human = [row for row in rows if row["written by"] == "people"][:1]
    line = (
        alt.Chart(alt.InlineData(values=human))
        .mark_rule(color=SOFT, strokeDash=[4, 3])
        .encode(x=alt.X("rate:Q", scale=scale))
    )
    chart: alt.Chart = (line + whiskers + points).properties(
        width=_WIDTH, height=_ROW * len(rows)
    )
    return chart


def _pair(values: Sequence[str]) -> "alt.Scale":
    import altair as alt

    return alt.Scale(domain=["people", "model"], range=list(values))


def _scores(report: Report) -> "alt.Chart | None":
    import altair as alt

    means = {s: _value(report, f"mean_score/{s}") for s in report.sources}
    order = sorted(
        (source for source, mean in means.items() if mean is not None),
        key=lambda source: (-(means[source] or 0), source),
    )
    rows: list[Row] = [
        {
            "source": source,
            "score": score,
            "share": _value(report, f"score_eq_{score}_pct/{source}"),
        }
        for source in order
        for score in range(TOP_SCORE + 1)
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
                "score:O", scale=alt.Scale(range=_GREYS), title="Realism score"
            ),
            order="score:O",
        )
        .properties(width=_WIDTH, height=_ROW * len(order))
    )
    return chart


def _differences(report: Report) -> "alt.Chart | None":
    import altair as alt

    order = _by_rate(report)
    rows = [
        row
        for name in report.metrics
        if name.startswith("pair_diff_pct/")
        for row in _both_ways(report, name.removeprefix("pair_diff_pct/"))
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("column:N", sort=order, title=None),
        y=alt.Y("row:N", sort=order, title=None),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "difference:Q",
            title="Row − column, points",
            scale=alt.Scale(scheme="blueorange", domainMid=0, reverse=True),
        )
    )
    marks = base.transform_filter("datum.p != null && datum.p < 0.05").mark_text(
        text="•", fontSize=12, color=INK
    )
    size = _ROW * len(order)
    chart: alt.Chart = (cells + marks).properties(width=size, height=size)
    return chart


def _both_ways(report: Report, pair: str) -> list[Row]:
    """The difference of a pair seen from either source; a bar may be in a name."""
    difference = _value(report, f"pair_diff_pct/{pair}")
    names = next(
        (
            (first, second)
            for first in report.sources
            for second in report.sources
            if pair == f"{first}|{second}"
        ),
        None,
    )
    if difference is None or names is None:
        return []
    p = _value(report, f"pair_p_t_holm/{pair}")
    first, second = names
    return [
        {"row": first, "column": second, "difference": difference, "p": p},
        {"row": second, "column": first, "difference": -difference, "p": p},
    ]


def _annotators(report: Report) -> "alt.Chart | None":
    import altair as alt

    rows = [
        {
            "annotator": annotator,
            "dprime": _value(report, f"annotator/dprime/{annotator}"),
            "c": _value(report, f"annotator/c/{annotator}"),
        }
        for annotator in report.annotators
    ]
    rows = [row for row in rows if row["dprime"] is not None]
    if not rows:
        return None
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(filled=True, size=45, opacity=0.6, color=ACCENT)
        .encode(
            x=alt.X("c:Q", title="c: leaning to “human” (left) or “AI” (right)"),
            y=alt.Y("dprime:Q", title="d′: telling people from models"),
        )
        .properties(width=_WIDTH, height=0.7 * _WIDTH)
    )
    return chart


def _curve(curves: Sequence[Mapping[str, Any]], title: str) -> "alt.Chart | None":
    import altair as alt

    words = {"human": "people", "ai": "model"}
    rows = [
        {**point, "written by": words[curve["origin"]]}
        for curve in curves
        for point in curve["points"]
    ]
    if not rows:
        return None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("x:Q", title=title, scale=alt.Scale(nice=False)),
        color=alt.Color(
            "written by:N", scale=_pair([INK, ACCENT]), title="Comments by"
        ),
    )
    scale = alt.Scale(domain=[0, 100])
    band = base.mark_area(opacity=0.15).encode(
        y=alt.Y("lo:Q", scale=scale, title="Judged-as-Human, %"), y2="hi:Q"
    )
    line = base.mark_line().encode(
        y=alt.Y("pct:Q", scale=scale),
        strokeDash=alt.StrokeDash(
            "written by:N",
            scale=alt.Scale(domain=["people", "model"], range=[[1, 0], [5, 3]]),
            title="Comments by",
        ),
    )
    chart: alt.Chart = (band + line).properties(width=_WIDTH, height=0.5 * _WIDTH)
    return chart
