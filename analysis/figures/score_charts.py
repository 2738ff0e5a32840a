"""Figures of the realism scores: Score@k, and ROC curves by source."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.figures.panels import Panels, frame
from analysis.figures.style import (
    ACCENT,
    INK,
    ROW_HEIGHT,
    SOFT,
    Paper,
    Row,
    shades,
)
from analysis.reporting.naming import known
from analysis.reporting.results import Results, SourceResult
from analysis.reporting.score_tables import roc_points, scored, told_by_score
from analysis.reporting.tables import number_text

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart


def score_shares(report: Results, _paper: Paper) -> "AnyChart | None":
    """The scores of every source as bars of 100 percent."""
    import altair as alt

    sources = scored(report)
    order = [report.title(source.name) for source in sources]
    rows: list[Row] = [
        {
            "source": report.title(source.name),
            "score": share.k,
            "share": known(share.eq_pct),
        }
        for source in sources
        for share in source.score_shares
    ]
    if not rows:
        return None
    chart: AnyChart = (
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


def score_curves(report: Results, paper: Paper) -> "AnyChart | None":
    """Share of scores of at least k, for every k: a panel a source, best first."""
    import altair as alt

    sources = scored(report)
    if not sources:
        return None
    panels = Panels(len(sources), paper)
    thresholds = report.found.scores[1:]
    last = max(len(thresholds) - 1, 1)
    x, y = panels.scales()
    human = report.human
    bands, lines, points, dashes = [], [], [], []
    for place, source in enumerate(sources):
        for number, share in enumerate(source.score_shares[1:]):
            along = number / last
            key = {"source": source.name, "order": number}
            here = panels.at(place, along, share.ge_pct / 100)
            lines.append(key | here)
            points.append(here)
            if not math.isnan(share.ge_lo_pct):
                lo = panels.at(place, along, share.ge_lo_pct / 100)
                hi = panels.at(place, along, share.ge_hi_pct / 100)
                bands.append(key | lo | {"y2": hi["y"]})
        if human is not None and source is not human:
            dashes += [
                {"source": source.name, "order": number}
                | panels.at(place, number / last, share.ge_pct / 100)
                for number, share in enumerate(human.score_shares[1:])
                if not math.isnan(share.ge_pct)
            ]
    layers = frame(
        panels,
        [_titled(report, source) for source in sources],
        x_ticks=[(number / last, str(k)) for number, k in enumerate(thresholds)],
        y_ticks=[(0, "0"), (0.5, "50"), (1, "100")],
        x_title="k (dashed: human comments; above: mean score)",
        y_title="Scores of at least k, %",
    )
    data = alt.InlineData
    series = {"detail": "source:N", "order": "order:Q"}
    layers += [
        alt.Chart(data(values=bands))
        .mark_area(color=ACCENT, opacity=0.22)
        .encode(x=x, y=y, y2="y2:Q", detail="source:N"),
        alt.Chart(data(values=dashes))
        .mark_line(color=SOFT, strokeDash=[3, 2], strokeWidth=0.9)
        .encode(x=x, y=y, **series),
        alt.Chart(data(values=lines))
        .mark_line(color=ACCENT, strokeWidth=1.2)
        .encode(x=x, y=y, **series),
        alt.Chart(data(values=points))
        .mark_point(color=ACCENT, filled=True, size=8, opacity=1)
        .encode(x=x, y=y),
    ]
    made: AnyChart = alt.layer(*layers).properties(height=panels.height)
    return made


def _titled(report: Results, source: SourceResult) -> str:
    mean = number_text(source.figures.mean_score, 2)
    return f"{mean} {report.title(source.name)}"


def roc_curves(report: Results, paper: Paper) -> "AnyChart | None":
    """Human comments against those of each source, by their scores: a panel each."""
    import altair as alt

    sources = told_by_score(report)
    if not sources:
        return None
    panels = Panels(len(sources), paper)
    x, y = panels.scales()
    lines = [
        {"source": source.name, "order": number} | panels.at(place, *point)
        for place, source in enumerate(sources)
        for number, point in enumerate(_points(report, source))
    ]
    chance = [
        {"source": source.name, "order": end} | panels.at(place, end, end)
        for place, source in enumerate(sources)
        for end in (0, 1)
    ]
    layers = frame(
        panels,
        [_with_area(report, source) for source in sources],
        x_ticks=[(0, "0"), (0.5, "50"), (1, "100")],
        y_ticks=[(0, "0"), (0.5, "50"), (1, "100")],
        x_title="AI comments of at least a score, % (dashed: chance)",
        y_title="Human comments, %",
    )
    data = alt.InlineData
    series = {"detail": "source:N", "order": "order:Q"}
    layers += [
        alt.Chart(data(values=chance))
        .mark_line(color=SOFT, strokeDash=[3, 2], strokeWidth=0.9)
        .encode(x=x, y=y, **series),
        alt.Chart(data(values=lines))
        .mark_line(color=ACCENT, strokeWidth=1.2)
        .encode(x=x, y=y, **series),
        alt.Chart(data(values=lines))
        .mark_point(color=INK, filled=True, size=6, opacity=1)
        .encode(x=x, y=y),
    ]
    made: AnyChart = alt.layer(*layers).properties(height=panels.height)
    return made


def _points(report: Results, source: SourceResult) -> Iterator[tuple[float, float]]:
    for _k, false_pct, true_pct in roc_points(report, source):
        yield false_pct / 100, true_pct / 100


def _with_area(report: Results, source: SourceResult) -> str:
    return f"{number_text(source.area.auc_score, 2)} {report.title(source.name)}"
