"""Estimates with and without a judge as tables and files; a row is of one kind."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from analysis.judge.estimating import Gap, PoweredSource, PoweredStudy, Rate
from analysis.judge.gates import Refusal, reason_of
from analysis.metrics.judged_videos import videos_needed
from analysis.metrics.undefined import ABSENT
from analysis.reporting.naming import known
from analysis.reporting.rendering import (
    csv_table,
    html_table,
    latex_table,
    latex_text,
    markdown_table,
)
from analysis.reporting.tables import Cell, Column, Table
from pages.phrases import Phrase
from pages.phrases import phrase as _

SURFACE_NAME = _("surface features")
"""The name of the judge that pages translate; every other name is somebody's own."""

PEOPLE, WITH_JUDGE = "people", "people+judge"
_DAGGER = "†"
_SHOWN = 12  # characters of a hash


def called(name: str) -> str:
    """What a page calls a judge of that name."""
    return SURFACE_NAME if name == SURFACE_NAME else name


def judge_mark(found: PoweredStudy) -> Phrase:
    """What marks every row in which a judge has a part."""
    return _(
        "with judge %(judge)s, version %(version)s",
        judge=called(found.judge),
        version=found.version[:_SHOWN],
    )


def footnote(found: PoweredStudy) -> Phrase:
    """What stands under every table that has such rows."""
    return _(
        "%(dagger)s Prediction-powered: people's verdicts on %(judged)s of %(videos)s "
        "videos, and guesses of the judge %(judge)s (version %(version)s) on all of "
        "them. Intervals are by annotator and by video. Rows without the mark are "
        "people's verdicts alone.",
        dagger=_DAGGER,
        judged=found.judged_videos,
        videos=found.videos,
        judge=called(found.judge),
        version=found.version[:_SHOWN],
    )


def powered_table(found: PoweredStudy) -> Table:
    """Two rows a source: people's first, always; then with the judge, if allowed."""
    columns = (
        Column("source", _("Source")),
        Column("estimate_kind", _("Estimate")),
        Column("judged_human_pct", _("Judged-as-Human, %")),
        Column("ci_lo_pct", _("95 % CI from")),
        Column("ci_hi_pct", _("to")),
        Column("half_width", _("Half-width, points")),
        Column("rank_lo", _("Rank from"), 0),
        Column("rank_hi", _("to"), 0),
        Column("tuning", _("Use of the judge, 0 to 1"), 2),
        Column("verdicts", _("Verdicts"), 0),
        Column("judged_videos", _("Judged videos"), 0),
        Column("videos", _("Videos"), 0),
        Column("judge_version", _("Judge version")),
        Column("refused", _("Why there is none")),
    )
    rows = tuple(row for source in found.sources for row in _rows(found, source))
    return Table(
        "with-judge",
        _("Judged-as-Human, by people and with a judge"),
        footnote(found),
        columns,
        rows,
    )


def _rows(found: PoweredStudy, source: PoweredSource) -> Iterator[tuple[Cell, ...]]:
    size = (source.verdicts, source.judged_videos)
    yield (
        *(source.title, PEOPLE, *_cells(source.people), ""),
        *(*size, source.judged_videos, "", ""),
    )
    marked = (f"{source.title} {_DAGGER}", WITH_JUDGE)
    version = found.version[:_SHOWN]
    if source.powered is None:
        reason = " ".join(map(reason_of, source.refusals))
        yield (*marked, *("",) * 7, *size, source.videos, version, reason)
        return
    tuning = source.tuning
    yield (
        *(*marked, *_cells(source.powered), tuning),
        *(*size, source.videos, version, ""),
    )


def _cells(rate: Rate) -> tuple[Cell, ...]:
    width = rate.lo if rate.lo != rate.lo else rate.half_width
    return (rate.pct, rate.lo, rate.hi, width, rate.rank_lo, rate.rank_hi)


def pairs_table(found: PoweredStudy) -> Table:
    """Two rows a pair of sources: people's first, then with the judge, if allowed."""
    titles = {source.source: source.title for source in found.sources}
    columns = (
        Column("pair", _("Sources")),
        Column("estimate_kind", _("Estimate")),
        Column("diff_pct", _("Difference, points")),
        Column("ci_lo_pct", _("95 % CI from")),
        Column("ci_hi_pct", _("to")),
        Column("p_holm", _("p, Holm"), 4),
    )

    def cells(gap: Gap | None) -> tuple[Cell, ...]:
        if gap is None:
            return (ABSENT,) * 4
        return (gap.diff, gap.lo, gap.hi, gap.p_holm)

    rows = []
    for pair in found.pairs:
        name = f"{titles[pair.first]} − {titles[pair.second]}"
        rows.append((name, PEOPLE, *cells(pair.people)))
        rows.append((f"{name} {_DAGGER}", WITH_JUDGE, *cells(pair.powered)))
    return Table(
        "pairs-with-judge",
        _("Differences, by people and with a judge"),
        footnote(found),
        columns,
        tuple(rows),
    )


def outlook_table(found: PoweredStudy, half_width: float) -> Table:
    """How many judged videos each source needs for a half-width, in points."""
    rows = []
    for source in found.sources:
        needed = videos_needed(source.people_parts, source.powered_parts, half_width)
        rows.append((source.title, needed.people, needed.powered, needed.floor))
    return Table(
        "judged-videos-needed",
        _("Judged videos for ±%(points)s points", points=f"{half_width:g}"),
        _(
            "With the annotators there are and as many on each video as now. The floor "
            "is what annotators set: it is how lenient or strict they are, and neither "
            "more videos nor a judge takes that away."
        ),
        (
            Column("source", _("Source")),
            Column("people", _("By people"), 0),
            Column("with_judge", _("With this judge"), 0),
            Column("floor", _("Floor, ± points")),
        ),
        tuple(rows),
    )


def as_json(found: PoweredStudy) -> str:
    """Everything, `people` and `powered` apart, with null for what is undefined."""

    def plain(value: object) -> object:
        if isinstance(value, Refusal):
            return {"gate": value.gate, "reason": str(reason_of(value))}
        if is_dataclass(value):
            return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, tuple):
            return [plain(inner) for inner in value]
        return known(value) if isinstance(value, float) else value

    text = json.dumps(plain(found), ensure_ascii=False, allow_nan=False, indent=1)
    return text + "\n"


def as_markdown(found: PoweredStudy) -> str:
    """Both tables with their footnote."""
    tables = (powered_table(found), pairs_table(found))
    parts = [part for one in tables for part in (f"# {one.title}", markdown_table(one))]
    return "\n\n".join([*parts, footnote(found)]) + "\n"


def as_latex(found: PoweredStudy) -> str:
    """The table, daggers on every row with a judge, and the footnote."""
    table = latex_table(powered_table(found)).replace(_DAGGER, r"\dag{}")
    note = latex_text(footnote(found)).replace(_DAGGER, r"\dag{}")
    end = "\\end{table}"
    return table.replace(end, f"\n\\medskip\\footnotesize {note}\n{end}") + "\n"


FORMATS: Mapping[str, Callable[[PoweredStudy], str]] = {
    "csv": lambda found: csv_table(powered_table(found)),
    "md": as_markdown,
    "html": lambda found: (
        html_table(powered_table(found)) + f"\n<p>{footnote(found)}</p>\n"
    ),
    "latex": as_latex,
    "json": as_json,
}
