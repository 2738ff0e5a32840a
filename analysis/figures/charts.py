"""Figures of a report: Altair charts to SVG, PNG and PDF, without a browser.

The page shows the same files that can be downloaded: what is drawn is drawn here alone.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.figures.grid_charts import categories, differences
from analysis.figures.interval_charts import forest, ranks, references
from analysis.figures.people_charts import annotators, curve
from analysis.figures.picture import FORMATS, Picture
from analysis.figures.plane_charts import rates_and_scores
from analysis.figures.score_charts import roc_curves, score_curves, score_shares
from analysis.figures.style import FONT, FONTS, PAGE_WIDTH, WIDTHS, Paper, finished
from analysis.reporting.chapter_tables import drift_table, position_table
from analysis.reporting.chapters import Chapters
from analysis.reporting.report import Report
from analysis.reporting.tables import Table
from pages.phrases import phrase as _

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart

_DOTS_AN_INCH = 300


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        title: Its caption.
        words: What it shows, for whoever cannot see it.
        chart: Draws it; None where the report has no data for it.
        table: Its numbers.
    """

    title: str
    words: str
    chart: "Callable[[Report, Chapters | None, Paper], AnyChart | None]"
    table: Callable[[Report, Chapters | None], Table]


# Every figure by its file's name, in the order of the page.
FIGURES: Mapping[str, Figure] = {
    "judged-as-human": Figure(
        _("Judged-as-Human by source"),
        _(
            "Judged-as-Human of every source with its 95 % confidence interval, "
            "highest first. A dashed line marks the rate of human comments, "
            "hollow diamonds what the papers print of the same sources."
        ),
        lambda report, _chapters, paper: forest(report, paper),
        lambda report, _chapters: report.table("sources"),
    ),
    "ranks": Figure(
        _("Ranks by Judged-as-Human"),
        _(
            "Rank of every source by Judged-as-Human, with its 95 % interval from "
            "resampling annotators and videos."
        ),
        lambda report, _chapters, paper: ranks(report, paper),
        lambda report, _chapters: report.table("sources"),
    ),
    "rates-and-scores": Figure(
        _("Judged-as-Human against mean realism score"),
        _(
            "Judged-as-Human of every source against its mean realism score, with the "
            "95 % confidence intervals of both."
        ),
        lambda report, _chapters, paper: rates_and_scores(report, paper),
        lambda report, _chapters: report.table("sources"),
    ),
    "score-at-k": Figure(
        _("Score@k by source"),
        _(
            "Share of realism scores of at least k, for every k, with 95 % confidence "
            "bands: one panel per source, highest mean score first. A dashed line "
            "marks human comments."
        ),
        lambda report, _chapters, paper: score_curves(report, paper),
        lambda report, _chapters: report.table("score_at_k"),
    ),
    "scores": Figure(
        _("Realism scores by source"),
        _("Share of each realism score for every source, highest mean first."),
        lambda report, _chapters, paper: score_shares(report, paper),
        lambda report, _chapters: report.table("scores"),
    ),
    "references": Figure(
        _("Each source against human comments and against the best AI source"),
        _(
            "Judged-as-Human of every source minus that of human comments, and minus "
            "that of the AI source most often judged human, with 95 % confidence "
            "intervals. Sources that share a letter don't differ significantly."
        ),
        lambda report, _chapters, paper: references(report, paper),
        lambda report, _chapters: report.table("references"),
    ),
    "differences": Figure(
        _("Differences between sources"),
        _(
            "By how many percentage points the source of a row is judged human more "
            "often than that of a column. Bold numbers, or dots, mark p < 0.05 after "
            "Holm's correction."
        ),
        lambda report, _chapters, paper: differences(report, paper),
        lambda report, _chapters: report.table("pairs"),
    ),
    "roc": Figure(
        _("ROC curves of the realism scores"),
        _(
            "How well realism scores tell human comments from those of each AI source: "
            "one panel per source with the area under its curve, the hardest to tell "
            "first. A dashed line marks chance."
        ),
        lambda report, _chapters, paper: roc_curves(report, paper),
        lambda report, _chapters: report.table("roc"),
    ),
    "categories": Figure(
        _("Judged-as-Human by source and category"),
        _(
            "Judged-as-Human of every source within every category of videos, in "
            "percent. Cells of fewer than 30 verdicts are empty."
        ),
        lambda report, _chapters, paper: categories(report, paper),
        lambda report, _chapters: report.table("categories"),
    ),
    "annotators": Figure(
        _("Annotators: telling apart and leaning"),
        _(
            "Annotators by d′, how well they tell human from AI comments, and c, "
            "which verdict they lean to."
        ),
        lambda report, _chapters, paper: annotators(report, paper),
        lambda report, _chapters: report.table("annotators"),
    ),
    "position": Figure(
        _("Judged-as-Human by position in the batch"),
        _("Judged-as-Human of human and of AI comments by position in the batch."),
        lambda _report, chapters, paper: curve(
            chapters.position if chapters else (), "Position in the batch", paper
        ),
        lambda _report, chapters: position_table(chapters),
    ),
    "drift": Figure(
        _("Judged-as-Human by batch number"),
        _(
            "Judged-as-Human of human and of AI comments by batch number of the "
            "annotator."
        ),
        lambda _report, chapters, paper: curve(
            chapters.drift if chapters else (), "Batch number of the annotator", paper
        ),
        lambda _report, chapters: drift_table(chapters),
    ),
}


