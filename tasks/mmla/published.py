"""The figures that MMLA prints, as far as they could be read in our source."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.mmla.sets import LabelSet

NOT_LEGIBLE = "not legible in our source"
_FILE = Path(__file__).parent / "published.csv"
_NAMES = ("setting", "model", "metric", "printed_average")


@dataclass(frozen=True)
class PublishedRow:
    """One model's figures of one metric, in percent.

    Attributes:
        setting: zero-shot, SFT (one set) or IT (several sets).
        model: As printed.
        metric: ACC, WF1, WP, F1, P or R; F1, P and R are macro averages, in some rows
            with unreadable replies as one more class, so rows do not compare.
        figures: By set; None where our source could not be read with certainty.
        printed_average: Of accuracies; None where none is printed.
    """

    setting: str
    model: str
    metric: str
    figures: Mapping[str, float | None]
    printed_average: float | None

    @property
    def is_whole(self) -> bool:
        """Every figure is legible."""
        return None not in self.figures.values()

    def shown(self, name: str) -> str:
        """The figure of a set as a table shows it."""
        figure = self.figures[name]
        return NOT_LEGIBLE if figure is None else f"{figure:.2f}"

    def pooled(self, sets: Mapping[str, LabelSet]) -> float:
        """Mean over the test items of the sets whose figures are legible.

        This is what the printed averages are; NaN if none is legible.
        """
        pairs = [
            (figure, sets[name].test_size)
            for name, figure in self.figures.items()
            if figure is not None
        ]
        size = sum(count for _, count in pairs)
        if not size:
            return math.nan
        return sum(figure * count for figure, count in pairs) / size

    @property
    def macro(self) -> float:
        """Mean over the sets whose figures are legible, each counting alike."""
        known = [figure for figure in self.figures.values() if figure is not None]
        return sum(known) / len(known) if known else math.nan


def published_rows() -> list[PublishedRow]:
    """In the order of the paper's tables."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [_row(cells) for cells in csv.DictReader(file)]


def _row(cells: dict[str, str]) -> PublishedRow:
    figures = {
        name: float(cell) if cell else None
        for name, cell in cells.items()
        if name not in _NAMES
    }
    average = cells["printed_average"]
    return PublishedRow(
        cells["setting"],
        cells["model"],
        cells["metric"],
        figures,
        float(average) if average else None,
    )
