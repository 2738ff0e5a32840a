"""What the page of a build beside a study shows."""

from typing import NamedTuple

from analysis.reporting.tables import number_text
from analysis.thinking.comparing import Comparison


class SourceRow(NamedTuple):
    """A source as a dot in a box of 100 by 100, and in figures.

    Attributes:
        number: By which the picture names it.
        score: Accuracy or F1.
        x, y: From the left, and from the top.
    """

    number: int
    title: str
    score: str
    judged_human: str
    x: float
    y: float


def comparison_rows(found: Comparison) -> list[SourceRow]:
    """The source with the highest score first."""
    ordered = sorted(found.sources, key=lambda one: (-one.score_pct, one.key))
    return [
        SourceRow(
            number=number,
            title=one.title,
            score=number_text(one.score_pct, 1),
            judged_human=number_text(one.judged_human_pct, 1),
            x=one.score_pct,
            y=100 - one.judged_human_pct,
        )
        for number, one in enumerate(ordered, 1)
    ]