def charts(
    report: Report, chapters: Chapters | None = None, inches: float | None = None
) -> dict[str, "AnyChart"]:
    """Every figure that has data, by its file's name.

    Args:
        report: Its figures; what its levels lack is left out.
        chapters: Of `analysis.reporting.chapters`, for the curves.
        inches: How wide they are; 7, both columns of a paper, if not said.
    """
    paper = WIDTHS[PAGE_WIDTH] if inches is None else Paper(inches)
    made = {name: chart_of(name, report, chapters, paper=paper) for name in FIGURES}
    return {name: chart for name, chart in made.items() if chart is not None}


def chart_of(
    name: str, report: Report, chapters: Chapters | None, *, paper: Paper
) -> "AnyChart | None":
    """One of `FIGURES`; None where the report has no data for it."""
    figure = FIGURES[name]
    chart = figure.chart(report, chapters, paper)
    return None if chart is None else finished(chart, paper, str(figure.words))


def draw(report: Report, chapters: Chapters, folder: Path) -> list[Path]:
    """Write every figure that the report has data for: each format, each width.

    Args:
        report: Definitions and inference.
        chapters: Of `analysis.reporting.chapters`.
        folder: Where to; it must exist.

    Returns:
        The files, in order of name.
    """
    written = []
    for width, paper in WIDTHS.items():
        for name, chart in charts(report, chapters, paper.inches).items():
            for style in FORMATS:
                path = folder / Picture(name, style, width).file
                path.write_bytes(drawn(chart, style))
                written.append(path)
    return sorted(written)


def drawn(chart: "AnyChart", style: str) -> bytes:
    """A figure as a file of one of `FORMATS`."""
    import vl_convert as converter

    spec = chart.to_json()
    picture: bytes
    if style == "png":
        picture = converter.vegalite_to_png(spec, ppi=_DOTS_AN_INCH)
    elif style == "pdf":
        picture = converter.vegalite_to_pdf(spec)
    else:
        words = json.loads(spec)["description"]
        picture = _printable(converter.vegalite_to_svg(spec), words).encode()
    return picture


_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')


def _printable(svg: str, words: str) -> str:
    """With its size in points, its description, and fonts that other machines have.

    Text stays text, so that it can be searched and edited; it is as wide in each of the
    fonts.
    """
    sized = _SIZE.sub(r'width="\1pt" height="\2pt"', svg, count=1)
    described = f'<svg role="img" aria-label="{escape(words, quote=True)}" '
    named = sized.replace("<svg ", described, 1)
    return named.replace(f'font-family="{FONT}"', f'font-family="{FONTS}"')
