"""Attention checks and planned repeats: what judgments alone cannot tell. No Django."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from analysis.errors import AnalysisError
from analysis.metrics.self_agreement import pooled_share
from analysis.reporting.rounding import short
from analysis.reporting.tables import Cell, Column, Table
from pages.phrases import phrase as _


@dataclass(frozen=True)
class AnnotatorCare:
    """What one annotator answered beside the judgments that count.

    Attributes:
        annotator: The code.
        checks, checks_passed: Attention checks shown, and answered as they ask.
        repeats, same_verdict: Comments judged twice with a verdict, and with the same.
        score_repeats, same_score, near_score: With a score twice, with the same, and
            at most 1 apart.
    """

    annotator: str
    checks: int
    checks_passed: int
    repeats: int
    same_verdict: int
    score_repeats: int
    same_score: int
    near_score: int


_SHARES: tuple[tuple[str, str, str, str], ...] = (
    ("checks_passed_pct", _("Checks passed, %"), "checks_passed", "checks"),
    ("same_verdict_pct", _("Same verdict when repeated, %"), "same_verdict", "repeats"),
    ("same_score_pct", _("Same score, %"), "same_score", "score_repeats"),
    ("near_score_pct", _("Score at most 1 apart, %"), "near_score", "score_repeats"),
)


def care_shares(rows: Sequence[AnnotatorCare]) -> dict[str, tuple[float, float, float]]:
    """By name: the share over all annotators, and its 95 % interval."""
    found = {}
    for name, _heading, part, whole in _SHARES:
        counts = [
            np.array([getattr(row, field) for row in rows], dtype=np.int64)
            for field in (part, whole)
        ]
        pct, lo, hi = map(short, pooled_share(counts[0], counts[1]))
        found[name] = (pct, lo, hi)
    return found


def care_table(rows: Sequence[AnnotatorCare]) -> Table:
    """Everybody together with intervals, then each annotator."""
    columns = [Column("annotator", _("Annotator"))]
    shares = care_shares(rows)
    together: list[Cell] = [_("All annotators")]
    counted: list[str] = []
    for name, heading, _part, whole in _SHARES:
        if whole not in counted:
            counted.append(whole)
            columns.append(Column(whole, _COUNTS[whole], 0))
            together.append(sum(getattr(row, whole) for row in rows))
        columns += [
            Column(name, heading),
            Column(f"{name}_lo", _("95 % CI from")),
            Column(f"{name}_hi", _("to")),
        ]
        together += shares[name]
    each = [_line(row) for row in rows]
    note = _(
        "Attention checks say in their own text how to answer them. Planned repeats "
        "show a batch again in a new order: agreement with oneself is the most that "
        "agreement with others can be expected to reach. Intervals are clustered by "
        "annotator. None of these judgments counts in any other result."
    )
    body = (tuple(together), *each) if rows else ()
    title = _("Attention checks and agreement with oneself")
    return Table("care", title, note, tuple(columns), body)


_COUNTS = {
    "checks": _("Attention checks"),
    "repeats": _("Comments judged twice"),
    "score_repeats": _("Scored twice"),
}


def _line(row: AnnotatorCare) -> tuple[Cell, ...]:
    cells: list[Cell] = [row.annotator]
    counted: list[str] = []
    for _name, _heading, part, whole in _SHARES:
        of = getattr(row, whole)
        if whole not in counted:
            counted.append(whole)
            cells.append(of)
        cells += [short(100 * getattr(row, part) / of) if of else "", "", ""]
    return tuple(cells)


def care_csv(rows: Iterable[AnnotatorCare]) -> str:
    """One line an annotator; `read_care` is the way back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in fields(AnnotatorCare)]
    writer.writerow(names)
    writer.writerows([getattr(row, name) for name in names] for row in rows)
    return text.getvalue()


def read_care(path: Path) -> tuple[AnnotatorCare, ...]:
    """The rows of a file that `care_csv` wrote.

    Raises:
        AnalysisError: It is another file; the message says where.
    """
    kinds: dict[str, Callable[[str], str | int]] = {
        field.name: str if field.name == "annotator" else int
        for field in fields(AnnotatorCare)
    }
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        return tuple(
            AnnotatorCare(**{name: kind(line[name]) for name, kind in kinds.items()})  # type: ignore[arg-type]
            for line in lines
        )
    except OSError as error:
        raise AnalysisError(f"{path}: cannot be read: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise AnalysisError(
            f"{path}: expected the columns {', '.join(kinds)}, whole numbers but for "
            f"the first: {error}"
        ) from error
