"""What the report page shows: the stored figures, laid out for its templates."""

from dataclasses import dataclass
from typing import Any

from analysis.figures.boxes import longest_of, pace_rows
from analysis.figures.drawing import (
    cross_rows,
    curve_view,
    forest_rows,
    score_bars,
    shrinking_view,
)
from analysis.figures.matrix import matrix
from analysis.figures.scatter import annotator_scatter
from analysis.models import StoredReport
from analysis.pages.people import HEADINGS, SIGNS, annotator_rows
from analysis.pages.table_view import table_view
from analysis.pages.texts import CommentLine, comment_lines
from analysis.reporting.headline import headline
from analysis.reporting.published import AGREEMENT_PCT, BASELINES_PCT, BLIND_TEST
from analysis.reporting.readings import READINGS
from analysis.reporting.rendering import provenance_lines
from analysis.reporting.report import Report
from analysis.reporting.stopping import half_width, stop_rule_sentence
from analysis.reporting.storing import stored_report
from analysis.selectors.database import ATTRIBUTES, source_titles
from annotation.models import Study
from annotation.selectors.studies.study_progress import study_progress


def report_page(study: Study, stored: StoredReport) -> dict[str, Any]:
    """Template context of a computed report."""
    content = stored.done_content
    report, found = stored_report(content["report"]), content["chapters"]
    titles = source_titles(study)
    names = titles | {
        f"{one}|{other}": f"{titles.get(one, one)} − {titles.get(other, other)}"
        for one in report.sources
        for other in report.sources
    }
    counts = {
        name.removeprefix("counts/"): int(value)
        for name, value in report.metrics.items()
        if name.startswith("counts/")
    }
    return {
        "stored": stored,
        "headline": headline(report, titles).replace(" %", "\u00a0%"),
        "counts": counts,
        "is_lonely": 0 < counts["annotators"] < 2,  # noqa: PLR2004
        "forest": forest_rows(report, titles),
        "score_bars": score_bars(report, titles),
        "tables": {table.key: table_view(table, names) for table in report.tables},
        "readings": READINGS,
        "annotators": annotator_rows(study, report),
        "annotator_headings": HEADINGS,
        "signs": SIGNS.items(),
        "scatter": annotator_scatter(report),
        "curves": [
            curve_view("position", "Position in the batch", found["position"]),
            curve_view("drift", "Batches the annotator has had", found["drift"]),
        ],
        "paces": pace_rows(found["pace"], titles),
        "longest_pace": longest_of(found["pace"]),
        "cross_rows": cross_rows(found["crosstab"]),
        "comments": comment_lists(found, titles),
        "slices": [
            (name, parts := found["slices"][name], _reasons(parts))
            for name in ATTRIBUTES
        ],
        "shrinking": shrinking_view(found["shrinking"], report, titles),
        "progress": study_progress(study),
        "stop_rule": stop_rule_sentence(report),
        "outlook": outlook_rows(content["outlook"], report, titles),
        "matrix": matrix(report, titles),
        "published": BLIND_TEST,
        "published_baselines": BASELINES_PCT,
        "published_agreement": AGREEMENT_PCT,
        "provenance": provenance_lines(report),
        "excluded": report.provenance.excluded,
    }


def _reasons(parts: list[dict[str, Any]]) -> str:
    """Why intervals are missing, each reason once."""
    return "; ".join(dict.fromkeys(part["why"] for part in parts if part["why"]))


@dataclass(frozen=True)
class OutlookRow:
    """A size of the study, and what to expect of it, in words."""

    size: str
    design: str
    widths: str
    error: str


def outlook_rows(
    lines: list[dict[str, Any]], report: Report, titles: dict[str, str]
) -> list[OutlookRow]:
    """The planner's lines for the page, below what was observed of the same sources."""
    rows = [
        OutlookRow(
            size=line["size"],
            design=f"{line['annotators']} annotators, {line['videos']} videos, "
            f"{line['redundancy']} each",
            widths=_widths(line["half_widths"], titles),
            error=f"{line['error']:.1f}",
        )
        for line in lines
    ]
    if not rows:
        return []
    observed = {
        source: half_width(report, source) for source in lines[0]["half_widths"]
    }
    real = OutlookRow(
        "Observed so far", rows[0].design, _widths(observed, titles), "\u2013"
    )
    return [real, *rows]


def _widths(widths: dict[str, float], titles: dict[str, str]) -> str:
    shown = (f"{titles.get(s, s)} \u00b1{width:.1f}" for s, width in widths.items())
    return ", ".join(shown) or "\u2013"


def comment_lists(
    found: dict[str, Any], titles: dict[str, str]
) -> list[tuple[str, str, list[CommentLine]]]:
    """Key, caption and comments of the three lists of the evidence."""
    captions = {
        "convincing": "Model comments most often taken for human",
        "doubted": "Human comments least often taken for human",
        "split": "Comments on which annotators split",
    }
    return [
        (key, caption, comment_lines(found[key], titles))
        for key, caption in captions.items()
    ]
