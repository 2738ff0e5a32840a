"""What the report page shows: the stored figures, laid out for its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.figures.boxes import longest_of, pace_rows
from analysis.figures.drawing import (
    SliceRow,
    cross_rows,
    forest_rows,
    shrinking_view,
    slice_rows,
)
from analysis.figures.matrix import matrix
from analysis.models import StoredBundle, StoredReport
from analysis.pages.people import HEADINGS, SIGNS, annotator_rows
from analysis.pages.score_at_k import score_at_k
from analysis.pages.table_view import reasons_text, table_view
from analysis.pages.texts import CommentLine, comment_lines
from analysis.planning.outlook import OutlookLine
from analysis.reporting.chapter_tables import drift_table, position_table
from analysis.reporting.chapters import Chapters
from analysis.reporting.headline import headline
from analysis.reporting.naming import reason_of
from analysis.reporting.published import AGREEMENT_PCT, BASELINES_PCT, BLIND_TEST
from analysis.reporting.readings import READINGS
from analysis.reporting.rendering import provenance_lines
from analysis.reporting.report import Report
from analysis.reporting.stopping import stop_rule_sentence
from analysis.selectors.database import ATTRIBUTES, source_titles
from annotation.models import Study
from annotation.selectors.studies.listing import study_rows
from annotation.selectors.studies.next_action import next_action
from annotation.selectors.studies.study_progress import study_progress
from pages.localising import known_text, localised


def report_page(study: Study, stored: StoredReport) -> dict[str, Any]:
    """Template context of a computed report."""
    report, found = stored.report, stored.chapters
    titles = source_titles(study)
    counts = report.found.counts
    return {
        "stored": stored,
        "headline": localised(headline(report)).replace(" %", "\u00a0%"),
        "counts": counts,
        "is_lonely": 0 < counts.annotators < 2,  # noqa: PLR2004
        "forest": forest_rows(report, titles),
        "score_at_k": score_at_k(report),
        "scale": study.instrument.scale,
        "tables": {table.key: table_view(table) for table in report.tables},
        "readings": reading_words(),
        "annotators": annotator_rows(study, report),
        "annotator_headings": HEADINGS,
        "signs": SIGNS.values(),
        "curves": {
            table.key: table_view(table)
            for table in (position_table(found), drift_table(found))
        },
        "paces": pace_rows(found.pace, titles),
        "longest_pace": longest_of(found.pace),
        "cross_rows": cross_rows(found.crosstab),
        "comments": comment_lists(found, titles),
        "slices": slice_views(found),
        "shrinking": shrinking_view(found.shrinking, report, titles),
        "progress": study_progress(study),
        "stop_rule": localised(stop_rule_sentence(report)),
        "outlook": outlook_rows(stored.outlook, report, titles),
        "matrix": matrix(report, titles),
        "published": [replace(one, name=localised(one.name)) for one in BLIND_TEST],
        "published_baselines": BASELINES_PCT,
        "published_agreement": AGREEMENT_PCT,
        "provenance": [
            (localised(name), localised(text))
            for name, text in provenance_lines(report)
        ],
        "excluded": report.provenance.excluded,
        "withdrawn": report.provenance.withdrawn,
    }


def reading_words() -> list[tuple[str, str]]:
    """What each measure of agreement is called, and what it means."""
    words = (getattr(READINGS, one.name) for one in fields(READINGS))
    return [(localised(one.heading), localised(one.meaning)) for one in words]


@dataclass(frozen=True)
class SliceView:
    """Judged-as-Human by one property of the comments."""

    title: str
    heading: str
    parts: list[SliceRow]
    reasons: str


def slice_views(found: Chapters) -> list[SliceView]:
    """By every property that the report knows."""
    words = {
        "category": (_("By category"), _("Category")),
        "platform": (_("By platform"), _("Platform")),
        "length": (_("By length"), _("Length")),
        "style": (_("By style"), _("Style")),
    }
    ours = {"length", "style"}  # their values are our words, not the data's
    return [
        SliceView(
            *words[name],
            [
                replace(row, value=known_text(row.value)) if name in ours else row
                for row in slice_rows(found.slices[name])
            ],
            reasons_text([reason_of(part.lo) for part in found.slices[name]]),
        )
        for name in ATTRIBUTES
    ]


def nothing_yet(study: Study) -> dict[str, Any]:
    """What comes next for a study without judgments."""
    (row,) = study_rows(Study.objects.filter(pk=study.pk))
    return {"next_action": next_action(row)}


def bundle_context(bundle: StoredBundle | None) -> dict[str, Any]:
    """How far the reproduction bundle is."""
    phase = known_text(bundle.phase) if bundle else ""
    return {"bundle": bundle, "bundle_phase": phase}


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
            size=known_text(line.size),
            design=_design(line),
            widths=_widths(line.half_widths, titles),
            error=f"{line.error:.1f}",
        )
        for line in lines
    ]
    if not rows:
        return []
    observed = {name: report.source(name).half_width for name in lines[0].half_widths}
    real = OutlookRow(
        _("Observed so far"), rows[0].design, _widths(observed, titles), "\u2013"
    )
    return [real, *rows]


def _design(line: OutlookLine) -> str:
    annotators = ngettext(
        "%(number)s annotator", "%(number)s annotators", line.annotators
    )
    videos = ngettext("%(number)s video", "%(number)s videos", line.videos)
    each = _("%(number)s annotators per video")
    sizes = (
        (annotators, line.annotators),
        (videos, line.videos),
        (each, line.redundancy),
    )
    return ", ".join(text % {"number": number} for text, number in sizes)


def _widths(widths: Mapping[str, float], titles: dict[str, str]) -> str:
    shown = (f"{titles.get(s, s)} \u00b1{width:.1f}" for s, width in widths.items())
    return ", ".join(shown) or "\u2013"


def comment_lists(
    found: Chapters, titles: dict[str, str]
) -> list[tuple[str, list[CommentLine]]]:
    """Caption and comments of the three lists of comments that stand out."""
    lists = (
        (_("Most convincing AI comments"), found.convincing),
        (_("Most doubted human comments"), found.doubted),
        (_("Most disputed comments"), found.split),
    )
    return [(caption, comment_lines(votes, titles)) for caption, votes in lists]
