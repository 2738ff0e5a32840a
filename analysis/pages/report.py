"""What the report page shows: the stored figures, laid out for its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from analysis.figures.boxes import longest_of, pace_rows
from analysis.figures.drawing import (
    cross_rows,
    curve_view,
    forest_rows,
    score_bars,
    score_shades,
    shrinking_view,
    slice_rows,
)
from analysis.figures.matrix import matrix
from analysis.figures.scatter import annotator_scatter
from analysis.models import StoredReport
from analysis.pages.people import HEADINGS, SIGNS, annotator_rows
from analysis.pages.table_view import table_view
from analysis.pages.texts import CommentLine, comment_lines
from analysis.planning.outlook import OutlookLine
from analysis.reporting.chapters import Chapters
from analysis.reporting.headline import headline
from analysis.reporting.naming import reason_of
from analysis.reporting.published import AGREEMENT_PCT, BASELINES_PCT, BLIND_TEST
from analysis.reporting.readings import READINGS
from analysis.reporting.rendering import provenance_lines
from analysis.reporting.report import Report
from analysis.reporting.slices import Slice
from analysis.reporting.stopping import stop_rule_sentence
from analysis.selectors.database import ATTRIBUTES, source_titles
from annotation.models import Study
from annotation.selectors.studies.study_progress import study_progress


def report_page(study: Study, stored: StoredReport) -> dict[str, Any]:
    """Template context of a computed report."""
    report, found = stored.report, stored.chapters
    titles = source_titles(study)
    keys = [source.name for source in report.found.sources]
    names = titles | {
        f"{one}|{other}": f"{titles.get(one, one)} − {titles.get(other, other)}"
        for one in keys
        for other in keys
    }
    counts = report.found.counts
    return {
        "stored": stored,
        "headline": headline(report, titles).replace(" %", "\u00a0%"),
        "counts": counts,
        "is_lonely": 0 < counts.annotators < 2,  # noqa: PLR2004
        "forest": forest_rows(report, titles),
        "score_bars": score_bars(report, titles),
        "score_shades": score_shades(report),
        "scale": study.instrument.scale,
        "tables": {table.key: table_view(table, names) for table in report.tables},
        "readings": [getattr(READINGS, one.name) for one in fields(READINGS)],
        "annotators": annotator_rows(study, report),
        "annotator_headings": HEADINGS,
        "signs": SIGNS.items(),
        "scatter": annotator_scatter(report),
        "curves": [
            curve_view("position", "Position in the batch", found.position),
            curve_view("drift", "Batches the annotator has had", found.drift),
        ],
        "paces": pace_rows(found.pace, titles),
        "longest_pace": longest_of(found.pace),
        "cross_rows": cross_rows(found.crosstab),
        "comments": comment_lists(found, titles),
        "slices": [
            (name, slice_rows(parts := found.slices[name]), _reasons(parts))
            for name in ATTRIBUTES
        ],
        "shrinking": shrinking_view(found.shrinking, report, titles),
        "progress": study_progress(study),
        "stop_rule": stop_rule_sentence(report),
        "outlook": outlook_rows(stored.outlook, report, titles),
        "matrix": matrix(report, titles),
        "published": BLIND_TEST,
        "published_baselines": BASELINES_PCT,
        "published_agreement": AGREEMENT_PCT,
        "provenance": provenance_lines(report),
        "excluded": report.provenance.excluded,
    }


def _reasons(parts: Sequence[Slice]) -> str:
    """Why intervals are missing, each reason once."""
    reasons = (reason_of(part.lo) for part in parts)
    return "; ".join(dict.fromkeys(filter(None, reasons)))


@dataclass(frozen=True)
class OutlookRow:
    """A size of the study, and what to expect of it, in words."""

    size: str
    design: str
    widths: str
    error: str


def outlook_rows(
    lines: Sequence[OutlookLine], report: Report, titles: dict[str, str]
) -> list[OutlookRow]:
    """The planner's lines for the page, below what was observed of the same sources."""
    rows = [
        OutlookRow(
            size=line.size,
            design=f"{line.annotators} annotators, {line.videos} videos, "
            f"{line.redundancy} each",
            widths=_widths(line.half_widths, titles),
            error=f"{line.error:.1f}",
        )
        for line in lines
    ]
    if not rows:
        return []
    observed = {name: report.source(name).half_width for name in lines[0].half_widths}
    real = OutlookRow(
        "Observed so far", rows[0].design, _widths(observed, titles), "\u2013"
    )
    return [real, *rows]


def _widths(widths: Mapping[str, float], titles: dict[str, str]) -> str:
    shown = (f"{titles.get(s, s)} \u00b1{width:.1f}" for s, width in widths.items())
    return ", ".join(shown) or "\u2013"


def comment_lists(
    found: Chapters, titles: dict[str, str]
) -> list[tuple[str, str, list[CommentLine]]]:
    """Key, caption and comments of the three lists of the evidence."""
    lists = (
        ("convincing", "Model comments most often judged human", found.convincing),
        ("doubted", "Human comments least often judged human", found.doubted),
        ("split", "Comments on which annotators disagreed", found.split),
    )
    return [
        (key, caption, comment_lines(votes, titles)) for key, caption, votes in lists
    ]
