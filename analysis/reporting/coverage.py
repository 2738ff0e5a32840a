"""Which intervals were simulated, and how often they held the truth.

The numbers are those of `python -m benchmarks.coverage`.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from analysis.reporting.readings import READINGS, Words
from analysis.reporting.tables import Cell, Column, Table
from pages.phrases import phrase as _

_FILE = Path(__file__).with_name("coverage.csv")
_BY_SOURCE = {
    "judged_human": _("Judged-as-Human"),
    "mean_score": _("Mean score"),
    "pair": _("Difference of two sources"),
}
_WHOLES = {
    "agreement": _("all comments, %"),
    "agreement_human": _("human comments, %"),
    "agreement_ai": _("AI comments, %"),
}


@dataclass(frozen=True)
class SimulatedDesign:
    """A design that was simulated, and how its intervals fared.

    Attributes:
        annotators, videos, redundancy: Its size.
        studies: How many studies of it were simulated.
        held_pct: By interval, how often it held the truth.
    """

    annotators: int
    videos: int
    redundancy: int
    studies: int
    held_pct: Mapping[str, float]

    @property
    def words(self) -> str:
        """Its size in words."""
        return _(
            "%(annotators)s annotators, %(videos)s videos, %(redundancy)s per video",
            annotators=self.annotators,
            videos=self.videos,
            redundancy=self.redundancy,
        )


@cache
def simulated_designs() -> tuple[SimulatedDesign, ...]:
    """Every design that was simulated."""
    held: dict[tuple[int, int, int, int], dict[str, float]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            size = (
                *(int(row["annotators"]), int(row["videos"])),
                *(int(row["redundancy"]), int(row["studies"])),
            )
            share = 100 * int(row["held"]) / int(row["tried"])
            held.setdefault(size, {})[row["interval"]] = share
    return tuple(SimulatedDesign(*size, shares) for size, shares in held.items())


def _agreement_shares() -> list[float]:
    return [
        share
        for design in simulated_designs()
        for interval, share in design.held_pct.items()
        if interval.startswith("agreement")
    ]


def coverage_table() -> Table:
    """By interval and design, how often it held the truth."""
    designs = simulated_designs()
    columns = [Column("interval", _("Interval"))]
    for number in range(1, len(designs) + 1):
        columns += [
            Column(
                f"design_{number}_{whole}",
                _("Design %(number)s: %(which)s", number=number, which=which),
            )
            for whole, which in _WHOLES.items()
        ]
    rows = [
        _row(heading, [interval, "", ""]) for interval, heading in _BY_SOURCE.items()
    ]
    for field in fields(READINGS):
        words: Words = getattr(READINGS, field.name)
        rows.append(_row(words.heading, [f"{whole}/{field.name}" for whole in _WHOLES]))
    shares = _agreement_shares()
    note = _(
        "Design 1: %(first)s. Design 2: %(second)s. %(studies)s simulated studies of "
        "each, with answers that depend on "
        "annotators, videos and comments. A 95 %% interval should hold the true value "
        "in 95 %% of them. Those of agreement do in %(lowest)s to %(highest)s %%: they "
        "resample videos and take the annotators as given, so they are too narrow "
        "where annotators matter. Intervals of ranks were not simulated.",
        first=designs[0].words,
        second=designs[1].words,
        studies=format(designs[0].studies, ","),
        lowest=format(min(shares), ".0f"),
        highest=format(max(shares), ".0f"),
    )
    title = _("How often intervals hold the true value, in simulated studies")
    return Table("coverage", title, note, tuple(columns), tuple(rows))


def _row(heading: str, intervals: Sequence[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = [heading]
    for design in simulated_designs():
        cells += [design.held_pct[name] if name else "" for name in intervals]
    return tuple(cells)
