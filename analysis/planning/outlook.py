"""What the planner expects of a study that runs: its intervals at the end, and beyond.

The rates are those observed so far; the spreads are the planner's usual ones. The first
line simulates what has been judged already, so that it can be held against the real
intervals.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.planning.plan import plan
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.results import Results
from pages.phrases import phrase as _

_MOST_SIMULATIONS, _FEWEST_SIMULATIONS = 20, 4
_VERDICTS = 500_000  # simulated for one line, about
_LOWEST_PCT = 1.0  # a rate of 0 or 100 % has no interval to simulate


@dataclass(frozen=True)
class StudySize:
    """What has been judged so far, and what is planned."""

    annotators: int
    videos: int
    redundancy: int
    planned_videos: int
    planned_redundancy: int
    human_comments: int


@dataclass(frozen=True)
class OutlookLine:
    """One size of the study, and the half-width expected of each source, in points.

    `error` is the largest of the simulation's own errors, in points.
    """

    size: str
    annotators: int
    videos: int
    redundancy: int
    half_widths: Mapping[str, float]
    error: float


def outlook(report: Results, size: StudySize) -> tuple[OutlookLine, ...]:
    """As judged so far, with every batch judged, and with more annotators.

    Three sources stand for all: people, the model most often judged human, and the
    model with the widest interval. Empty until there are intervals to go by.
    """
    sources = _representatives(report, size.human_comments)
    if not sources:
        return ()
    end = (size.planned_videos, size.planned_redundancy)
    asked = [
        (
            _("Simulated, as judged so far"),
            size.annotators,
            size.videos,
            size.redundancy,
        ),
        (_("All batches judged, same number of annotators"), size.annotators, *end),
        (_("All batches judged, twice the annotators"), 2 * size.annotators, *end),
        (_("All batches judged, four times the annotators"), 4 * size.annotators, *end),
    ]
    return tuple(line for one in asked if (line := _line(*one, sources)))


def _representatives(
    report: Results, human_comments: int
) -> tuple[SimulatedSource, ...]:
    known = [one for one in report.found.sources if not math.isnan(one.half_width)]
    models = [source for source in known if not source.is_human]
    chosen = [source for source in known if source.is_human][:1]
    if models:
        chosen += [
            max(models, key=lambda source: source.judged_human_pct),
            max(models, key=lambda source: source.half_width),
        ]
    return tuple(
        SimulatedSource(
            name=source.name,
            is_human=source.is_human,
            rate_pct=min(max(source.judged_human_pct, _LOWEST_PCT), 100 - _LOWEST_PCT),
            comments=human_comments if source.is_human else 1,
        )
        for source in {one.name: one for one in chosen}.values()
    )


def _line(
    size: str,
    annotators: int,
    videos: int,
    redundancy: int,
    sources: tuple[SimulatedSource, ...],
) -> OutlookLine | None:
    design = Design(annotators, videos, min(redundancy, annotators), sources)
    verdicts = videos * redundancy * sum(source.comments for source in sources)
    count = max(_VERDICTS // max(verdicts, 1), _FEWEST_SIMULATIONS)
    try:
        made = plan(design, simulations=min(count, _MOST_SIMULATIONS), seed=0)
    except AnalysisError:  # too small to say anything
        return None
    widths = {source.source: source.half_width for source in made.sources}
    known = {name: round(w, 2) for name, w in widths.items() if not math.isnan(w)}
    errors = [s.error for s in made.sources if not math.isnan(s.error)]
    error = round(max(errors, default=0.0), 2)
    return OutlookLine(size, annotators, videos, design.redundancy, known, error)
