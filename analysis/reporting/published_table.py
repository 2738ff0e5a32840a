"""A published table of results, and how far a study reproduces it."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.metrics.sources import NO_SCORES
from analysis.metrics.undefined import Undefined
from analysis.reporting.published import BLIND_TEST, PublishedSource
from analysis.reporting.reproduction import (
    ReproducedSource,
    Reproduction,
    measured,
    reproduction_of_table,
)
from analysis.reporting.results import Results, SourceResult
from pages.phrases import phrase as _

COLUMNS = ("source", "judged_human_pct", "mean_score")
_MOST = 200
_HIGHEST_PCT = 100
HUMAN = "human"


@dataclass(frozen=True)
class AgainstTable:
    """A study against a published table.

    Attributes:
        study: The study's title.
        fingerprint: SHA-256 of its data.
        software: Version of this project.
        unmatched: Rows of the table that name no source of the study.
        reproduction: The rows that do; the study is first, the table second.
    """

    study: str
    fingerprint: str
    software: str
    unmatched: tuple[str, ...]
    reproduction: Reproduction


def as_text(rows: Sequence[PublishedSource]) -> str:
    """A table as `read_table` reads it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in rows:
        mean = "" if one.mean_score is None else one.mean_score
        writer.writerow([one.name, one.judged_human_pct, mean])
    return file.getvalue()


def paper_table() -> str:
    """What the MIMIC-Bench papers print, people under the word "human"."""
    first, *others = BLIND_TEST
    people = PublishedSource(HUMAN, first.judged_human_pct, first.mean_score)
    return as_text([people, *others])


def read_table(text: str) -> tuple[PublishedSource, ...]:
    """A CSV table with the columns source, judged_human_pct and perhaps mean_score.

    Raises:
        AnalysisError: It can't be read; the message names the line.
    """
    reader = csv.DictReader(io.StringIO(text.strip()), skipinitialspace=True)
    missing = [name for name in COLUMNS[:2] if name not in (reader.fieldnames or ())]
    if missing:
        raise AnalysisError(
            _(
                "The table has no column %(columns)s. Its first line must name the "
                "columns: source, judged_human_pct and, if you have it, mean_score.",
                columns=", ".join(missing),
            )
        )
    try:
        rows = tuple(_row(row, reader.line_num) for row in reader)
    except csv.Error as error:
        raise AnalysisError(
            _("The table can't be read: %(error)s", error=str(error))
        ) from error
    if not rows:
        raise AnalysisError(_("The table has no rows. Add one for each source."))
    if len(rows) > _MOST:
        raise AnalysisError(_("The table has more than %(most)s rows.", most=_MOST))
    return rows


def _row(row: Mapping[str, str | None], line: int) -> PublishedSource:
    name = (row["source"] or "").strip()
    rate = _number(row["judged_human_pct"], line)
    mean = _number(row.get("mean_score"), line)
    if not name or rate is None or not 0 <= rate <= _HIGHEST_PCT:
        raise AnalysisError(
            _(
                "Line %(line)s of the table needs a source and its Judged-as-Human in "
                "percent, from 0 to 100.",
                line=line,
            )
        )
    return PublishedSource(name, rate, mean)


def _number(text: str | None, line: int) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise AnalysisError(
            _(
                "Line %(line)s of the table: “%(text)s” is not a number.",
                line=line,
                text=text.strip(),
            )
        )
    return value


def against_table(
    report: Results, table: Sequence[PublishedSource], *, lowest: int
) -> AgainstTable:
    """How far a study reproduces a published table; rows are found by name or title.

    Args:
        report: Of the study, which comes first.
        table: The published results, which come second.
        lowest: The lowest score of the scale, which both must use.

    Raises:
        AnalysisError: No row names a source of the study.
    """
    named = _by_name(report)
    pairs = [(named.get(_plain(one.name)), one) for one in table]
    found = [_compared(report, ours, one, lowest) for ours, one in pairs if ours]
    if not found:
        raise AnalysisError(
            _(
                "No row of the table names a source of this study. Its sources are: "
                "%(sources)s.",
                sources=", ".join(one.name for one in report.found.sources),
            )
        )
    source = report.provenance
    return AgainstTable(
        study=source.study,
        fingerprint=source.fingerprint,
        software=source.software,
        unmatched=tuple(one.name for ours, one in pairs if ours is None),
        reproduction=reproduction_of_table(tuple(found)),
    )


def _by_name(report: Results) -> dict[str, SourceResult]:
    """Every source by name and title, and the human one by the word "human"."""
    named = {_plain(report.title(one.name)): one for one in report.found.sources}
    named |= {_plain(one.name): one for one in report.found.sources}
    return named | ({HUMAN: report.human} if report.human else {})


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _compared(
    report: Results, ours: SourceResult, theirs: PublishedSource, lowest: int
) -> ReproducedSource:
    mean = theirs.mean_score
    return ReproducedSource(
        title=report.title(ours.name),
        is_human=ours.is_human,
        rate=measured(ours.judged_human_pct, theirs.judged_human_pct),
        score=measured(
            ours.figures.mean_score,
            Undefined(NO_SCORES) if mean is None else mean,
            lowest,
        ),
    )
