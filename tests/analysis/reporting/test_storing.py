"""What is kept of a report comes back as it was, reasons of missing figures too."""

import json
from typing import Any

import numpy as np
import pytest

import analysis
from analysis.errors import AnalysisError
from analysis.metrics.sources import tally
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.chapters import Chapters, chapters
from analysis.reporting.computing import LEVELS
from analysis.reporting.rendering import FORMATS
from analysis.reporting.report import Report
from analysis.reporting.results import Exclusion
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.storing import from_plain, to_plain
from tests.analysis.long_tables import frame, judgments, small_table, votes


def kept(value: object) -> Any:  # noqa: ANN401
    """As a database gives it back: JSON whose objects have lost their order."""
    return json.loads(json.dumps(to_plain(value), allow_nan=False, sort_keys=True))


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("levels", [LEVELS[:2], LEVELS[:1], LEVELS[1:2]])
def test_a_kept_report_is_written_as_it_was(
    levels: tuple[str, ...], style: str
) -> None:
    made = analysis.report(
        small_table(),
        levels=levels,
        replicates=20,
        excluded=[Exclusion("a9", "asleep", 3)],
        stop_rule=StopRule(5.0, "2026-03-01T12:00:00+00:00"),
        everyone=small_table(),
    )

    again = from_plain(Report, kept(made))

    assert again.text(style) == made.text(style)


def test_an_undefined_figure_keeps_its_reason() -> None:
    made = analysis.report(frame(votes("v1-bot-1", "h")), replicates=0)

    again = from_plain(Report, kept(made))

    assert again.reasons == made.reasons
    assert again.reason("sdt/dprime_pooled") == "no verdict on a human comment"


def test_whole_numbers_stay_whole_numbers() -> None:
    made = analysis.report(small_table(), replicates=0)

    again = from_plain(Report, kept(made))

    assert repr(again.metrics["n_verdicts/bot"]) == repr(made.metrics["n_verdicts/bot"])


def test_chapters_come_back_as_they_were() -> None:
    design = Design(8, 20, redundancy=3, sources=paper_sources(models=2))
    data = simulate(design, np.random.default_rng(1))
    groups = ["long" if number % 2 else "short" for number in range(len(data.comments))]
    made = chapters(data, tally(data), {"length": groups, "category": groups})

    again = from_plain(Chapters, kept(made))

    assert again == made
    assert [*again.slices] == ["length", "category"]
    assert len(again.slices["length"]) == 4


def test_content_of_another_shape_is_refused_where_it_differs() -> None:
    content = kept(chapters(data := judgments(votes("v1-bot-1", "h")), tally(data), {}))
    content["crosstab"]["robots"] = []

    with pytest.raises(AnalysisError, match=r"robots.*content\.crosstab"):
        from_plain(Chapters, content)
