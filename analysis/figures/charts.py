"""Figures of a report for papers: Altair charts to SVG, PNG and PDF, without a browser.

They are drawn in greys and one blue that stays apart from them in print and for the
colour-blind; shape or dash always says the same as colour.
"""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.figures.people_charts import annotators, curve
from analysis.figures.source_charts import differences, forest, score_shares
from analysis.figures.style import INK, SOFT
from analysis.reporting.chapters import Chapters
from analysis.reporting.report import Report

if TYPE_CHECKING:
    import altair as alt

FORMATS = ("svg", "png", "pdf")
# Every figure by its file's name, and what it shows to whoever cannot see it.
FIGURES: Mapping[str, str] = {
    "judged-as-human": "Judged-as-Human of every source with its 95 % confidence "
    "interval, highest first. A dashed line marks the rate of human comments.",
    "scores": "Share of each realism score for every source, highest mean first.",
    "differences": "By how many percentage points the source of a row is judged human "
    "more often than that of a column. A dot marks p < 0.05 after Holm's correction.",
    "annotators": "Annotators by d′, how well they tell human from AI comments, and c, "
    "which verdict they lean to.",
    "position": "Judged-as-Human of human and of AI comments by position in the batch.",
    "drift": "Judged-as-Human of human and of AI comments by batch number of the "
    "annotator.",
}
_DOTS_AN_INCH = 300


def draw(report: Report, chapters: Chapters, folder: Path) -> list[Path]:
    """Write every figure that the report has data for, in each format.

    Args:
        report: Definitions and inference.
        chapters: Of `analysis.reporting.chapters`.
        folder: Where to; it must exist.

    Returns:
        The files, in order of name.
    """
    written = []
    for name, chart in charts(report, chapters).items():
        for style in FORMATS:
            path = folder / f"{name}.{style}"
            path.write_bytes(drawn(chart, style))
            written.append(path)
    return sorted(written)


def drawn(chart: "alt.Chart", style: str) -> bytes:
    """A figure as a file of one of `FORMATS`."""
    import vl_convert as converter

    spec = _finished(chart).to_json()
    picture: bytes
    if style == "png":
        picture = converter.vegalite_to_png(spec, ppi=_DOTS_AN_INCH)
    elif style == "pdf":
        picture = converter.vegalite_to_pdf(spec)
    else:  # with its description, which the converter leaves out
        words = escape(json.loads(spec)["description"], quote=True)
        text = converter.vegalite_to_svg(spec)
        text = text.replace("<svg ", f'<svg role="img" aria-label="{words}" ', 1)
        picture = text.encode()
    return picture


def charts(report: Report, chapters: Chapters | None = None) -> dict[str, "alt.Chart"]:
    """Every figure that has data, by its file's name.

    Args:
        report: Its figures; what its levels lack is left out.
        chapters: Of `analysis.reporting.chapters`, for the curves.
    """
    made = {
        "judged-as-human": forest(report),
        "scores": score_shares(report),
        "differences": differences(report),
        "annotators": annotators(report),
        "position": curve(
            chapters.position if chapters else (), "Position in the batch"
        ),
        "drift": curve(
            chapters.drift if chapters else (), "Batch number of the annotator"
        ),
    }
    return {
        name: chart.properties(description=FIGURES[name])
        for name, chart in made.items()
        if chart is not None
    }


def _finished(chart: "alt.Chart") -> "alt.Chart":
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": SOFT}
    finished: alt.Chart = (
        chart.configure(font="Liberation Sans", background="white")
        .configure_view(stroke=None)
        .configure_axis(**axis, gridColor="#e3e6e9", titleFontWeight="normal")
        .configure_legend(titleFontWeight="normal")
    )
    return finished
